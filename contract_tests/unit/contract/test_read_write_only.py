"""Which properties are required depends on `readOnly` and `writeOnly`."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import document

from greenroom.contract.read_write_only import for_any, for_requests, for_responses
from greenroom.lint.document import Document
from greenroom.lint.examples import valid
from greenroom.schema.validators import SchemaSet

ID = {"type": "integer", "readOnly": True}
SECRET = {"type": "string", "writeOnly": True}
THING: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {"id": ID, "name": {"type": "string"}, "secret": SECRET},
}
POINTER = "/components/schemas/Thing"


def described(**schemas: Any) -> dict[str, Any]:
    """A document with these component schemas."""
    return document({}, components={"schemas": schemas})


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (for_requests, ["name", "secret"]),
        (for_responses, ["id", "name"]),
        (for_any, ["name"]),
    ],
)
def test_properties_of_the_other_direction_are_not_required(seen: Any, expected: list[str]) -> None:
    """In requests those that are `readOnly`, in responses those that are `writeOnly`."""
    found = seen(described(Thing=THING))

    assert found["components"]["schemas"]["Thing"]["required"] == expected


def test_the_document_is_not_changed() -> None:
    """Only the parts that differ are copied."""
    raw = described(Thing=THING, Other={"type": "object"})
    before = repr(raw)

    found = for_requests(raw)

    assert repr(raw) == before
    assert found["components"]["schemas"]["Other"] is raw["components"]["schemas"]["Other"]


def test_a_document_without_marks_is_the_document() -> None:
    """Most contracts have none, and nothing is copied for them."""
    raw = described(Thing={"required": ["id"], "properties": {"id": {"readOnly": False}}})

    assert for_requests(raw) is raw
    assert for_responses(raw) is raw


def test_recursive_schemas_are_supported() -> None:
    """A property may refer to the schema that contains it."""
    reference = {"$ref": "#/components/schemas/Thing"}
    schema = {"allOf": [reference], "required": ["id"], "properties": {"id": ID, "in": reference}}

    assert SchemaSet(for_requests(described(Thing=schema))).validator(POINTER).is_valid({"in": {}})


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"if": {"required": ["id"]}, "then": False, "properties": {"id": ID}}, {}),
        ({"not": {"properties": {"id": ID}, "required": ["id"]}}, {}),
    ],
)
def test_a_condition_is_not_changed(schema: Any, value: Any) -> None:
    """It tests whether a property is present, in either direction."""
    assert SchemaSet(for_requests(described(Thing=schema))).validator(POINTER).is_valid(value)


def example(value: Any) -> dict[str, Any]:
    """A media type with an example by reference."""
    return {"schema": {"$ref": f"#{POINTER}"}, "examples": {"one": {"value": value}}}


SENT, GOT = {"name": "a", "secret": "b"}, {"id": 1, "name": "a"}
PLACES: list[tuple[str, Any, bool]] = [
    ("request", SENT, True),
    ("request", GOT, False),
    ("response", GOT, True),
    ("response", SENT, False),
    ("webhook", {"name": "a"}, True),
    ("webhook", {"id": 1}, False),
]


@pytest.mark.parametrize(("place", "value", "expected"), PLACES)
def test_an_example_is_validated_for_its_direction(place: str, value: Any, expected: bool) -> None:
    """A webhook is a request by the vendor, which may have or lack either."""
    content = {"content": {"application/json": example(value)}}
    plain: dict[str, Any] = {"200": {"description": "Fine."}}
    operation: dict[str, Any] = {"responses": plain}
    if place == "response":
        operation["responses"] = {"200": {"description": "Fine.", **content}}
    else:
        operation["requestBody"] = content
    item = {"/things": {"post": operation}}
    parts = {"webhooks": item} if place == "webhook" else {}
    raw = document({} if parts else item, components={"schemas": {"Thing": THING}}, **parts)

    assert (not list(valid(Document(raw)))) == expected
