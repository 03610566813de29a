"""The one request that a contract documents: examples, credentials and all, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from ..contract.model import Contract, Example, MediaType, Operation, Parameter
from ..http.exchange import Request
from ..http.json_decoding import MalformedError, decode_json
from ..schema.subschemas import shape_of
from .bodies.serializing import encode, parameter_text
from .credentials import Credential, credentials_of
from .parameters.parsing import from_header
from .parameters.serializing import percent_encoded, to_header, to_query, to_segment
from .sample import documented_value

# What may stand in a path beside the unreserved characters (RFC 3986 section 3.3).
_IN_PATH = "/%:@!$&'()*+,;="

Pairs = tuple[tuple[str, str], ...]
# Where a parameter is and what it is called.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DocumentedRequest:
    """A request below a contract's base path, everything as it goes over the wire.

    Path, query and cookies are percent-encoded. `headers` are without Content-Type and Cookie,
    each name once.
    """

    method: str
    path: str
    query: Pairs = ()
    headers: Pairs = ()
    cookies: Pairs = ()
    content_type: str = ""
    body: bytes = b""

    @property
    def target(self) -> str:
        """Path and query."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.path}?{query}" if query else self.path

    @property
    def fields(self) -> Pairs:
        """All header fields."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies)
        last = (("Cookie", cookie), ("Content-Type", self.content_type))
        return (*self.headers, *(field for field in last if field[1]))

    def at(self, base_url: str) -> Request:
        """The request as it is sent to a base URL."""
        return Request(self.method, base_url.rstrip("/") + self.target, self.fields, self.body)


def documented_request(
    contract: Contract,
    operation: Operation,
    token: str | None,
    content: tuple[str, bytes] | None = None,
    given: Mapping[Place, Any] | None = None,
) -> DocumentedRequest:
    """A request with everything that an operation requires: first examples, else the schemas.

    `token` is presented to the first of the operation's security requirements, None to none of
    them; it takes the place of a parameter of the same name. `content` is a Content-Type and a
    body to send instead of the documented one. `given` are values of parameters, required or not,
    to be sent instead.
    """
    given = given or {}
    credentials = credentials_of(operation, token)
    taken = {_folded(c.location, c.name) for c in credentials}
    values: dict[str, list[tuple[Parameter, Any]]] = {}
    for p in operation.parameters:
        place = p.location, p.name
        if (p.required or place in given) and _folded(*place) not in taken:
            value = given[place] if place in given else documented_value(contract.document, p)
            value = parameter_text(value, p, contract.document)
            values.setdefault(p.location, []).append((p, value))
    if content is None:
        content = documented_content(contract, operation)
    return DocumentedRequest(
        method=operation.method,
        path=_path(operation.path, values.get("path", [])),
        query=(
            *_pairs(values.get("query", [])),
            *((percent_encoded(n), percent_encoded(v)) for n, v in _at("query", credentials)),
        ),
        headers=(
            *((p.name, to_header(value, p.explode)) for p, value in values.get("header", [])),
            *_at("header", credentials),
        ),
        cookies=(*_pairs(values.get("cookie", [])), *_at("cookie", credentials)),
        content_type=content[0],
        body=content[1],
    )


def given_value(contract: Contract, parameter: Parameter, text: str) -> Any:
    """What a text stands for that a person gives for a parameter.

    It is itself, but for arrays, objects and `content`: those are written in JSON, or an array or
    object as the style `simple` has it.
    """
    if parameter.content is None:
        schema = (parameter.schema,) if parameter.schema is not None else ()
        shape = shape_of(contract.document, schema).shapes[0]
        if shape == "primitive":
            return text
        if text[:1] not in ("[", "{"):
            return from_header(text, explode=False, shape=shape)
    try:
        return decode_json(text)
    except MalformedError:
        return text


def examples(operation: Operation) -> Iterator[tuple[MediaType, Example]]:
    """Every documented request body of an operation."""
    for media in operation.body.content if operation.body else ():
        for example in media.examples:
            yield media, example


def preferred_media(operation: Operation) -> MediaType | None:
    """The media type with an example, JSON among several, since everybody reads that."""
    content = operation.body.content if operation.body else ()
    return max(content, key=lambda media: (bool(media.examples), media.is_json), default=None)


def documented_content(contract: Contract, operation: Operation) -> tuple[str, bytes]:
    """The Content-Type and the bytes of the documented body, both empty where there is none.

    A body without example is made from its schema where it is required.
    """
    body, media = operation.body, preferred_media(operation)
    if body is None or media is None or operation.method == "HEAD":
        return "", b""
    if not (media.examples or body.required):
        return "", b""
    return encode(documented_value(contract.document, media), media, contract.document)


def _path(template: str, values: list[tuple[Parameter, Any]]) -> str:
    """The path with its parameters in their styles; braces of no parameter are encoded."""
    texts = {p.name: to_segment(value, p.name, p.style, p.explode) for p, value in values}
    parts = re.split(r"\{([^{}]*)\}", template)
    return "".join(
        texts.get(part, quote(part, safe="")) if i % 2 else quote(part, safe=_IN_PATH)
        for i, part in enumerate(parts)
    )


def _pairs(values: list[tuple[Parameter, Any]]) -> Iterator[tuple[str, str]]:
    for p, value in values:
        yield from to_query(value, p.name, p.style, p.explode)


def _folded(location: str, name: str) -> Place:
    return location, name.lower() if location == "header" else name


def _at(location: str, credentials: Iterable[Credential]) -> Iterator[tuple[str, str]]:
    return ((c.name, c.value) for c in credentials if c.location == location)
