"""The rows of a schema say what it demands, and there are not too many of them."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.console.reference.schema import MOST_ROWS, Field, FieldReader


def read(schema: Any, **components: Any) -> Field:
    """The row of a schema, among component schemas."""
    document = {"schema": schema, "components": {"schemas": components}}
    return FieldReader(document).read(("/schema",))


def ref(name: str) -> dict[str, str]:
    """A reference to a component schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def names(field: Field) -> list[str]:
    """The names of the fields in a value."""
    return [each.name for each in field.fields]


def count(field: Field) -> int:
    """How many rows there are."""
    return 1 + sum(map(count, (*field.fields, *field.choices)))


@pytest.mark.parametrize(
    ("schema", "type_", "facts"),
    [
        ({"type": "string", "format": "uri"}, "string (uri)", ()),
        ({"type": ["string", "null"]}, "string or null", ()),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null", ()),
        ({"type": "array", "items": {"type": "string"}}, "array of string", ()),
        ({"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
         "array of array of number", ()),
        ({"enum": ["a", 1]}, "string or integer", ()),
        ({"const": "a"}, "string", ('always "a"',)),
        ({"properties": {}}, "object", ()),
        ({}, "any", ()),
        (True, "any", ()),
        ({"type": "string", "minLength": 1, "maxLength": 5}, "string",
         ("at least 1 characters", "at most 5 characters")),
        ({"type": "integer", "minimum": 1, "exclusiveMaximum": 9}, "integer",
         ("at least 1", "below 9")),
        ({"type": "string", "default": "x", "readOnly": True}, "string",
         ("only in responses", 'default "x"')),
        ({"type": "string", "pattern": "^a$", "deprecated": True}, "string",
         ("matches ^a$", "deprecated")),
    ],
)  # fmt: skip
def test_a_value_is_told_in_words(schema: Any, type_: str, facts: tuple[str, ...]) -> None:
    """Its type, its format and its bounds."""
    found = read(schema)

    assert (found.type, found.facts) == (type_, facts)


def test_what_is_combined_is_one_list_with_its_origins() -> None:
    """`allOf` has the fields of all its schemas."""
    address = {"type": "object", "required": ["street"], "properties": {"street": {}, "town": {}}}
    found = read({"allOf": [ref("Person"), ref("Address")], "required": ["town"]},
                 Person={"properties": {"name": {"type": "string"}}}, Address=address)  # fmt: skip

    assert names(found) == ["name", "street", "town"]
    assert [each.required for each in found.fields] == [False, True, True]
    assert [each.origin for each in found.fields] == ["", "Address", "Address"]


def test_alternatives_are_named_by_the_value_that_they_fix() -> None:
    """Else by their component or title."""
    card = {"properties": {"kind": {"const": "card"}, "number": {"type": "string"}}}
    found = read({"oneOf": [card, ref("Cash"), {"title": "A cheque"}, {}]}, Cash={"type": "object"})

    assert found.choose == "one of"
    assert [each.name for each in found.choices] == [
        'kind = "card"', "Cash", "A cheque", "alternative 4",
    ]  # fmt: skip


def test_what_no_row_can_say_is_shown_as_json() -> None:
    """As it is written."""
    found = read({"type": "string", "not": {"const": "x"}})

    assert found.raw == '{"not": {"const": "x"}}'


@pytest.mark.parametrize(
    "node",
    [
        {"properties": {"next": ref("Node")}},
        {"type": "array", "items": ref("Node")},
        {"oneOf": [ref("Node"), {"type": "string"}, {"type": "object"}]},
        {"allOf": [ref("Node"), {"properties": {"a": {}}}]},
        {"additionalProperties": ref("Node")},
        ref("Node"),
        {"properties": {"a": {"allOf": [ref("Node"), {"properties": {"b": ref("Node")}}]}}},
    ],
)
def test_a_schema_that_contains_itself_ends(node: Any) -> None:
    """With a link to where it is described."""
    found = read(ref("Node"), Node=node)

    assert count(found) < 12


def test_a_component_that_was_unfolded_before_is_a_link() -> None:
    """Once is enough on a page."""
    found = read(
        {"properties": {"a": ref("Part"), "b": ref("Part")}}, Part={"properties": {"x": {}}}
    )
    first, second = found.fields

    assert (names(first), first.again) == (["x"], False)
    assert (names(second), second.again, second.schema) == ([], True, "Part")


@pytest.mark.parametrize("wide", [True, False])
def test_a_large_schema_has_a_bounded_number_of_rows(wide: bool) -> None:
    """Ten thousand names, or a tree of as many."""
    many = {f"p{i}": {"type": "string"} for i in range(10_000 if wide else 0)}
    tree: dict[str, Any] = {"type": "string"}
    for depth in range(0 if wide else 14):
        tree = {"properties": {f"{side}{depth}": tree for side in "abcd"}}
    found = read({"properties": many} if wide else tree)

    assert MOST_ROWS / 2 < count(found) <= MOST_ROWS + 20


def test_the_note_of_a_basis_is_text() -> None:
    """Nobody has to point at something to read it."""
    source = {"basis": "disputed", "note": "The heading says GET."}
    found = read({"type": "string", "x-provenance": source})

    assert (found.basis, found.note) == ("disputed", "The heading says GET.")


def test_a_reference_to_nowhere_is_a_value_of_any_type() -> None:
    """What --lenient lets through can be looked at."""
    assert read(ref("Gone")).type == "any"
