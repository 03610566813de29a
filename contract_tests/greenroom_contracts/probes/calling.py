"""Sending documented requests with the identifiers and bodies of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from greenroom.codec.bodies.serializing import typed_body
from greenroom.codec.documented_request import DocumentedRequest, documented_request
from greenroom.contract.model import Contract, Example, MediaType, Operation
from greenroom.contract.relative_time import written_at

from ..judge.request_judge import RequestJudge, RequestViolations
from ..planning.body_identifiers import BodyIdentifiers, FilledBody, documented_bodies
from ..planning.options import Options
from ..planning.receivers import RESERVED, with_receiver
from ..resources.identifier_pool import SuppliedValues
from ..sending.session import GuardedSession

DocumentedBody = tuple[MediaType, Example]


class UnsendableError(RuntimeError):
    """A request with a value that HTTP or the contract does not allow, or that is not known."""


class RequestWriter:
    """Writes the documented requests of a run.

    Identifiers and addresses of receivers are those of the run and of its caller, never those of
    examples; times that are relative to the moment are written as of now.
    """

    def __init__(self, contract: Contract, options: Options) -> None:
        self._contract = contract
        self._options = options
        self.bodies = BodyIdentifiers(contract)

    def examples(self, operation: Operation, values: SuppliedValues) -> list[DocumentedBody]:
        """The documented bodies whose identifiers are known."""
        found = documented_bodies(self._contract, operation)
        return [body for body in found if not self.filled(operation, body, values).lacking]

    def unknown(self, operation: Operation, values: SuppliedValues) -> Iterator[str]:
        """The documented bodies whose identifiers are not known, each with the reason."""
        for body in documented_bodies(self._contract, operation):
            if names := self.filled(operation, body, values).lacking:
                yield f"example {body[1].name} was not sent: {_lacking(operation, names)}"

    def filled(
        self, operation: Operation, body: DocumentedBody, values: SuppliedValues
    ) -> FilledBody:
        """A documented body with the identifiers that were learned."""
        media, example = body
        value = written_at(example.value, example.relative_times, datetime.now(UTC))
        return self.bodies.filled(operation, media, value, values.body, self._options.given)

    def call(
        self,
        operation: Operation,
        token: str | None,
        values: SuppliedValues,
        example: DocumentedBody | None = None,
    ) -> DocumentedRequest:
        """The request with a documented body, the first one if None, or that of the caller.

        Raises UnsendableError where the identifiers of no documented body are known.
        """
        content = self._options.bodies.get(operation.id)
        documented = documented_bodies(self._contract, operation) if content is None else []
        if documented:
            known = [example] if example else self.examples(operation, values)
            if not known:
                lacking = self.filled(operation, documented[0], values).lacking
                raise UnsendableError(_lacking(operation, lacking))
            value = self.filled(operation, known[0], values).value
            content = self.content(operation, known[0][0], value)
        now = datetime.now(UTC)
        given = values.parameters
        return documented_request(self._contract, operation, token, content, given, now)

    def content(self, operation: Operation, media: MediaType, value: Any) -> tuple[str, bytes]:
        """The Content-Type and the bytes of a body, with the receiver of the run."""
        receiver = self._options.receiver or RESERVED
        value = with_receiver(self._contract, operation, value, receiver)
        return typed_body(value, media, self._contract.document)

    def invalid_content(
        self, operation: Operation, media: MediaType, value: Any, known: Any
    ) -> tuple[str, bytes]:
        """As `content`, of an invalid body, without identifiers of examples."""
        value = self.bodies.without_examples(operation, media, value, known)
        return self.content(operation, media, value)


def _lacking(operation: Operation, names: Iterable[str]) -> str:
    options = " ".join(f"--param {operation.id}.{name}=…" for name in names)
    return f"no response supplied {', '.join(names)}; {options}"


def violations_of(
    judge: RequestJudge, operation: Operation, call: DocumentedRequest
) -> RequestViolations | None:
    """How a request violates its contract; None for a valid one."""
    query = call.target.partition("?")[2]
    return judge.violations(operation, call.path, query, call.fields, call.body)


def send(
    session: GuardedSession, base_url: str, call: DocumentedRequest
) -> requests.Response | None:
    """Send a request. Returns None if no response came; the session has recorded why.

    Raises UnsendableError if HTTP does not allow it: a field value with a line break, for example.
    """
    sent = call.at(base_url)
    headers, data = dict(sent.headers), sent.body or None
    request = requests.Request(sent.method, sent.url, headers=headers, data=data)
    try:
        prepared = session.prepare_request(request)
    except (requests.RequestException, ValueError) as error:
        raise UnsendableError(f"{call.method} {call.path} cannot be sent: {error}") from error
    try:
        return session.send(prepared)
    except requests.RequestException:
        return None
