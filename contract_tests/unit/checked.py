"""A small contract to check servers against: things are listed, read, made, changed, removed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract

_PROVENANCE = {"basis": "documented", "source": "guide", "at": "Things"}
_THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "string", "x-provenance": {"basis": "inferred", "note": "By its looks."}},
        "name": {"type": "string"},
        "state": {"type": "string", "enum": ["new", "old"]},
        "size": {"type": "integer", "minimum": 0},
    },
    "x-provenance": _PROVENANCE,
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}},
    "x-provenance": _PROVENANCE,
}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_TO_THING = {"operationId": "getThing", "parameters": {"id": "$response.body#/id"}}


def _answer(schema: str, value: Any, **more: Any) -> dict[str, Any]:
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "examples": {"One": value}}
    return {
        "description": "An answer",
        "content": {"application/json": {**content, "examples": {"One": {"value": value}}}},
        **more,
    }


def _errors(*codes: str) -> dict[str, Any]:
    return {code: _answer("Error", {"error": f"error {code}"}) for code in codes}


_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
            },
            "examples": {"One": {"value": {"name": "first"}}},
        }
    },
}
_NEW = {"id": "own-1", "name": "first", "state": "new"}
_OWN = {
    name: {"operationId": target, "parameters": {"id": "$response.body#/id"}}
    for name, target in (
        ("GetThing", "getThing"),
        ("ChangeThing", "changeThing"),
        ("DeleteThing", "deleteThing"),
        ("CallThing", "callThing"),
    )
}

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1"},
    "security": [{"Key": []}],
    "paths": {
        "/things": {
            "get": {
                "operationId": "listThings",
                "x-effect": ["read"],
                "x-provenance": _PROVENANCE,
                "parameters": [
                    {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 1}}
                ],
                "responses": {
                    "200": {
                        "description": "All of them",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "items": {"$ref": "#/components/schemas/Thing"},
                                },
                                "examples": {"All": {"value": [{"id": "their-1", "name": "a"}]}},
                            }
                        },
                        "links": {
                            "GetThing": {
                                "operationId": "getThing",
                                "parameters": {"id": "$response.body#/0/id"},
                            }
                        },
                    },
                    **_errors("400", "401"),
                },
            },
            "post": {
                "operationId": "createThing",
                "x-effect": ["create"],
                "x-provenance": _PROVENANCE,
                "requestBody": _BODY,
                "responses": {
                    "201": _answer("Thing", _NEW, links=_OWN),
                    **_errors("400", "401"),
                },
            },
        },
        "/things/{id}": {
            "parameters": [_ID],
            "get": {
                "operationId": "getThing",
                "x-effect": ["read"],
                "x-provenance": _PROVENANCE,
                "responses": {
                    "200": _answer("Thing", {"id": "their-1", "name": "a", "state": "old"}),
                    **_errors("401", "404"),
                },
            },
            "put": {
                "operationId": "changeThing",
                "x-effect": ["change"],
                "x-provenance": _PROVENANCE,
                "requestBody": _BODY,
                "responses": {"200": _answer("Thing", _NEW), **_errors("400", "401", "404")},
            },
            "delete": {
                "operationId": "deleteThing",
                "x-effect": ["delete"],
                "x-provenance": _PROVENANCE,
                "responses": {"204": {"description": "Gone"}, **_errors("401", "404")},
            },
        },
        "/things/{id}/call": {
            "parameters": [_ID],
            "post": {
                "operationId": "callThing",
                "x-effect": ["contact", "cost"],
                "x-provenance": _PROVENANCE,
                "responses": {"200": _answer("Thing", _NEW), **_errors("401", "404")},
            },
        },
        "/quotes": {
            "post": {
                "operationId": "quoteThing",
                "x-effect": ["read"],
                "x-effect-reason": "It only computes.",
                "x-provenance": _PROVENANCE,
                "requestBody": _BODY,
                "responses": {"200": _answer("Thing", _NEW), **_errors("400", "401")},
            },
        },
    },
    "components": {
        "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "schemas": {"Thing": _THING, "Error": _ERROR},
    },
}


def things(document: dict[str, Any] = DOCUMENT) -> Contract:
    """The contract, or another one of this name; a new one each time."""
    return build(deepcopy(document), "things", "things.yaml")
