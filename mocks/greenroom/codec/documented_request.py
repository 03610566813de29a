"""The request that a contract documents for an operation, with credentials, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from ..contract.model import Contract, Example, MediaType, Operation, Parameter
from ..http.exchange import Request
from ..http.json_decoding import json_or
from ..schema.subschemas import shape_of
from .bodies.serializing import parameter_text, typed_body
from .credentials import credentials_of
from .parameters.parsing import from_header
from .parameters.serializing import percent_encoded, to_header, to_query, to_segment
from .sample import documented_value

# The characters of a path that are not unreserved (RFC 3986 section 3.3).
_IN_PATH = "/%:@!$&'()*+,;="

Pairs = tuple[tuple[str, str], ...]
# The location and the name of a parameter.
ParameterKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class DocumentedRequest:
    """A request below a contract's base path, every part as it is sent.

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
    given: Mapping[ParameterKey, Any] | None = None,
    now: datetime | None = None,
) -> DocumentedRequest:
    """A request with everything that an operation requires: first examples, else the schemas.

    `token` is sent for the first of the operation's security requirements, unless it is None; it
    replaces a parameter of the same name. `content` is a Content-Type and a body to send
    instead of the documented one. `given` are values of parameters, required or not, to send
    instead of the documented ones. `now` is the moment for relative times of examples, which stay
    as documented without it.
    """
    given = given or {}
    credentials = credentials_of(operation, token)
    taken = {_folded(c.location, c.name) for c in credentials}
    segments: dict[str, str] = {}
    pairs: dict[str, list[tuple[str, str]]] = {"query": [], "header": [], "cookie": []}
    for p in operation.parameters:
        place = p.location, p.name
        if _folded(*place) in taken or not (p.required or place in given):
            continue
        value = given[place] if place in given else documented_value(contract.document, p, now)
        value = parameter_text(value, p, contract.document)
        if p.location == "path":
            segments[p.name] = to_segment(value, p.name, p.style, p.explode)
        elif p.location == "header":
            pairs["header"].append((p.name, to_header(value, p.explode)))
        else:
            pairs[p.location] += to_query(value, p.name, p.style, p.explode)
    for c in credentials:
        encode_text = percent_encoded if c.location == "query" else str
        pairs[c.location].append((encode_text(c.name), encode_text(c.value)))
    kind, body = _documented_content(contract, operation, now) if content is None else content
    query, headers, cookies = (tuple(pairs[where]) for where in ("query", "header", "cookie"))
    path = _path(operation.path, segments)
    return DocumentedRequest(operation.method, path, query, headers, cookies, kind, body)


def given_value(contract: Contract, parameter: Parameter, text: str) -> Any:
    """The value of a parameter that a person gives as text.

    Arrays, objects and values of `content` are written in JSON, arrays and objects also in the
    style `simple`. Any other value is the text itself.
    """
    if parameter.content is None:
        schema = (parameter.schema,) if parameter.schema is not None else ()
        shape = shape_of(contract.document, schema).shapes[0]
        if shape == "primitive":
            return text
        if text[:1] not in ("[", "{"):
            return from_header(text, explode=False, shape=shape)
    return json_or(text, text)


def request_body_examples(operation: Operation) -> Iterator[tuple[MediaType, Example]]:
    """Every example of a request body of an operation, with its media type."""
    for media in operation.request_content:
        for example in media.examples:
            yield media, example


def preferred_media(operation: Operation) -> MediaType | None:
    """The media type to send: one with an example if there is one, JSON among several."""
    content = operation.request_content
    return max(content, key=lambda media: (bool(media.examples), media.is_json), default=None)


def _documented_content(
    contract: Contract, operation: Operation, now: datetime | None = None
) -> tuple[str, bytes]:
    """The Content-Type and the bytes of the documented body, both empty where there is none.

    A body without example is made from its schema where it is required.
    """
    body, media = operation.body, preferred_media(operation)
    if body is None or media is None or operation.method == "HEAD":
        return "", b""
    if not (media.examples or body.required):
        return "", b""
    return typed_body(documented_value(contract.document, media, now), media, contract.document)


def _path(template: str, segments: Mapping[str, str]) -> str:
    """The path with its parameters; braces that name no parameter are encoded."""
    parts = re.split(r"\{([^{}]*)\}", template)
    return "".join(
        segments.get(part, quote(part, safe="")) if i % 2 else quote(part, safe=_IN_PATH)
        for i, part in enumerate(parts)
    )


def _folded(location: str, name: str) -> ParameterKey:
    return location, name.lower() if location == "header" else name
