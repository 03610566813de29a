"""The reduced document that models are generated from."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.models.events import Event, with_payloads
from greenroom.models.reduction import reduced


def schema(given: dict[str, Any], **others: Any) -> Any:
    """A schema after reducing."""
    return reduced(document({"Thing": given, **others}))["components"]["schemas"]["Thing"]


def document(schemas: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A contract with component schemas."""
    info = {"title": "Acme", "version": "1", "x-sources": {}}
    return {"openapi": "3.1.0", "info": info, "components": {"schemas": schemas}, **parts}


@pytest.mark.parametrize(
    "noise",
    [
        {"x-provenance": {"basis": "documented"}},
        {"x-python-type": "os.system"},
        {"title": "A thing"},
        {"examples": ["a"]},
        {"example": "a"},
        {"externalDocs": {"url": "https://acme.test"}},
        {"contentMediaType": "application/json"},
        {"readOnly": True},
        {"not": {"const": "a"}},
        {"if": {"const": "a"}, "then": {"minLength": 1}, "else": {"maxLength": 1}},
        {"dependentRequired": {"a": ["b"]}},
        {"format": "email"},
        {"format": "uri"},
        {"format": "password"},
        {"format": "unheard-of"},
        {"default": None},
    ],
    ids=lambda noise: next(iter(noise)) + str(noise.get("format", "")),
)
def test_what_no_type_can_express_is_left_out(noise: dict[str, Any]) -> None:
    """So that the generator does not guess what it means."""
    assert schema({"type": "string", **noise}) == {"type": "string"}


@pytest.mark.parametrize(
    "given",
    [
        {"type": ["string", "null"], "minLength": 1, "maxLength": 2, "pattern": "^a"},
        {"type": "integer", "minimum": 1, "exclusiveMaximum": 3, "multipleOf": 2, "default": 2},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "default": ["a"]},
        {"type": "string", "enum": ["a", "b"], "default": "a", "deprecated": True},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
        {"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}},
        {"type": "object", "additionalProperties": False, "properties": {"a": {}}},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
        {"oneOf": [{"$ref": "#/components/schemas/Thing"}, {"type": "null"}]},
    ],
    ids=str,
)
def test_what_a_type_can_express_is_kept(given: dict[str, Any]) -> None:
    """Types, limits, names and defaults are not changed."""
    assert schema(given) == given


def test_a_property_may_have_the_name_of_an_extension() -> None:
    """`x-` keys are removed from schemas, not from the vendor's messages."""
    given = {"type": "object", "properties": {"x-id": {"type": "string"}, "title": {}}}
    assert schema(given) == given


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_branches_that_only_require_are_left_out(keyword: str) -> None:
    """Each would become a numbered class."""
    body = {"type": "object", "properties": {"a": {}, "b": {}}}
    assert schema({**body, keyword: [{"required": ["a"]}, {"required": ["b"]}]}) == body


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    ("given", "flat"),
    [
        ({"type": "string", "maxLength": 2}, {"type": ["string", "null"], "maxLength": 2}),
        ({"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "array", "items": {}}, {"type": ["array", "null"], "items": {}}),
    ],
    ids=str,
)
def test_a_type_or_null_becomes_a_list_of_types(
    keyword: str, given: dict[str, Any], flat: Any
) -> None:
    """Otherwise each branch becomes a type, named after the field."""
    assert schema({keyword: [given, {"type": "null"}], "description": "D"}) == {
        **flat,
        "description": "D",
    }


@pytest.mark.parametrize("given", [{"type": "null"}, {"const": None}], ids=str)
def test_a_field_that_is_always_null_is_an_enum_of_null(given: dict[str, Any]) -> None:
    """The generator repeats the default of the other forms."""
    left = schema({"type": "object", "properties": {"a": {**given, "description": "D"}}})
    assert left["properties"]["a"] == {"enum": [None], "description": "D"}


def test_required_of_an_all_of_is_kept() -> None:
    """Unlike in `oneOf` it always applies."""
    given = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["a"]}]}
    assert schema({"allOf": [*given["allOf"], {"not": {"required": ["b"]}}]}, Base={}) == given


@pytest.mark.parametrize("given", [{}, {"additionalProperties": True}, {"properties": {}}], ids=str)
def test_an_object_without_properties_becomes_a_map(given: dict[str, Any]) -> None:
    """A class without fields would be useless."""
    assert schema({"type": "object", **given}) == {"type": "object", "additionalProperties": {}}


@pytest.mark.parametrize("also", [True, {}, {"type": "integer"}], ids=str)
def test_additional_properties_are_left_out_next_to_properties(also: Any) -> None:
    """Every model keeps unknown fields without it."""
    body = {"type": "object", "properties": {"a": {}}}
    assert schema({**body, "additionalProperties": also}) == body


@pytest.mark.parametrize(
    "given",
    [
        {"$ref": "#/components/schemas/Moment", "default": "2025-01-01T00:00:00Z"},
        {"type": "string", "format": "date", "default": "2025-01-01"},
        {"type": "object", "properties": {"a": {}}, "default": {"a": 1}},
        {"type": "array", "items": {}, "default": [{}]},
    ],
    ids=str,
)
def test_a_default_that_is_not_its_python_value_is_left_out(given: dict[str, Any]) -> None:
    """A date field with a string as its default would have the wrong type."""
    assert "default" not in schema(given, Moment={"type": "string", "format": "date-time"})


def test_a_schema_that_is_not_a_component_is_inlined() -> None:
    """Bundled documents refer to schemas in responses, which have no name."""
    content = {"application/json": {"schema": {"type": "string", "title": "Code"}}}
    responses = {"Ok": {"description": "", "content": content}}
    reference = "#/components/responses/Ok/content/application~1json/schema"
    raw = document({"Thing": {"properties": {"a": {"$ref": reference}}}})
    raw["components"]["responses"] = responses
    left = reduced(raw)["components"]["schemas"]["Thing"]
    assert left["properties"]["a"] == {"type": "string"}


def test_a_recursive_schema_that_is_not_a_component_ends() -> None:
    """Where it refers to itself, any value is allowed."""
    raw = document({"Thing": {"items": {"$ref": "#/components/x/Node"}}})
    raw["components"]["x"] = {"Node": {"properties": {"next": {"$ref": "#/components/x/Node"}}}}
    left = reduced(raw)["components"]["schemas"]["Thing"]
    assert left["items"] == {"properties": {"next": {}}}


def test_webhook_payloads_are_kept() -> None:
    """A receiver needs models of them."""
    body = {"content": {"application/json": {"schema": {"type": "string"}, "examples": {}}}}
    hook = {"operationId": "onDone", "x-provenance": {}, "requestBody": body, "responses": {}}
    complete, events = with_payloads(document({}, webhooks={"done": {"post": hook}}))
    assert reduced(complete)["components"]["schemas"] == {"OnDone": {"type": "string"}}
    assert events == [Event("done", "OnDone", {})]


def test_long_lines_of_a_description_are_wrapped() -> None:
    """Lists, tables and line breaks stay."""
    text = "word " * 30 + "\n\n- " + "item " * 30 + "\n| a table | " + "x" * 90
    lines = schema({"description": text})["description"].splitlines()
    assert max(len(line) for line in lines if not line.startswith("|")) <= 88
    assert [line[:6] for line in lines] == [
        "word w", "word w", "", "- item", "  item", "| a ta",
    ]  # fmt: skip
