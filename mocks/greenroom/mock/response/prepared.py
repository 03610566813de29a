"""Responses as they go over the wire, each prepared once with its decision."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ...codec.bodies.serializing import body_bytes, content_type
from ...codec.parameters.serializing import simple
from ...contract.model import Example, MediaType, Parameter, Response
from ...decision import NO_DECISION, Decision
from ...http.exchange import has_body
from ...http.field_values import is_token
from .generator import ResponseGenerator, Seed
from .headers import Headers, decision_headers, header_value

PROBLEM = "application/problem+json"

# Set by the body and the connection, whatever a contract documents.
FRAMING = frozenset((
    "connection", "content-encoding", "content-length", "content-type", "keep-alive", "trailer",
    "transfer-encoding", "upgrade",
))  # fmt: skip
_LONGEST_VALUE = 4000


# Not frozen, which takes four times as long: every refused request makes one.
@dataclass(slots=True)
class PreparedResponse:
    """One response, and the decision that led to it.

    `head` is its status line and header fields as HTTP/1.1 writes them (RFC 9112 section 2.1). They
    include the length, except below status 200, where the server frames the message.
    """

    status: int
    head: bytes
    body: bytes
    decision: Decision = NO_DECISION

    @property
    def headers(self) -> Headers:
        """Its header fields."""
        lines = self.head.split(b"\r\n")[1:-1]
        return tuple((name, value) for name, _, value in (line.partition(b": ") for line in lines))

    @property
    def start(self) -> dict[str, Any]:
        """The ASGI message that starts it."""
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}

    @property
    def end(self) -> dict[str, Any]:
        """The ASGI message that ends it."""
        return {"type": "http.response.body", "body": self.body}

    def written(self, end: bytes) -> bytes:
        """The message as HTTP/1.1 writes it, with `end` after its header fields."""
        return self.head + end + self.body

    def with_headers(self, extra: Iterable[tuple[bytes, bytes]]) -> PreparedResponse:
        """The same response with further headers, which replace those of the same name."""
        fields = _replaced(self.headers, extra)
        return PreparedResponse(self.status, _head(self.status, fields), self.body, self.decision)


class ExtendedResponse(PreparedResponse):
    """A response with the head of another, which says no length, its own, and further `fields`.

    Its head is written when it is needed.
    """

    __slots__ = ("fields", "other")

    def __init__(self, other: PreparedResponse, fields: bytes, body: bytes) -> None:
        self.status, self.body, self.decision = other.status, body, other.decision
        self.other, self.fields = other, fields

    @property
    def head(self) -> bytes:  # type: ignore[override]
        """The head as HTTP/1.1 writes it."""
        return b"%bcontent-length: %d\r\n%b" % (self.other.head, len(self.body), self.fields)

    def written(self, end: bytes) -> bytes:
        """The message as HTTP/1.1 writes it, with `end` after its header fields."""
        parts = self.other.head, len(self.body), self.fields, end, self.body
        return b"%bcontent-length: %d\r\n%b%b%b" % parts


def warned(response: PreparedResponse, warnings: Sequence[str]) -> PreparedResponse:
    """A response with further warnings, in its decision and in `X-Greenroom-Warning`."""
    decision = response.decision._replace(warnings=(*response.decision.warnings, *warnings))
    added = (f for f in decision_headers(decision) if f[0] == b"x-greenroom-warning")
    found = response.with_headers(added)
    found.decision = decision
    return found


def prepare(
    status: int,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes,
    decision: Decision = NO_DECISION,
) -> PreparedResponse:
    """A response with header fields as `header_value` makes them, then those of the decision."""
    if decision is not NO_DECISION:
        headers = _replaced(headers, decision_headers(decision))
    return PreparedResponse(status, _head(status, headers), body, decision)


def _replaced(headers: Iterable[tuple[bytes, bytes]], by: Iterable[tuple[bytes, bytes]]) -> Headers:
    added = tuple(by)
    names = {name for name, _ in added}
    return (*(header for header in headers if header[0] not in names), *added)


def _head(status: int, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    line = b"HTTP/1.1 %d %b\r\n" % (status, phrase(status, "").encode())
    return line + b"".join(b"%b: %b\r\n" % field for field in fields)


def from_example(
    status: int,
    response: Response,
    media_type: MediaType | None,
    example: Example | None,
    generator: ResponseGenerator | None = None,
    seed: Seed = None,
    operation: str | None = None,
    warnings: tuple[str, ...] = (),
) -> PreparedResponse:
    """The response to send for a documented response and one of its examples.

    `generator` writes XML by its schemas, and makes the headers that are required, by a seed.
    """
    name = example.name if example is not None else ""
    headers = list(documented_headers(response.headers, name, generator, seed))
    body = b""
    if has_body(status) and media_type is not None and example is not None:
        body = body_bytes(
            example.value, media_type, generator.document if generator is not None else {}
        )
        headers.append((b"content-type", header_value(content_type(media_type, body))))
    headers += _length(status, body)
    basis = example.basis if example is not None and example.basis else response.basis
    drawn = None if seed is None else str(seed)
    decision = Decision(operation, None, status, name or None, basis, drawn, warnings=warnings)
    return prepare(status, headers, body, decision)


def problem(
    status: int,
    detail: str,
    headers: Headers = (),
    decision: Decision = NO_DECISION,
    **members: Any,
) -> PreparedResponse:
    """A problem details response (RFC 9457), for cases that no contract documents."""
    value = {**problem_members(status, detail), **members}
    body = json.dumps(value, separators=(",", ":")).encode()
    return with_content(status, PROBLEM, body, headers, decision)


def problem_members(status: int, detail: str) -> dict[str, Any]:
    """The members of problem details (RFC 9457 section 3.1)."""
    return {"type": "about:blank", "title": phrase(status), "status": status, "detail": detail}


def with_content(
    status: int, media_type: str, body: bytes, headers: Headers, decision: Decision = NO_DECISION
) -> PreparedResponse:
    """A response with a body of a media type, or without one if the status forbids it.

    It has further `headers`.
    """
    if not has_body(status):
        return prepare(status, (*_length(status, b""), *headers), b"", decision)
    own = ((b"content-type", media_type.encode()), *_length(status, body))
    return prepare(status, (*own, *headers), body, decision)


def _length(status: int, body: bytes) -> Headers:
    # A response that ends with its header fields has no length (RFC 9112 section 6.3).
    is_told = status >= 200 and status not in (204, 304)
    return ((b"content-length", str(len(body)).encode()),) if is_told else ()


def phrase(status: int, unknown: str = "Unknown Status") -> str:
    """The reason phrase of a status code."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return unknown


def documented_headers(
    headers: Iterable[Parameter],
    example: str = "",
    generator: ResponseGenerator | None = None,
    seed: Seed = None,
) -> Iterator[tuple[bytes, bytes]]:
    """Documented headers as fields, each from its example of a name or else its first.

    One without example gets a value that `generator` makes from its schema; with a seed an optional
    one may be left out, as an optional property is. `Set-Cookie` has a line for each of several
    values, the only field that cannot be combined (RFC 9110 section 5.3, RFC 6265 section 3).
    Values are in the style `simple`, not exploded (OpenAPI 3.1, 4.8.21).
    """
    for header in headers:
        name = header.name.lower()
        if name in FRAMING or not is_token(name):
            continue
        if header.examples:
            value = next(
                (e for e in header.examples if e.name == example), header.examples[0]
            ).value
        elif header.schema is not None and generator is not None:
            value = generator.header(header.schema, seed, header.required)
            if value is None:
                continue
        else:
            continue
        is_separate = name == "set-cookie" and isinstance(value, list)
        for each in value if is_separate else [value]:
            yield name.encode(), header_value(simple(each), _LONGEST_VALUE)
