"""Findings about the exchanges of a contract, and its parts that were never seen."""

from __future__ import annotations

from dataclasses import replace

from greenroom.contract.model import Contract
from greenroom.contract.read_write_only import for_responses
from greenroom.http import exchange as ex
from greenroom.http.json_decoding import LimitError
from greenroom.schema.instance_walk import SchemaUse, SchemaWalk

from ..finding import Finding, merged
from .absence import is_absent
from .branches import named_child
from .documented_coverage import DocumentedCoverage
from .location import Location
from .paging import is_excused, page_findings
from .responses import forbidden_body, response_findings
from .statuses import absence_finding, is_not_modified, status_findings


class ExchangeJudge:
    """Judges the exchanges of one contract one by one.

    `walk` has the schemas as they are written; responses are judged as they apply to responses.
    `coverage` has the documented fields and enum values that appeared.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.walk = SchemaWalk(contract.document)
        self.operations = {operation.id: operation for operation in contract.operations}
        document = for_responses(contract.document)
        is_same = document is contract.document
        self._received = self.walk if is_same else SchemaWalk(document)
        self.coverage = DocumentedCoverage(self._received)
        # The operations with a success so far, and those whose paging could not be judged.
        self._working: set[str] = set()
        self._excused: dict[str, None] = {}
        self._skipped: dict[tuple[str, str], None] = {}
        # Why responses of operations were not read.
        self.unread: dict[str, str] = {}

    def findings(self, exchange: ex.Exchange) -> list[Finding]:
        """Every finding about one exchange; empty if no response came.

        An operation that does not exist has no other.
        """
        operation, received = self.operations.get(exchange.operation), exchange.response
        if operation is None or received is None or exchange.purpose == ex.WAITED:
            return []
        if is_not_modified(exchange):
            return []
        response = operation.documented(received.status)

        def skip(reason: Exception) -> None:
            self._skipped[operation.id, str(reason)] = None
            if isinstance(reason, LimitError) and exchange.purpose in ex.VALID:
                self.unread.setdefault(operation.id, f"the response was not read: {reason}")

        location = Location(self._received, operation.id, see=self._see, skip=skip)
        found = response_findings(location, response, exchange) if response is not None else []
        conforms = response is not None and not any(not f.is_addition for f in found)
        if exchange.succeeded:
            self._working.add(operation.id)
        elif operation.id not in self._working and is_absent(operation, exchange, conforms):
            gone = absence_finding(location, operation, exchange)
            return [replace(gone, exchange=exchange.number)]
        found = [*status_findings(location, operation, exchange), *found]
        found += forbidden_body(location, operation, exchange)
        if response is not None and exchange.succeeded:
            found += page_findings(location, operation, exchange)
            if is_excused(location, operation, exchange):
                self._excused[operation.id] = None
            if operation.graphql is not None:
                # Imported here because graphql-core is slow to load.
                from .graphql import graphql_findings

                found += graphql_findings(location, operation, exchange)
        return [replace(f, exchange=exchange.number) for f in merged(found)]

    def _see(self, operation: str, place: SchemaUse, is_cut: bool) -> None:
        self.coverage.see(operation, place, is_cut)
        child = named_child(self._received, place.schema, place.value)
        if child is not None and not self._received.accepts(child, place.value):
            # A discriminator does not change what is valid (4.8.25).
            why = f"a value has the discriminator of {child}, whose schema it does not match"
            self._skipped[operation, why] = None

    @property
    def notes(self) -> list[str]:
        """What was not judged, and why."""
        found = [f"not examined in responses of {name}: {why}" for name, why in self._skipped]
        if self._excused:
            listed = ", ".join(self._excused)
            why = "since a mock responds with fixed examples"
            found.append(f"paging was not judged, {why}: {listed}")
        return found
