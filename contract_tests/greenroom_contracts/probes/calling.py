"""Sending documented requests with the identifiers and bodies of a run."""

from __future__ import annotations

import requests

from greenroom.codec.bodies.serializing import typed_body
from greenroom.codec.documented_request import (
    DocumentedRequest,
    documented_request,
    request_body_examples,
)
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, Example, MediaType, Operation

from ..judge.request_judge import RequestJudge, RequestViolations
from ..resources.identifier_pool import SuppliedValues
from ..sending.session import GuardedSession


class UnsendableError(RuntimeError):
    """A request with a value that HTTP or the contract does not allow."""


def call_for(
    contract: Contract,
    operation: Operation,
    token: str | None,
    values: SuppliedValues,
    example: tuple[MediaType, Example] | None = None,
    content: tuple[str, bytes] | None = None,
) -> DocumentedRequest:
    """The documented request of an operation with the identifiers that were learned.

    `example` is the documented body, the first one if None; `content` a Content-Type and a body
    that the caller wants sent instead.
    """
    if content is None:
        example = example or next(request_body_examples(operation), None)
        if example is not None:
            media, value = example[0], example[1].value
            value = value if values.body is None else with_link_body(value, values.body)
            content = typed_body(value, media, contract.document)
    return documented_request(contract, operation, token, content, values.parameters)


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
