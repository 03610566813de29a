"""A small API of things that are kept, for tests of its simulation."""

from __future__ import annotations

from typing import Any

from contracts import contract

from greenroom.contract.model import Contract

STRING = {"type": "string"}
DOCUMENTED = {"id": "thing_001", "name": "Documented", "created_at": "2025-01-01T00:00:00Z"}
KEYS = {
    "Keyed": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Key",
        "x-test-credentials": {"reader": []},
    }
}
SCHEMAS: dict[str, Any] = {
    "Thing": {
        "type": "object",
        "required": ["id", "name", "created_at"],
        "properties": {
            "id": STRING,
            "name": STRING,
            "note": STRING,
            "created_at": {"type": "string", "format": "date-time"},
        },
    },
    "NewThing": {
        "type": "object",
        "required": ["name"],
        "properties": {"name": STRING, "note": STRING},
    },
    "Problem": {"type": "object", "required": ["error"], "properties": {"error": STRING}},
}


def content(schema: Any, **examples: Any) -> dict[str, Any]:
    """JSON content with a schema and named examples."""
    named = {name: {"value": value} for name, value in examples.items()}
    return {"application/json": {"schema": schema, "examples": named}}


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def answer(schema: Any, **examples: Any) -> dict[str, Any]:
    """A response."""
    return {"description": "A response.", "content": content(schema, **examples)}


MISSING = {"404": answer(ref("Problem"), ThingMissing={"error": "nothing there"})}
ID = {"name": "id", "in": "path", "required": True, "schema": STRING, "example": "thing_001"}
LIST = {
    "type": "object",
    "required": ["things"],
    "properties": {"things": {"type": "array", "items": ref("Thing")}},
}
PATHS: dict[str, Any] = {
    "/things": {
        "get": {
            "operationId": "listThings",
            "parameters": [{"name": "name", "in": "query", "schema": STRING}],
            "responses": {"200": answer(LIST, Things={"things": [DOCUMENTED]})},
        },
        "post": {
            "operationId": "createThing",
            "requestBody": {"content": content(ref("NewThing"), Thing={"name": "Documented"})},
            "responses": {"201": answer(ref("Thing"), Thing=DOCUMENTED)},
        },
    },
    "/things/{id}": {
        "parameters": [ID],
        "get": {
            "operationId": "getThing",
            "responses": {"200": answer(ref("Thing"), Thing=DOCUMENTED), **MISSING},
        },
        "patch": {
            "operationId": "updateThing",
            "requestBody": {"content": content({"type": "object"})},
            "responses": {"200": answer(ref("Thing"), Thing=DOCUMENTED), **MISSING},
        },
        "delete": {
            "operationId": "deleteThing",
            "responses": {"204": {"description": "Gone."}, **MISSING},
        },
    },
}
API: Contract = contract(
    PATHS,
    schemes=KEYS,
    components={"schemas": SCHEMAS},
    security=[{"Keyed": []}],
    servers=[{"url": "https://api.acme.test"}],
)
