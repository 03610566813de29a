"""Each difference between a value and its schema is found once, at its keyword and place."""

from __future__ import annotations

from typing import Any

import pytest
from checked import DOCUMENT

from greenroom.contract.catalog import build
from greenroom.schema.instance_walk import SchemaWalk
from greenroom_contracts.judge.location import Location
from greenroom_contracts.judge.schema_findings import schema_findings

Differences = list[tuple[str, str, str]]

_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["id", "items"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "state": {"enum": ["on", "off"]},
        "count": {"type": ["integer", "null"], "maximum": 9},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name"],
                "properties": {"name": {"type": "string"}, "at": {"format": "date-time"}},
            },
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "anything": {"type": "object"},
        "shape": {
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind", "radius"],
                    "properties": {"kind": {"const": "circle"}, "radius": {"type": "number"}},
                },
                {
                    "type": "object",
                    "required": ["kind", "side"],
                    "properties": {"kind": {"const": "square"}, "side": {"type": "number"}},
                },
            ]
        },
    },
}
_ID = "0b7f2f3e-7f0a-4f0e-9a53-0d5f3c2b1a00"


def judged(**changes: Any) -> Differences:
    """Kind, pointer below the schema and place of the findings about a changed body."""
    document = {**DOCUMENT, "components": {"schemas": {"Body": _SCHEMA}}}
    document = {**document, "paths": {}, "security": []}
    contract = build(document, "bodies", "bodies.yaml")
    body = {"id": _ID, "items": [{"name": "a"}], **changes}
    body = {name: value for name, value in body.items() if value is not ...}
    schema = "/components/schemas/Body"
    location = Location(SchemaWalk(contract.document), "op", "body")
    found = schema_findings(location, schema, body)
    return [
        (f.kind, f.pointer.removeprefix(schema), f.instance.removeprefix("body ")) for f in found
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"state": "on", "count": None},
        {"labels": {"any": "name"}},
        {"anything": {"at": {"all": 1}}},
        {"shape": {"kind": "square", "side": 2}},
    ],
)
def test_a_valid_body_has_no_findings(changes: dict[str, Any]) -> None:
    """Additional properties are documented too."""
    assert judged(**changes) == []


_ITEM = "/properties/items/items"
_SHAPE = "/properties/shape/oneOf"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": ...}, ("missing-field", "/required", "/id")),
        ({"id": 5}, ("wrong-type", "/properties/id/type", "/id")),
        ({"id": "x"}, ("wrong-format", "/properties/id/format", "/id")),
        ({"id": None}, ("wrong-type", "/properties/id/type", "/id")),
        ({"state": "broken"}, ("undocumented-value", "/properties/state/enum", "/state")),
        ({"count": 10}, ("invalid-value", "/properties/count/maximum", "/count")),
        ({"items": {}}, ("wrong-type", "/properties/items/type", "/items")),
        ({"items": [{}]}, ("missing-field", f"{_ITEM}/required", "/items/0/name")),
        (
            {"items": [{"name": "a", "at": "then"}]},
            ("wrong-format", f"{_ITEM}/properties/at/format", "/items/0/at"),
        ),
        ({"colour": "red"}, ("undocumented-field", "/properties", "/colour")),
        (
            {"items": [{"name": "a", "colour": 1}]},
            ("undocumented-field", f"{_ITEM}/properties", "/items/0/colour"),
        ),
        (
            {"shape": {"kind": "circle"}},
            ("missing-field", f"{_SHAPE}/0/required", "/shape/radius"),
        ),
        ({"shape": {"kind": "line"}}, ("invalid-value", _SHAPE, "/shape")),
    ],
)
def test_a_difference_has_the_pointer_of_its_keyword_and_its_place(
    changes: Any, expected: tuple[str, ...]
) -> None:
    """The keyword's pointer, and the place in the body."""
    assert judged(**changes) == [expected]
