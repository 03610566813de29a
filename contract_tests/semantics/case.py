"""A row of a table: a small contract, a raw request, and the expected verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom.mock.mock import Mock
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.response.prepared import PreparedResponse

RESPONSES = {"200": {"description": "Fine."}}
# The location and the pointer of each violation.
Places = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Request:
    """A request as it is sent; `target` is the raw path with the raw query."""

    target: str = "/things"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path as it was sent."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> bytes:
        """The query as it was sent, without the question mark."""
        return self.target.partition("?")[2].encode()


@dataclass(frozen=True)
class Verdict:
    """The kind of refusal of a request, None for none, and the sorted places of its violations."""

    kind: str | None = None
    places: Places = ()


@dataclass(frozen=True)
class Case:
    """One row; `section` is that of the specification."""

    section: str
    name: str
    document: Mapping[str, Any] = field(repr=False)
    request: Request
    verdict: Verdict

    @property
    def id(self) -> str:
        """The name of the row in the output of pytest."""
        return f"{self.section}: {self.name}"


OK = Verdict()


def refused(kind: str) -> Verdict:
    """A refusal without violations."""
    return Verdict(kind)


def broken(*places: str) -> Verdict:
    """A refusal with violations at places like `query /name`."""
    split = (place.partition(" ") for place in places)
    return Verdict("invalid-request", tuple(sorted((where, at) for where, _, at in split)))


def document(
    operation: Mapping[str, Any], path: str = "/things", method: str = "get", **parts: Any
) -> dict[str, Any]:
    """A document of one operation; `schemas` and `schemes` are its components."""
    return documents({path: {method: {"responses": RESPONSES, **operation}}}, **parts)


def documents(paths: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """A document of paths; `schemas` and `schemes` are components, `version` is that of OpenAPI."""
    components = {
        name: parts.pop(key)
        for key, name in (("schemas", "schemas"), ("schemes", "securitySchemes"))
        if key in parts
    }
    return {
        "openapi": parts.pop("version", "3.1.0"),
        "info": {"title": "Acme", "version": "1"},
        "paths": paths,
        **({"components": components} if components else {}),
        **parts,
    }


def parameter(schema: Any, place: str = "query", name: str = "p", **more: Any) -> dict[str, Any]:
    """A parameter, required if it is in the path."""
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "schema": schema, **required, **more}


def sent(place: str, text: str, name: str = "p") -> Request:
    """A request with a raw parameter in a location; for a query the text is the whole query."""
    if place == "path":
        return Request(f"/things/{text}")
    if place == "query":
        return Request(f"/things?{text}")
    return Request(headers=(("Cookie" if place == "cookie" else name, text),))


def with_parameter(described: Mapping[str, Any], **parts: Any) -> dict[str, Any]:
    """A document of an operation with one parameter."""
    path = f"/things/{{{described['name']}}}" if described["in"] == "path" else "/things"
    return document({"parameters": [described]}, path, **parts)


def with_body(content: Mapping[str, Any], required: bool = True, **parts: Any) -> dict[str, Any]:
    """A document of an operation with a body of media types."""
    body = {"required": required, "content": content}
    return document({"requestBody": body}, method="post", **parts)


def posted(body: bytes, media_type: str | None, *headers: tuple[str, str]) -> Request:
    """A request with a body."""
    kind = (("Content-Type", media_type),) if media_type is not None else ()
    length = (("Content-Length", str(len(body))),)
    return Request("/things", "POST", (*kind, *length, *headers), body)


@cache
def _built(text: str) -> tuple[Contract, Mock]:
    contract = build(json.loads(text), "acme", "acme.yaml")
    return contract, Mock(contract)


def contract_of(case: Case) -> Contract:
    """The contract of a row."""
    return _built(json.dumps(case.document))[0]


def judged(case: Case) -> Verdict:
    """The verdict of the mock about the request of a row, by calling functions only."""
    mock, request = _built(json.dumps(case.document))[1], case.request
    headers: dict[bytes, bytes] = {}
    for name, value in request.headers:
        key, text = name.lower().encode(), value.encode("latin-1")
        headers[key] = headers[key] + b", " + text if key in headers else text
    context = RequestContext(request.method, request.path, headers, request.query, request.body)
    response = mock.respond(context)
    assert isinstance(response, PreparedResponse)
    return verdict_of(response.headers)


def verdict_of(headers: Any) -> Verdict:
    """The verdict in the headers of a response."""
    found = dict(headers)
    kind = found.get(b"x-greenroom-refusal")
    listed = json.loads(found.get(b"x-greenroom-violations", b"[]"))
    places = sorted((entry["location"], entry["pointer"]) for entry in listed)
    return Verdict(kind.decode() if kind else None, tuple(places))
