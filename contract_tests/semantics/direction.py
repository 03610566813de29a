"""`readOnly` and `writeOnly`: what a request must have, and what it may have nevertheless."""

from __future__ import annotations

from typing import Any

from .bodies import JSON
from .case import OK, Case, Verdict, broken, posted, with_body

V31, V30 = "OAS 3.1.1, 4.8.24.3.2", "OAS 3.0.4, 4.7.24.2"
READ = {"type": "integer", "readOnly": True}
THING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": READ,
        "name": {"type": "string"},
        "secret": {"type": "string", "writeOnly": True},
    },
}
SCHEMAS: dict[str, Any] = {
    "Thing": THING,
    "Id": {"type": "integer", "readOnly": True},
    "Base": {"type": "object", "properties": {"id": READ}},
    "Identified": {"type": "object", "required": ["id"], "properties": {"id": READ}},
}
# Schema, body, verdict; the same for both versions.
ROWS: list[tuple[Any, bytes, Verdict]] = [
    # Required in responses only.
    (THING, b'{"name":"a","secret":"b"}', OK),
    ({"$ref": "#/components/schemas/Thing"}, b'{"name":"a","secret":"b"}', OK),
    # Required in requests only, and so in this one.
    (THING, b'{"name":"a"}', broken("body ")),
    (THING, b'{"secret":"a"}', broken("body ")),
    # Sent nevertheless: a server may ignore it, but it must be valid.
    (THING, b'{"id":5,"name":"a","secret":"b"}', OK),
    (THING, b'{"id":"x","name":"a","secret":"b"}', broken("body /id")),
    # Inside other values.
    ({"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}, b"[{}]",
     broken("body /0", "body /0")),
    ({"type": "object", "properties": {"in": THING}}, b'{"in":{"name":"a","secret":"b"}}', OK),
    # In composed schemas.
    ({"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["id", "name"]}]},
     b'{"name":"a"}', OK),
    ({"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["id", "name"]}]}, b"{}",
     broken("body ")),
    ({"allOf": [{"$ref": "#/components/schemas/Identified"}, {"required": ["name"]}]},
     b'{"name":"a"}', OK),
    ({"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["id"]}, b"{}", OK),
    ({"properties": {"id": READ}, "allOf": [{"required": ["id"]}]}, b"{}", OK),
    ({"required": ["id"], "properties": {"id": {"allOf": [{"$ref": "#/components/schemas/Id"}]}}},
     b"{}", OK),
    ({"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Id"}}}, b"{}", OK),
    # A condition is not changed.
    ({"properties": {"id": READ}, "not": {"required": ["id"]}}, b'{"id":1}', broken("body ")),
    ({"properties": {"id": READ}, "not": {"required": ["id"]}}, b"{}", OK),
    # Other properties are required.
    ({"required": ["id"], "properties": {"id": {"type": "integer", "readOnly": False}}}, b"{}",
     broken("body ")),
]  # fmt: skip


def _case(section: str, version: str, schema: Any, body: bytes, verdict: Verdict) -> Case:
    content = {JSON: {"schema": schema}}
    document = with_body(content, schemas=SCHEMAS, version=version)
    return Case(section, f"{body!r} by {schema}", document, posted(body, JSON), verdict)


CASES = [
    *(_case(V31, "3.1.0", *row) for row in ROWS),
    *(_case(V30, "3.0.3", *row) for row in ROWS),
]
