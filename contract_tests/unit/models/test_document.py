"""Which part of a contract the models are made of."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.models.document import reduced


def schema(said: dict[str, Any], **others: Any) -> Any:
    """What is left of one schema."""
    return reduced(document({"Thing": said, **others}))["components"]["schemas"]["Thing"]


def document(schemas: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A contract of schemas."""
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
def test_what_no_type_says_is_left_out(noise: dict[str, Any]) -> None:
    """The generator sees nothing that it could only stumble over."""
    assert schema({"type": "string", **noise}) == {"type": "string"}


@pytest.mark.parametrize(
    "said",
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
def test_what_a_type_says_is_kept(said: dict[str, Any]) -> None:
    """Types, limits, names and defaults reach the generator as they stand."""
    assert schema(said) == said


def test_a_property_may_be_called_like_an_extension() -> None:
    """`x-` keys are dropped from schemas, not from the vendor's messages."""
    said = {"type": "object", "properties": {"x-id": {"type": "string"}, "title": {}}}
    assert schema(said) == said


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_branches_about_presence_alone_are_left_out(keyword: str) -> None:
    """They would become one numbered class each."""
    body = {"type": "object", "properties": {"a": {}, "b": {}}}
    assert schema({**body, keyword: [{"required": ["a"]}, {"required": ["b"]}]}) == body


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    ("said", "flat"),
    [
        ({"type": "string", "maxLength": 2}, {"type": ["string", "null"], "maxLength": 2}),
        ({"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "array", "items": {}}, {"type": ["array", "null"], "items": {}}),
    ],
    ids=str,
)
def test_this_or_null_is_one_type(keyword: str, said: dict[str, Any], flat: Any) -> None:
    """Each branch would become a type of its own, named after the field."""
    assert schema({keyword: [said, {"type": "null"}], "description": "D"}) == {
        **flat,
        "description": "D",
    }


@pytest.mark.parametrize("said", [{"type": "null"}, {"const": None}], ids=str)
def test_a_field_that_is_always_null_is_an_enum_of_null(said: dict[str, Any]) -> None:
    """The generator writes the default of the other forms twice."""
    left = schema({"type": "object", "properties": {"a": {**said, "description": "D"}}})
    assert left["properties"]["a"] == {"enum": [None], "description": "D"}


def test_required_of_an_all_of_is_kept() -> None:
    """Unlike in `oneOf` it holds always."""
    said = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["a"]}]}
    assert schema({"allOf": [*said["allOf"], {"not": {"required": ["b"]}}]}, Base={}) == said


@pytest.mark.parametrize("said", [{}, {"additionalProperties": True}, {"properties": {}}], ids=str)
def test_a_free_object_becomes_a_map(said: dict[str, Any]) -> None:
    """A class without fields would be of no use."""
    assert schema({"type": "object", **said}) == {"type": "object", "additionalProperties": {}}


@pytest.mark.parametrize("also", [True, {}, {"type": "integer"}], ids=str)
def test_models_with_fields_are_open_anyway(also: Any) -> None:
    """Every model keeps unknown fields, so saying it again adds nothing."""
    body = {"type": "object", "properties": {"a": {}}}
    assert schema({**body, "additionalProperties": also}) == body


@pytest.mark.parametrize(
    "said",
    [
        {"$ref": "#/components/schemas/Moment", "default": "2025-01-01T00:00:00Z"},
        {"type": "string", "format": "date", "default": "2025-01-01"},
        {"type": "object", "properties": {"a": {}}, "default": {"a": 1}},
        {"type": "array", "items": {}, "default": [{}]},
    ],
    ids=str,
)
def test_a_default_that_is_not_its_python_value_is_left_out(said: dict[str, Any]) -> None:
    """A date field whose default is a string would lie about its type."""
    assert "default" not in schema(said, Moment={"type": "string", "format": "date-time"})


def test_a_schema_elsewhere_is_copied_in() -> None:
    """Bundled documents point at schemas inside of responses, which have no name."""
    content = {"application/json": {"schema": {"type": "string", "title": "Code"}}}
    responses = {"Ok": {"description": "", "content": content}}
    reference = "#/components/responses/Ok/content/application~1json/schema"
    raw = document({"Thing": {"properties": {"a": {"$ref": reference}}}})
    raw["components"]["responses"] = responses
    left = reduced(raw)["components"]["schemas"]["Thing"]
    assert left["properties"]["a"] == {"type": "string"}


def test_a_schema_elsewhere_may_contain_itself() -> None:
    """A circle without a name ends in anything at all."""
    raw = document({"Thing": {"items": {"$ref": "#/components/x/Node"}}})
    raw["components"]["x"] = {"Node": {"properties": {"next": {"$ref": "#/components/x/Node"}}}}
    left = reduced(raw)["components"]["schemas"]["Thing"]
    assert left["items"] == {"properties": {"next": {}}}


def test_webhook_payloads_are_kept() -> None:
    """They are what a receiver needs models for."""
    body = {"content": {"application/json": {"schema": {"type": "string"}, "examples": {}}}}
    responses = {"200": {"description": ""}}
    hook = {"operationId": "onDone", "x-provenance": {}, "requestBody": body, "responses": {}}
    left = reduced(document({}, webhooks={"done": {"post": hook}}))["webhooks"]["done"]["post"]
    kept = {"content": {"application/json": {"schema": {"type": "string"}}}}
    assert left == {"operationId": "onDone", "requestBody": kept, "responses": responses}


def test_long_lines_of_a_description_are_broken() -> None:
    """Docstrings stay readable, and what was set out in lines stays so."""
    text = "word " * 30 + "\n\n- " + "item " * 30 + "\n| a table | " + "x" * 90
    lines = schema({"description": text})["description"].splitlines()
    assert max(len(line) for line in lines if not line.startswith("|")) <= 88
    assert [line[:6] for line in lines] == [
        "word w", "word w", "", "- item", "  item", "| a ta",
    ]  # fmt: skip
