"""A small contract in which everything can drift."""

from __future__ import annotations

from typing import Any

from contracts import KEY, contract

from greenroom.contract.model import Contract

ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["id", "owner"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "maxLength": 20, "pattern": "^[A-Z]"},
        "size": {"type": "integer", "minimum": 0, "maximum": 9},
        "state": {"enum": ["open", "shut"]},
        "open": {"type": "boolean"},
        "made": {"type": "string", "format": "date-time"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        "owner": {
            "type": "object",
            "required": ["mail"],
            "properties": {"mail": {"type": "string", "format": "email"}},
        },
        "notes": {"type": "object", "additionalProperties": True},
    },
}
LIST: dict[str, Any] = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "kind": {"const": "list"},
        "items": {"type": "array", "items": ITEM},
        "total": {"type": "integer"},
    },
}
WANTED: dict[str, Any] = {
    "type": "object",
    "required": ["name", "size"],
    "properties": {"name": {"type": "string"}, "size": {"type": "integer"}, "any": {}},
}
ERROR: dict[str, Any] = {"type": "object", "properties": {"message": {"type": "string"}}}
THING: dict[str, Any] = {
    "id": "123e4567-e89b-12d3-a456-426614174000",
    "name": "Ada",
    "size": 7,
    "state": "open",
    "open": True,
    "made": "2026-01-31T09:00:00Z",
    "tags": ["a"],
    "owner": {"mail": "ada@example.com"},
    "notes": {"a": 1},
}
PAGE: dict[str, Any] = {"kind": "list", "items": [THING, THING], "total": 2}


def _response(schema: Any, value: Any, **more: Any) -> dict[str, Any]:
    content = {"schema": schema, "examples": {"documented": {"value": value}}}
    return {"description": "A response.", "content": {"application/json": content}, **more}


def _refused(message: str) -> dict[str, Any]:
    return _response(ERROR, {"message": message})


def _integer(name: str, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "integer"}}


def made() -> Contract:
    """Things that can be listed page by page, made and read, and a door without a lock."""
    refusals = {"400": _refused("wrong"), "401": _refused("who")}
    counted = {
        "X-Count": {"required": True, "schema": {"type": "integer"}, "example": 2},
        "X-Trace": {"schema": {"type": "string"}, "example": "t-1"},
    }
    examples = {
        "first": {"value": {"name": "Ada", "size": 1}},
        "second": {"value": {"name": "Bob", "size": 2}},
    }
    identifier = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "example": "t-9",
    }
    linked = {"GetThing": {"operationId": "getThing", "parameters": {"id": "$response.body#/id"}}}
    things = {
        "get": {
            "operationId": "listThings",
            "x-effect": ["read"],
            "x-pagination": {
                "size": "limit",
                "page": "page",
                "first": 1,
                "items": "/items",
                "total": "/total",
            },
            "parameters": [_integer("limit"), _integer("page"), _integer("team", required=True)],
            "responses": {"200": _response(LIST, PAGE, headers=counted), **refusals},
        },
        "post": {
            "operationId": "createThing",
            "x-effect": ["create"],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": WANTED, "examples": examples}},
            },
            "responses": {"201": _response(ITEM, THING, links=linked), **refusals},
        },
    }
    thing = {
        "parameters": [identifier],
        "get": {
            "operationId": "getThing",
            "x-effect": ["read"],
            "responses": {"200": _response(ITEM, THING), **refusals},
        },
        "delete": {
            "operationId": "deleteThing",
            "x-effect": ["delete"],
            "responses": {"204": {"description": "Gone."}, **refusals},
        },
    }
    door = {
        "get": {
            "operationId": "getDoor",
            "x-effect": ["read"],
            "security": [],
            "responses": {"200": _response({"type": "string"}, "open")},
        }
    }
    lost = {
        "parameters": [{**identifier, "name": "key"}],
        "get": {
            "operationId": "getLost",
            "x-effect": ["read"],
            "responses": {"200": _response(ITEM, THING), **refusals},
        },
    }
    return contract(
        {"/things": things, "/things/{id}": thing, "/door": door, "/lost/{key}": lost},
        schemes=KEY,
        security=[{"Keyed": []}],
    )
