"""Which schemas apply to the parts of a value."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.codec.interpretation import Interpretations
from greenroom.mock.request.unknown_names import PropertyNames
from greenroom.schema.validators import SchemaSet

NODE = {"$ref": "#/components/schemas/Node"}
KID = {"type": "object", "properties": {"kid": NODE}}
KIDS = {"type": "object", "properties": {"kids": {"type": "array", "items": NODE}}}
# Schemas that name the same part several times, and that part is of the same schema again.
RECURSIVE: dict[str, tuple[Any, str]] = {
    "allOf": ({"allOf": [KID], **KID}, "kid"),
    "anyOf": ({"anyOf": [KID, KID], **KID}, "kid"),
    "then": ({"if": {}, "then": KID, **KID}, "kid"),
    "items": ({"allOf": [KIDS], **KIDS}, "kids"),
    "patternProperties": ({**KID, "patternProperties": {"^k": NODE, "d$": NODE}}, "kid"),
    "additionalProperties": ({"allOf": [{"additionalProperties": NODE}],
                              "additionalProperties": NODE}, "kid"),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "name"), RECURSIVE.values(), ids=RECURSIVE)
def test_a_schema_that_is_reached_in_several_ways_applies_once(schema: Any, name: str) -> None:
    """Otherwise each level of a value would have several times as many as the one above it."""
    schemas = SchemaSet({"components": {"schemas": {"Node": schema}}})
    shape_of, pointers = Interpretations(schemas).shape_of, ("/components/schemas/Node",)
    for _ in range(10):
        pointers = shape_of(pointers).of_property(name)
        pointers = shape_of(pointers).of_item(0) if name == "kids" else pointers
        assert len(pointers) == len(set(pointers)) <= 3
    names = PropertyNames(schemas, "/components/schemas/Node")
    value: Any = {"other": 1}
    for _ in range(10):
        value = {name: [value] if name == "kids" else value}
    assert names.are_known(value) is ("additionalProperties" in schema)
