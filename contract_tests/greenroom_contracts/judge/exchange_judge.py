"""Findings about the exchanges of a contract, and its parts that were never seen."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from greenroom.contract.model import Contract, Operation, Response
from greenroom.http import exchange as ex
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema.instance_walk import SchemaWalk

from ..finding import Finding
from ..report import NeverSeen
from .content import documented_media
from .documented_coverage import DocumentedCoverage
from .location import Location
from .paging import page_findings
from .responses import documented_response, response_findings
from .statuses import status_findings


class ExchangeJudge:
    """Judges the exchanges of one contract one by one."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.walk = SchemaWalk(contract.document)
        self.operations = {operation.id: operation for operation in contract.operations}
        self._coverage = DocumentedCoverage(self.walk)

    def findings(self, exchange: ex.Exchange, curl: str = "") -> list[Finding]:
        """Every finding about one exchange; empty if no response came.

        `curl` is a command that repeats the request.
        """
        operation = self.operations.get(exchange.operation)
        if operation is None or exchange.response is None or exchange.purpose == ex.WAITED:
            return []
        location = Location(self.contract.document, operation.id)
        found = list(status_findings(location, operation, exchange))
        response = documented_response(operation, exchange.response.status)
        if response is not None:
            found += response_findings(self.walk, operation, response, exchange)
            self._see(operation, response, exchange.response)
            if exchange.succeeded:
                found += page_findings(self.contract.document, operation, exchange)
            if exchange.succeeded and operation.graphql is not None:
                # Imported here because graphql-core is slow to load.
                from .graphql import graphql_findings

                found += graphql_findings(self.contract.document, operation, exchange)
        return [replace(f, exchange=exchange.number, curl=curl) for f in found]

    def unseen(self) -> list[NeverSeen]:
        """The documented fields and enum values that appeared in no message."""
        return self._coverage.unseen()

    def _see(self, operation: Operation, response: Response, received: ex.Response) -> None:
        media = documented_media(response.content, received.header("content-type") or "")
        if media is not None and media.is_json and media.schema is not None:
            with suppress(MalformedError):
                self._coverage.see(operation.id, media.schema, decode_json(received.body))
