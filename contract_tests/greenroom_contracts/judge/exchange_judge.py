"""Findings about the exchanges of a contract, and what of it was never seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from greenroom.contract.model import Contract, Operation
from greenroom.http.exchange import WAITED, Exchange
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema.instance_walk import SchemaWalk

from ..finding import Finding
from ..report import NeverSeen
from .documented_coverage import DocumentedCoverage
from .location import Location
from .paging import page_findings
from .responses import documented_response, media_type_of, response_findings
from .statuses import status_findings


class ExchangeJudge:
    """Judges the exchanges of one contract, each by itself."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.walk = SchemaWalk(contract.document)
        self.operations = {operation.id: operation for operation in contract.operations}
        self._coverage = DocumentedCoverage(self.walk)

    def findings(self, exchange: Exchange, curl: str = "") -> list[Finding]:
        """Every finding about one exchange; empty if no response came.

        `curl` is a command that repeats the request.
        """
        operation = self.operations.get(exchange.operation)
        if operation is None or exchange.response is None or exchange.purpose == WAITED:
            return []
        location = Location(self.contract.document, operation.id)
        found = list(status_findings(location, operation, exchange))
        response = documented_response(operation, exchange.response.status)
        if response is not None:
            found += response_findings(self.walk, operation, response, exchange)
            self._see(operation, exchange)
            if exchange.succeeded:
                found += page_findings(self.contract.document, operation, exchange)
                found += self._graphql(operation, exchange)
        return [replace(f, exchange=exchange.number, curl=curl) for f in found]

    def unseen(self) -> list[NeverSeen]:
        """The documented fields and enum values that appeared in no message."""
        return self._coverage.unseen()

    def _see(self, operation: Operation, exchange: Exchange) -> None:
        received = exchange.response
        response = documented_response(operation, received.status) if received else None
        media = media_type_of(response, received) if response and received else None
        if media is None or received is None or not media.is_json or media.schema is None:
            return
        try:
            value = decode_json(received.body)
        except MalformedError:
            return
        self._coverage.see(operation.id, media.schema, value)

    def _graphql(self, operation: Operation, exchange: Exchange) -> Sequence[Finding]:
        if operation.graphql is None:
            return ()
        # Imported here because graphql-core is slow to load.
        from .graphql import graphql_findings

        return graphql_findings(self.contract.document, operation, exchange)
