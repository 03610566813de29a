"""The violations of a part of a request, in the words of jsonschema-rs and at a bounded cost."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

import pytest
from contracts import document

from greenroom.schema.validators import SchemaSet
from greenroom.schema.violation import RequestSchema, Violation

POINTER = "/components/schemas/Thing"
ITSELF = {"$ref": "#/components/schemas/Thing"}
TOO_LARGE = "does not match its schema; it is too large to say where"


def schema_of(schema: Any, location: str = "body", at: str = "") -> RequestSchema:
    """A schema for a part of a request."""
    schemas = SchemaSet(document({}, components={"schemas": {"Thing": schema}}))
    return RequestSchema(schemas, POINTER, location, at)


def violations(schema: Any, value: Any) -> list[Violation]:
    """The violations of a body."""
    return schema_of(schema).violations(value)


PERSON = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "a/b": {"type": "integer", "minimum": 2}},
    "additionalProperties": False,
}
EITHER = {"properties": {"a": {"oneOf": [{"type": "string"}, {"type": "null"}]}}}

# A schema, a value, and the pointer and the message of each violation.
MESSAGES: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    (PERSON, {"name": "Ada"}, []),
    (PERSON, {}, [("", '"name" is a required property')]),
    (PERSON, {"name": 1}, [("/name", '1 is not of type "string"')]),
    (PERSON, {"name": "", "a/b": 1}, [("/a~1b", "1 is less than the minimum of 2")]),
    (
        PERSON,
        {"name": "", "c": 1},
        [("", "Additional properties are not allowed ('c' was unexpected)")],
    ),
    (
        EITHER,
        {"a": 1},
        [("/a", "1 is not valid under any of the schemas listed in the 'oneOf' keyword")],
    ),
]


@pytest.mark.parametrize(("schema", "value", "found"), MESSAGES)
def test_violations_have_the_pointer_and_the_message_of_jsonschema_rs(
    schema: Any, value: Any, found: list[tuple[str, str]]
) -> None:
    """What is missing or unexpected is named by the object's violation."""
    assert violations(schema, value) == [("body", *violation) for violation in found]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"oneOf": [{"required": ["a"]}, {"required": ["b", "c"]}]}, "exactly one of a, b and c"),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, "at least one of a, b"),
        ({"oneOf": [{"required": ["a"]}, {"type": "string"}]}, "the 'oneOf' keyword"),
        ({"oneOf": [{"required": ["a"]}, False]}, "the 'oneOf' keyword"),
    ],
)
def test_alternatives_that_only_name_properties_are_named(schema: Any, message: str) -> None:
    """Nobody reads a schema to see what to send."""
    ((_, _, said),) = violations(schema, {"d": 1})
    assert message in said


def test_all_violations_are_found() -> None:
    """Not the first alone."""
    pointers = [pointer for _, pointer, _ in violations(PERSON, {"name": 1, "a/b": "x", "c": 1})]

    assert sorted(pointers) == ["", "/a~1b", "/name"]


def test_a_violation_points_from_the_place_of_the_value() -> None:
    """A violation of a parameter points below the root of its location."""
    many = schema_of({"items": PERSON}, "query", "/many")

    assert many.violations([{"name": ""}, {"name": 1}]) == [
        ("query", "/many/1/name", '1 is not of type "string"')
    ]


def test_a_deeply_nested_violation_is_found() -> None:
    """Down to the deepest level that JSON may have."""
    value = reduce(lambda inner, _: {"a": [inner]}, range(95), "wrong")

    ((_, pointer, _),) = violations(
        {"type": "object", "properties": {"a": {"items": ITSELF}}}, value
    )

    assert pointer == "/a/0" * 95


TREE = {
    "oneOf": [
        {"type": "object", "required": ["a", "b"], "additionalProperties": ITSELF},
        {"type": "string"},
    ]
}
WIDE = {str(i): i for i in range(10_000)}
LARGE: dict[str, tuple[Any, Any]] = {
    "100,000 wrong items": ({"items": PERSON}, [{"name": i} for i in range(100_000)]),
    "an alternative with as many": ({"anyOf": [{"items": PERSON}]}, [{} for _ in range(100_000)]),
    "10,000 members far below": (TREE, reduce(lambda inner, _: {"k": inner}, range(90), WIDE)),
    "wrong at all of 180 levels": (TREE, reduce(lambda inner, _: [inner, {}], range(180), {})),
    "a string of 10 MB in an object that lacks 100 members": (
        {"required": [f"p{i}" for i in range(100)]},
        {"x": "x" * 10_000_000},
    ),
    "a name of 10 MB": (PERSON, {"x" * 10_000_000: 1}),
    "900 kB in an object that lacks 100 members": (
        {"required": [f"p{i}" for i in range(100)]},
        {"x": "x" * 400_000},
    ),
    "as many parts as are looked at": ({"items": PERSON}, [{"name": i} for i in range(9_999)]),
}


@pytest.mark.parametrize("name", LARGE)
def test_no_value_takes_minutes_or_gigabytes(name: str) -> None:
    """The cost is estimated before jsonschema-rs collects errors."""
    schema, value = LARGE[name]

    found = violations(schema, value)

    assert found
    assert sum(len(message) for _, _, message in found) < 20_000_000


def test_a_value_of_too_many_parts_is_refused_as_a_whole() -> None:
    """The violation is reported without the pointer to the wrong part."""
    items = schema_of({"items": {"type": "string"}})

    assert items.violations(["x"] * 100_000) == []
    assert items.violations([0] * 100_000) == [("body", "", TOO_LARGE)]
    assert len(items.violations([0] * 10_000)) == 10_000


BRANCH = {"required": ["type", "id"], "properties": {"type": {"const": "a"}}}
# A schema with alternatives, and a value that is wrong by each of them.
ALTERNATIVES: dict[str, tuple[Any, Any]] = {
    "3,300 items and 8 alternatives": (
        {"items": {"oneOf": [BRANCH] * 8}},
        [{"type": "b", "a": 1} for _ in range(3_300)],
    ),
    "2 alternatives at each of 18 levels": (
        {"oneOf": [{"type": "object", "properties": {"l": ITSELF}}] * 2},
        reduce(lambda inner, _: {"l": inner}, range(18), 1),
    ),
}


@pytest.mark.parametrize("name", ALTERNATIVES)
def test_the_errors_of_alternatives_count_as_often_as_there_are_alternatives(name: str) -> None:
    """However short the text of the value is."""
    schema, value = ALTERNATIVES[name]
    size = len(json.dumps(value))

    assert schema_of(schema).violations(value, size) == [("body", "", TOO_LARGE)]
    assert schema_of(schema).violations(value[:10] if size > 1_000 else {"l": 1}) != [
        ("body", "", TOO_LARGE)
    ]


BELOW = {"type": "object", "properties": {"l": ITSELF}}
# Recursive schemas that apply twice to each part, a leaf that is wrong, and its message.
TWICE: dict[str, tuple[Any, Any, str]] = {
    "allOf": ({"allOf": [BELOW, BELOW]}, 1, ""),
    "a reference beside": (
        {"properties": {"l": {"allOf": [ITSELF, ITSELF]}}, "not": {"type": "null"}},
        None,
        "",
    ),
    "properties beside allOf": ({**BELOW, "allOf": [BELOW]}, 1, ""),
    "two kinds of properties": ({**BELOW, "patternProperties": {"^l": ITSELF}}, 1, ""),
    "dependentSchemas": ({**BELOW, "dependentSchemas": {"l": BELOW}}, 1, ""),
    "then": ({**BELOW, "if": True, "then": BELOW}, 1, ""),
    "in an alternative": ({"anyOf": [{"allOf": [BELOW, BELOW]}]}, 1, TOO_LARGE),
    "oneOf": ({"oneOf": [BELOW, {**BELOW, "required": ["l"]}]}, 1, TOO_LARGE),
}


@pytest.mark.parametrize("name", TWICE)
@pytest.mark.parametrize("depth", [20, 60, 150])
def test_the_depth_of_a_body_does_not_multiply_the_work(name: str, depth: int) -> None:
    """One violation is found, where that is possible with its pointer."""
    schema, leaf, message = TWICE[name]
    value = reduce(lambda inner, _: {"l": inner}, range(depth), leaf)
    ((_, pointer, found),) = schema_of(schema).violations(value, len(json.dumps(value)))
    assert (pointer, found) == ("", message) if message else pointer == "/l" * depth
    assert schema_of(schema).violations({"l": leaf})


def test_a_parameter_may_have_fewer_parts_than_a_body() -> None:
    """Other parameters that are read from the same text repeat its errors."""
    numbers = {"items": {"type": "integer"}}

    assert len(schema_of(numbers, "query").violations(["x"] * 1_000)) == 1_000
    assert schema_of(numbers, "query").violations(["x"] * 10_000) == [("query", "", TOO_LARGE)]


def test_a_large_value_is_not_quoted() -> None:
    """Nobody reads so much of it."""
    found = violations({"properties": {"a": {"type": "integer"}}}, {"a": "x" * 100_001})

    assert found == [("body", "/a", 'the value is not of type "integer"')]


def test_a_long_name_is_repeated_by_few_violations() -> None:
    """It would be in each of those below it."""
    below = {"additionalProperties": {"additionalProperties": {"type": "integer"}}}
    value = {"n" * 100_000: {str(number): "x" for number in range(2000)}}
    assert sum(len(pointer) for _, pointer, _ in violations(below, value)) < 1_000_000


def test_only_the_first_violation_of_a_huge_value_is_found() -> None:
    """Each takes a copy of the value that is wrong."""
    value = {"name": "x" * 2_000_000, "a/b": "x", "c": 1}

    assert len(violations(PERSON, value)) == 1
