"""One schema implies another only where every value that it accepts is accepted by that."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from greenroom.schema.implication import Described, implies, properties, stated

DOCUMENT = {"Name": {"type": "string", "maxLength": 3}, "Node": {"items": {"$ref": "#/Node"}}}
# Values of all types, some within and some beyond the limits below.
VALUES: list[Any] = [
    *(None, True, False, 0, 1, 4, 2.5, "", "abc", "abcdef", "one", "2026-01-05", [], [1], ["a"]),
    *([["abcdef"]], {}, {"a": 1}, {"a": "x"}, {"a": "abcdef", "b": 2}, {"b": None}, [1, 1]),
]
IMPLIED: list[tuple[Any, Any]] = [
    ({"type": "string", "minLength": 1}, {"type": "string"}),
    ({"type": "integer"}, {"type": ["number", "null"]}),
    ({"$ref": "#/Name"}, {"maxLength": 3, "description": "A name.", "x-basis": "documented"}),
    ({"allOf": [{"$ref": "#/Name"}, {"minLength": 1}]}, {"$ref": "#/Name"}),
    ({"enum": ["one"]}, {"enum": ["one", "two"]}),
    ({"type": "array", "items": {"type": "integer"}}, {"items": {"type": "number"}}),
    ({"properties": {"a": {"type": "string"}}, "required": ["a", "b"]}, {"required": ["a"]}),
    ({"properties": {"a": {"type": "string"}}}, {"properties": {"a": {"type": "string"}}}),
    ({"type": "string"}, True),
    ({"type": "string"}, {"default": 1}),
]
UNSURE: list[tuple[Any, Any]] = [
    ({"type": "string"}, {"type": "string", "minLength": 1}),
    ({"type": "number"}, {"type": "integer"}),
    ({}, {"type": "string"}),
    (True, {"type": "string"}),
    ({"maxLength": 4}, {"maxLength": 3}),
    ({"enum": [1]}, {"enum": [True]}),
    ({"enum": ["one", "three"]}, {"enum": ["one", "two"]}),
    ({"items": {"type": "integer"}, "prefixItems": [{}]}, {"items": {"type": "integer"}}),
    ({"properties": {"a": {}}}, {"properties": {"a": {"type": "string"}}}),
    ({"additionalProperties": False, "properties": {"a": {}}}, {"additionalProperties": False}),
    ({"type": "string"}, False),
    ({"type": "string"}, {"not": {"type": "string"}}),
    ({"type": "object"}, {"x-max-items-across": {"properties": ["a"], "maximum": 1}}),
    ({"$ref": "#/Node"}, {"$ref": "#/Node"}),
]


def described(schema: Any) -> Described:
    """A schema of the document."""
    return Described(DOCUMENT, schema)


def accepts(schema: Any, value: Any) -> bool:
    """Whether a schema accepts a value, by the validator alone."""
    whole = {"$id": "urn:x", "allOf": [schema], **DOCUMENT}
    return bool(jsonschema_rs.validator_for(whole).is_valid(value))


@pytest.mark.parametrize(("given", "wanted"), IMPLIED)
def test_a_schema_implies_what_its_keywords_say(given: Any, wanted: Any) -> None:
    """And every value that it accepts is accepted."""
    assert implies(described(given), described(wanted))
    assert all(accepts(wanted, value) for value in VALUES if accepts(given, value))


@pytest.mark.parametrize(("given", "wanted"), UNSURE)
def test_what_is_not_understood_is_not_implied(given: Any, wanted: Any) -> None:
    """Nor is what is not so."""
    assert not implies(described(given), described(wanted))


def test_a_property_is_described_where_it_alone_is_decided_about() -> None:
    """Not where the value of another has a say."""
    plain = {"properties": {"a": {"type": "string"}}, "required": ["a"], "type": "object"}
    closed = {"properties": {"b": {}}, "additionalProperties": False}
    assert properties(described(plain), "a") == [described({"type": "string"})]
    assert properties(described(plain), "b") == []
    assert properties(described({"allOf": [plain, closed]}), "a") == [
        described({"type": "string"}), described(False)
    ]  # fmt: skip
    assert properties(described({**plain, "if": {}, "then": False}), "a") is None
    assert stated(described({"allOf": [plain], "anyOf": [closed]}), "a") == [
        described({"type": "string"})
    ]
