"""A contract with every style of parameter, kind of schema and media type."""

from __future__ import annotations

from itertools import product
from typing import Any

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract

TREE_POINTER = {"$ref": "#/components/schemas/Tree"}
TREE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^(a+)+$", "xml": {"attribute": True}},
        "when": {"type": "string", "format": "date-time"},
        "count": {"type": ["integer", "null"], "multipleOf": 0.01, "maximum": 1e10},
        "kids": {"type": "array", "items": TREE_POINTER, "uniqueItems": True},
        "many": {"type": "array", "items": {"type": "integer"}, "xml": {"wrapped": True}},
    },
    "patternProperties": {"^n_(a|aa)+$": {"type": "number"}},
    "additionalProperties": {"anyOf": [{"type": "number"}, TREE_POINTER]},
}
PET = {
    "oneOf": [
        {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"const": kind}, "x": typed},
        }
        for kind, typed in (("a", {"type": "integer"}), ("b", {"type": "string"}))
    ]
}
SCHEMAS: list[Any] = [
    {"type": "integer", "maximum": 10},
    {"type": ["number", "null"], "multipleOf": 0.01},
    {"type": "array", "items": {"oneOf": [{"type": "number"}, {"type": "boolean"}]}},
    TREE_POINTER,
    {"type": "string", "pattern": "^(a|aa)+$", "format": "uri"},
    {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "boolean"}}]},
    PET,
]
STYLES = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
    "path": ("simple", "label", "matrix"),
}
TYPES = [
    "application/json", "application/xml", "application/x-www-form-urlencoded",
    "multipart/form-data", "text/plain", "image/*", "*/*",
]  # fmt: skip
ENCODING = {
    "name": {"contentType": "text/plain, application/json", "headers": {"X-N": {"schema": {}}}},
    "kids": {"contentType": "application/xml"},
    "many": {"style": "deepObject", "explode": True},
}
SCHEMES: dict[str, Any] = {
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    "header": {"type": "apiKey", "in": "header", "name": "key"},
}


def _parameters() -> list[dict[str, Any]]:
    """Parameters of every location and style, exploded or not, with every schema in turn."""
    found: list[dict[str, Any]] = []
    ways = ((place, style) for place, styles in STYLES.items() for style in styles)
    for (place, style), explode in product(ways, (True, False)):
        found.append({
            "name": "p" if place == "path" else f"p{len(found)}",
            "in": place,
            "style": style,
            "explode": explode,
            "required": place == "path",
            "schema": SCHEMAS[len(found) % len(SCHEMAS)],
        })  # fmt: skip
    for kind in ("application/json", "application/xml", "text/plain"):
        content = {kind: {"schema": TREE_POINTER}}
        found.append({"name": f"c{len(found)}", "in": "query", "content": content})
    return found


def _media(kind: str) -> dict[str, Any]:
    return {"schema": TREE_POINTER, **({"encoding": ENCODING} if "form" in kind else {})}


def document() -> dict[str, Any]:
    """The contract as a document: a path for each style of a path, and one for each body."""
    listed = _parameters()
    inner = [parameter for parameter in listed if parameter["in"] != "path"]
    responses = {
        "200": {"description": "Got.", "content": {"application/json": {"example": {}}}},
        "4XX": {"description": "Bad.", "content": {"application/json": {"example": {}}}},
    }
    paths: dict[str, Any] = {
        f"/s{i}/{{p}}": {"parameters": [segment, *inner], "get": {"responses": responses}}
        for i, segment in enumerate(p for p in listed if p["in"] == "path")
    }
    for i, kind in enumerate(TYPES):
        body = {"required": i % 2 == 0, "content": {kind: _media(kind)}}
        paths[f"/b{i}/{{a}}.{{b}}"] = {
            "parameters": [{"name": n, "in": "path", "required": True, "schema": {}} for n in "ab"],
            "post": {"requestBody": body, "responses": responses},
        }
    every = {"content": {kind: _media(kind) for kind in TYPES}}
    paths["/secured"] = {
        "put": {
            "security": [{name: []} for name in SCHEMES],
            "requestBody": every,
            "responses": responses,
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Everything", "version": "1"},
        "servers": [{"url": "/v1"}, {"url": "/"}],
        "paths": paths,
        "components": {"schemas": {"Tree": TREE}, "securitySchemes": SCHEMES},
    }


def contract() -> Contract:
    """The contract, loaded."""
    return build(document(), "everything", "everything.yaml")
