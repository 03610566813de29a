"""Answers as they go over the wire, prepared once when a contract is compiled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ...codec.bodies.serializing import content_type, write
from ...codec.parameters.serializing import simple
from ...contract.model import Example, Header, MediaType, Response
from ...http.field_values import is_token
from ...http.media_type import is_range
from .generated import ResponseGenerator, Seed

PROBLEM = "application/problem+json"
Headers = tuple[tuple[bytes, bytes], ...]

# What the body and the connection decide, whatever a contract documents.
_FRAMING = frozenset(
    (
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "keep-alive",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
_LONGEST_VALUE = 4000


# Not frozen, which takes four times as long: every refused request makes one of its own.
@dataclass(slots=True)
class PreparedResponse:
    """One answer.

    `head` is its status line and header fields as HTTP/1.1 writes them (RFC 9112 section 2.1). A
    status below 200 is for the server to frame, all others say how long they are.
    """

    status: int
    head: bytes
    body: bytes

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

    def with_headers(self, extra: Iterable[tuple[bytes, bytes]]) -> PreparedResponse:
        """The same answer with further headers, which take the place of those of the same name."""
        added = tuple(extra)
        names = {name for name, _ in added}
        kept = [header for header in self.headers if header[0] not in names]
        return answer(self.status, (*kept, *added), self.body)


def answer(status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> PreparedResponse:
    """An answer with header fields as `header_value` makes them."""
    line = b"HTTP/1.1 %d %b\r\n" % (status, phrase(status, "").encode())
    return PreparedResponse(
        status, line + b"".join(b"%b: %b\r\n" % field for field in headers), body
    )


def has_body(status: int) -> bool:
    """Whether a status may carry content (RFC 9110 section 6.4.1)."""
    return status >= 200 and status not in (204, 205, 304)


def from_example(
    status: int,
    response: Response,
    media_type: MediaType | None,
    example: Example | None,
    generator: ResponseGenerator | None = None,
    seed: Seed = None,
) -> PreparedResponse:
    """The answer that a documented response gives with one of its examples.

    `generator` writes XML by its schemas, and makes the headers that have to be, by a seed.
    """
    name = example.name if example is not None else ""
    headers = list(documented_headers(response.headers, name, generator, seed))
    body = b""
    if has_body(status) and media_type is not None and example is not None:
        body = write(example.value, media_type, generator.document if generator is not None else {})
        if not is_range(media_type.name):
            headers.append((b"content-type", header_value(content_type(media_type, body))))
    # What ends with its header fields has no length (RFC 9112 section 6.3).
    if status >= 200 and status not in (204, 304):
        headers.append((b"content-length", str(len(body)).encode()))
    if name:
        headers.append((b"x-greenroom-example", header_value(name)))
    basis = example.basis if example is not None and example.basis else response.basis
    if basis is not None:
        headers.append((b"x-greenroom-basis", header_value(basis)))
    return answer(status, tuple(headers), body)


def problem(status: int, detail: str, **members: Any) -> PreparedResponse:
    """A problem details answer (RFC 9457), for what no contract documents."""
    value = {"type": "about:blank", "title": phrase(status), "status": status, "detail": detail}
    body = json.dumps({**value, **members}, separators=(",", ":")).encode()
    headers = (
        (b"content-type", PROBLEM.encode()),
        (b"content-length", str(len(body)).encode()),
    )
    return answer(status, headers, body)


def phrase(status: int, unknown: str = "Unknown Status") -> str:
    """The reason phrase of a status code."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return unknown


def header_value(text: str, limit: int = 1000) -> bytes:
    """Text made safe for a header field (RFC 9110 section 5.5): visible ASCII, bounded."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text.strip().encode()
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if c.isprintable() else " " for c in text)
    raw = text.encode("ascii", "backslashreplace").strip()
    return raw if len(raw) <= limit else raw[: limit - 3] + b"..."


def documented_headers(
    headers: Iterable[Header],
    example: str = "",
    generator: ResponseGenerator | None = None,
    seed: Seed = None,
) -> Iterator[tuple[bytes, bytes]]:
    """Documented headers as fields, each from its example of a name or else its first.

    One that is required and has no example gets what `generator` makes from its schema.
    """
    for header in headers:
        name = header.name.lower()
        if name in _FRAMING or not is_token(name):
            continue
        if header.examples:
            shown = next((e for e in header.examples if e.name == example), header.examples[0])
            yield name.encode(), header_value(simple(shown.value), _LONGEST_VALUE)
        elif header.required and header.schema is not None and generator is not None:
            made = generator.header(header.schema, seed)
            if made is not None:
                yield name.encode(), header_value(simple(made), _LONGEST_VALUE)
