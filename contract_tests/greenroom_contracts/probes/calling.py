"""Sending documented requests, with identifiers and bodies of the run in them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import requests

from greenroom.codec.bodies.request_body import content_type, encode
from greenroom.codec.documented_request import Call, documented_call, examples
from greenroom.contract.links import with_link_body
from greenroom.contract.model import Contract, Example, MediaType, Operation

from ..judge.request_judge import RequestJudge, RequestViolations
from ..resources.identifier_pool import SuppliedValues
from ..sending.session import GuardedSession


class UnsendableError(RuntimeError):
    """A value that a request cannot have in its place."""


def call_for(
    contract: Contract,
    operation: Operation,
    token: str | None,
    values: SuppliedValues,
    example: tuple[MediaType, Example] | None = None,
    content: tuple[str, bytes] | None = None,
) -> Call:
    """The documented call of an operation with the identifiers that were learned.

    `example` is the documented body, the first one if None; `content` a Content-Type and a body
    that the caller wants sent instead.
    """
    if content is None:
        media, shown = example or next(examples(operation), (None, None))
        if media is not None and shown is not None:
            value = shown.value if values.body is None else with_link_body(shown.value, values.body)
            content = content_type(media, value), encode(media, value)
    return documented_call(contract, operation, token, content, values.parameters)


def with_body(call: Call, media: MediaType, value: Any) -> Call:
    """The same call with another body."""
    headers = tuple(pair for pair in call.headers if pair[0].lower() != "content-type")
    kind = ("Content-Type", content_type(media, value))
    return replace(call, headers=(*headers, kind), body=encode(media, value))


def url_of(base_url: str, call: Call) -> str:
    """The absolute URL of a call."""
    query = f"?{urlencode(call.query)}" if call.query else ""
    return base_url.rstrip("/") + call.path + query


def fields_of(call: Call) -> dict[str, str]:
    """The header fields of a call, its cookies among them."""
    headers = dict(call.headers)
    if call.cookies:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in call.cookies)
    return headers


def violations_of(
    judge: RequestJudge, operation: Operation, call: Call
) -> RequestViolations | None:
    """How a request violates its contract; None for a valid one."""
    query = url_of("", call).partition("?")[2]
    return judge.violations(operation, call.path, query, fields_of(call).items(), call.body)


def send(session: GuardedSession, base_url: str, call: Call) -> requests.Response | None:
    """Send a call. Returns None if no response came; the session has recorded why.

    Raises UnsendableError if HTTP does not allow it: a field value with a line break, for example.
    """
    headers = fields_of(call)
    headers.setdefault("Accept", "*/*")
    request = requests.Request(
        call.method, url_of(base_url, call), headers=headers, data=call.body or None
    )
    try:
        prepared = session.prepare_request(request)
    except (requests.RequestException, ValueError) as error:
        raise UnsendableError(f"{call.method} {call.path} cannot be sent: {error}") from error
    try:
        return session.send(prepared)
    except requests.RequestException:
        return None
