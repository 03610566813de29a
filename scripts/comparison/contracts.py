"""Contracts for what the vendors' ones do not use, made of the tables of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import chain, product
from typing import Any

from roundtrip import bodies, parameters

Json = dict[str, Any]

_SECTIONS = (
    "bodies", "direction", "forms", "jsontext", "multipart", "openapi30", "order", "parameters",
    "routing", "security", "styles", "values", "xmlbodies",
)  # fmt: skip
_THING = {"schema": {"$ref": "#/components/schemas/Thing"}}
_TEXT, _COUNT = {"type": "string"}, {"type": "integer"}
_TYPES = (
    "text/plain", "text/csv", "application/xml", "text/event-stream", "application/jsonl",
    "application/json-seq", "application/x-www-form-urlencoded", "application/x-ndjson",
    "multipart/form-data", "application/*", "*/*", "image/png", "application/vnd.acme+json",
)  # fmt: skip
_STATUSES = (
    "200", "201", "202", "204", "205", "206", "2XX", "302", "304", "404", "500", "default", "101",
)  # fmt: skip
_HEADERS: Json = {
    "X-Rate": {"required": True, "schema": {"type": "integer", "minimum": 7}},
    "X-List": {"schema": {}, "examples": {"a": {"value": [1, "b"]}, "b": {"value": {"c": 1}}}},
    "Content-Length": {"schema": _COUNT, "example": 1},
    "Vary": {"schema": _TEXT, "example": "Accept"},
    "X-Text": {"schema": _TEXT, "example": "grüße\r\nX: y"},
}
_OK: Json = {"200": {"description": "Fine."}}


def semantics_cases() -> Iterator[Any]:
    """The rows of the tables of semantics, each a document with a request."""
    return chain.from_iterable(import_module(f"semantics.{name}").CASES for name in _SECTIONS)


def parameters_contract() -> Json:
    """An operation for each parameter of the table of round trips."""
    # Named as the examples of the parameters, which select them.
    content = {"application/json": _named("A", "B", "C")}
    responses = {"200": {"description": "", "content": content}, "404": {"description": ""}}
    paths: Json = {}
    for i, row in enumerate(parameters.ROWS):
        examples = _named(row.value, "x")
        described: Json = {"name": "p", "in": row.location, "required": row.location == "path"}
        if row.content:
            described["content"] = {row.content: {"schema": row.schema, **examples}}
        else:
            written = {"style": row.style, "explode": row.explode, "schema": row.schema}
            described.update(written, **examples)
        path = f"/{i}/{{p}}" if row.location == "path" else f"/{i}"
        paths[path] = {"get": {"parameters": [described], "responses": responses}}
    return _document(paths)


def bodies_contract() -> Json:
    """An operation for each body of the table of round trips, which is its response too."""
    error = {"description": "", "content": {"application/json": _named({"no": 1})}}
    paths: Json = {}
    for i, row in enumerate(bodies.ROWS):
        media = {"schema": row.described, "encoding": row.encoding, **_named(row.value, {"b": 1})}
        content = {row.media_type: media}
        created = {"description": "", "content": content}
        responses = {"201": created, ("4XX", "422", "default")[i % 3]: error}
        body = {"required": i % 2 == 0, "content": content}
        paths[f"/{i}"] = {"post": {"requestBody": body, "responses": responses}}
    return _document(paths)


def responses_contract() -> Json:
    """Operations that differ in a status, in a media type, in a schema, or in their servers."""
    example = {**_THING, **_named({"name": "a", "children": []})}
    content: Json = {"application/json": example, "application/xml": _THING}
    found: list[Json] = [
        {status: {"description": "", "headers": _HEADERS, "content": content}}
        for status in _STATUSES
    ]
    other = {"description": "", "content": {"text/plain": {"example": "else"}}}
    things = {"schema": {"type": "array", "items": _THING["schema"]}}
    for kind, media in product(_TYPES, (_THING, things)):
        found.append({"200": {"description": "", "content": {kind: media}}, "default": other})
    sampler = import_module("schema.generation.test_sampler")
    for schema in _schemas(sampler):
        content = {kind: {"schema": schema} for kind in ("application/json", "application/xml")}
        headers = {"X-Made": {"required": True, "schema": schema}}
        made = {"description": "", "content": content}
        found.append({"200": {**made, "headers": headers}, "4XX": made})
    paths: Json = {f"/{i}": {"get": {"responses": listed}} for i, listed in enumerate(found)}
    template = {"url": "https://a.example/{v}", "variables": {"v": {"default": "v9"}}}
    for i in range(0, len(found), 9):
        paths[f"/{i}"]["get"]["servers"] = [template, {"url": "/q/"}]
        paths[f"/{i + 1}"]["servers"] = [{"url": "https://b.example/p"}]
    servers = [{"url": url} for url in ("https://api.example/v1", "/v2", "http://b.example")]
    schemas = {"Thing": sampler.TREE, **sampler.PETS}
    return _document(paths, servers=servers, components={"schemas": schemas})


def _schemas(sampler: Any) -> Iterator[Any]:
    """The schemas of the tests that generate values."""
    yield from (schema for schema, _ in (*sampler.USUAL, *sampler.KINDS))
    yield from ({**_TEXT, "format": name} for name in sampler.FORMATS)
    patterns = import_module("schema.generation.test_regex_strings").PATTERNS
    yield from ({**_TEXT, "pattern": pattern} for pattern in patterns)
    yield from ({"oneOf": [_COUNT, _COUNT]}, False, {"type": "array", "minItems": 100_000})


def broken_contract() -> Json:
    """A document that is valid only in part."""
    parts: tuple[Json, ...] = (
        {}, {"responses": {}}, {"operationId": "twice"}, {"operationId": "twice"},
        {"parameters": [{"name": "p", "in": "nowhere"}]}, {"security": [{"unknown": []}]},
        {"parameters": [{"$ref": "#/components/parameters/Missing"}]},
        {"requestBody": {"content": {"text/plain": {"schema": {"type": "unknown"}}}}},
        {"responses": {"200": {"description": 5}}},
    )  # fmt: skip
    paths = {f"/{i}": {"get": {"responses": _OK, **part}} for i, part in enumerate(parts)}
    return _document({**paths, "/{undeclared}": paths["/0"], "no/slash": paths["/0"]}, unknown="x")


def _document(paths: Json, **parts: Any) -> Json:
    info = {"title": "Made up", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, **parts}


def _named(*values: Any) -> Json:
    return {"examples": {name: {"value": v} for name, v in zip("abc", values, strict=False)}}
