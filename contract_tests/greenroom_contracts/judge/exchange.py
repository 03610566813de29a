"""The judge of a contract: takes exchanges, gives findings, remembers what was never seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from greenroom.contract.model import Contract, Operation
from greenroom.http.exchange import WAITED, Exchange
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema.instance_walk import Grammar

from ..finding import Finding
from ..report import NeverSeen
from .coverage import DocumentedCoverage
from .location import Site
from .paging import consistency
from .responses import answer_findings, documented, media_type_of
from .statuses import outcome_findings


class Judge:
    """Judges the exchanges of one contract, each by itself."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.grammar = Grammar(contract.document)
        self.operations = {operation.id: operation for operation in contract.operations}
        self._sightings = DocumentedCoverage(self.grammar)

    def findings(self, exchange: Exchange, curl: str = "") -> list[Finding]:
        """Everything that one exchange shows against its contract; () where no answer came.

        `curl` is the line that repeats the request.
        """
        operation = self.operations.get(exchange.operation)
        if operation is None or exchange.response is None or exchange.purpose == WAITED:
            return []
        site = Site(self.contract.document, operation.id)
        found = list(outcome_findings(site, operation, exchange))
        response = documented(operation, exchange.response.status)
        if response is not None:
            found += answer_findings(self.grammar, operation, response, exchange)
            self._see(operation, exchange)
            if exchange.succeeded:
                found += consistency(self.contract.document, operation, exchange)
                found += self._graphql(operation, exchange)
        return [replace(f, exchange=exchange.number, curl=curl) for f in found]

    def unseen(self) -> list[NeverSeen]:
        """The documented fields and enum values of the messages seen that never appeared."""
        return self._sightings.unseen()

    def _see(self, operation: Operation, exchange: Exchange) -> None:
        answer = exchange.response
        response = documented(operation, answer.status) if answer else None
        media = media_type_of(response, answer) if response and answer else None
        if media is None or answer is None or not media.is_json or media.schema is None:
            return
        try:
            value = decode_json(answer.body)
        except MalformedError:
            return
        self._sightings.see(operation.id, media.schema, value)

    def _graphql(self, operation: Operation, exchange: Exchange) -> Sequence[Finding]:
        if operation.graphql is None:
            return ()
        # Only what executes GraphQL pays for loading its library.
        from .graphql import graphql_findings

        return graphql_findings(self.contract.document, operation, exchange)
