"""Where a value breaks a schema is told as jsonschema-rs tells it."""

from __future__ import annotations

from functools import reduce
from typing import Any

import pytest
from contracts import document
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.schema.error_finding import Judge
from greenroom.schema.fast_errors.keywords import apart
from greenroom.schema.fast_errors.locator import IntricateError, Locator
from greenroom.schema.validators import SchemaSet
from greenroom.schema.violation import Violation

WHERE = "/components/schemas/Thing"
ITSELF = {"$ref": "#/components/schemas/Thing"}
COUNT = {"$ref": "#/components/schemas/Count"}
CODE = "{n}\"'\\\n"
COMPONENTS: dict[str, Any] = {
    "Count": {"type": "integer", "minimum": 2},
    "Named": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
    "Round": {"allOf": [{"$ref": "#/components/schemas/Round"}]},
}

# By name a schema; each is tried with values that its names and numbers occur in.
SCHEMAS: dict[str, Any] = {
    "anything": {},
    "true": True,
    "false": False,
    "a type": {"type": "string"},
    "a type and an enumeration": {"properties": {"a": {"type": "string", "enum": ["a", 1]}}},
    "several types": {"type": ["string", "null", "integer"]},
    "an integer": {"type": "integer"},
    "a number in bounds": {"type": "number", "minimum": 1, "exclusiveMaximum": 3},
    "a text in bounds": {"type": "string", "minLength": 2, "pattern": "^a"},
    "an enumeration of another type": {"type": "string", "enum": [1, "a"]},
    "a constant of no type": {"const": {"a": 1}},
    "bounds of several types": {"minLength": 2, "minimum": 2, "minItems": 2, "minProperties": 2},
    "a property": {"properties": {"a": {"type": "integer"}, "b/~": {"type": "boolean"}}},
    "names that look like code": {
        "required": [CODE], "properties": {CODE: {"type": "string"}, "\u2028": COUNT},
    },
    "what is tested last": {
        "type": "object",
        "properties": {"c": {"properties": {"a": COUNT}}, "a": COUNT, "b": {"required": ["a"]}},
        "minProperties": 2,
    },
    "what is required": {"required": ["a", "b"]},
    "what is required and described": {
        "type": "object", "required": ["a", "c"], "properties": {"a": {}, "b": {"type": "string"}},
    },
    "no other properties": {"properties": {"a": {}}, "additionalProperties": False},
    "nothing but no properties": {"type": "object", "additionalProperties": False},
    "any other properties": {"properties": {"a": COUNT}, "additionalProperties": True},
    "other properties": {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
    "properties that are false": {"properties": {"a": False, "b": True}},
    "items": {"type": "array", "items": {"type": "integer"}, "minItems": 2, "uniqueItems": True},
    "items that are false": {"items": False},
    "items that are true": {"type": "array", "items": True},
    "items of objects": {"items": {"type": "object", "required": ["a"]}},
    "a reference": COUNT,
    "a reference with a neighbour": {**COUNT, "maximum": 3},
    "references below": {"properties": {"a": COUNT, "b": {"items": COUNT}}},
    "all of several": {"allOf": [{"required": ["a"]}, COUNT, {"properties": {"b": COUNT}}]},
    "any of several": {"properties": {"a": {"anyOf": [COUNT, {"type": "string"}]}}},
    "itself below": {"type": "object", "properties": {"a": ITSELF, "b": {"items": ITSELF}}},
    "patterns": {"patternProperties": {"^a": COUNT}, "additionalProperties": False},
    "first items": {"prefixItems": [COUNT], "items": {"type": "string"}},
    "what nothing else describes": {"allOf": [{"properties": {"a": {}}}],
                                    "unevaluatedProperties": False},
    "a keyword of ours": {"x-max-items-across": {"properties": ["a", "b"], "maximum": 1},
                          "properties": {"a": {"items": COUNT}}},
    "an extension": {"x-note": "a", "type": "object", "properties": {"a": {"x-note": 1}}},
}  # fmt: skip

NAMES = st.sampled_from(["a", "b", "c", "b/~", CODE, "\u2028"])
SCALARS = st.sampled_from(
    [None, True, False, 0, 1, 2, 3, 2**63, 1.0, 1.5, -0.0, 1e300, "", "a", "abc", 'é"\\\n\x7f']
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def schemas(schema: Any) -> SchemaSet:
    """The schemas of a document that has this one."""
    return SchemaSet(document({}, components={"schemas": {**COMPONENTS, "Thing": schema}}))


def located(schema: Any, value: Any, where: str = "") -> list[Violation]:
    """What is wrong with a value."""
    found: list[Violation] = []
    Locator(schemas(schema)).finder(WHERE)(value, "body", where, found)
    return found


COMPILED = {name: schemas(schema) for name, schema in SCHEMAS.items()}
FINDERS = {name: Locator(compiled).finder(WHERE) for name, compiled in COMPILED.items()}


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_violations_are_those_that_jsonschema_rs_finds(value: Any) -> None:
    """All of them, each once, in the same words; the order is ours."""
    for name, find in FINDERS.items():
        found: list[Violation] = []
        find(value, "body", "", found)
        told = COMPILED[name].errors(WHERE, value)
        assert sorted(found) == sorted(("body", e.instance, e.message) for e in told), name


def test_a_violation_points_from_where_the_value_stands() -> None:
    """A parameter or a part of a form stands below the root of its location."""
    schema = {"type": "array", "items": {"properties": {"a/b": {"type": "integer"}}}}

    assert located(schema, [{}, {"a/b": "x"}], "/many") == [
        ("body", "/many/1/a~1b", '"x" is not of type "integer"')
    ]


def test_a_fault_far_below_is_found() -> None:
    """As far as JSON may be nested."""
    schema = {"type": "object", "properties": {"a": {"items": ITSELF}}}
    value: Any = "wrong"
    for _ in range(95):
        value = {"a": [value]}

    ((_, pointer, _),) = located(schema, value)

    assert pointer == "/a/0" * 95


ROUND = {"additionalProperties": ITSELF, "type": ["object", "integer"]}
NESTED: dict[str, Any] = {"allOf": [{"allOf": [{"allOf": [{"allOf": [ROUND]}]}]}]}
MANY: dict[str, Any] = {
    f"S{i}": {"anyOf": [{"$ref": f"#/components/schemas/S{(i * 7 + k) % 60}"} for k in (1, 2, 3)]}
    for i in range(60)
}
LEADING_FAR = {
    "properties": {name: {"$ref": f"#/components/schemas/{name}"} for name in MANY},
    "required": ["a"],
}


@pytest.mark.parametrize(
    ("schema", "value", "pointer"),
    [
        (NESTED, reduce(lambda inner, _: {"a": inner}, range(190), "w"), "/a" * 190),
        ({**LEADING_FAR, "type": "array"}, {}, ""),
        ({"properties": {f"p{i}": {} for i in range(1001)}, "required": ["a"]}, {}, ""),
    ],
)
def test_what_cannot_be_taken_apart_is_told_all_the_same(
    schema: Any, value: Any, pointer: str
) -> None:
    """A value that is too deep for it, schemas that all lead to each other, too many members."""
    judge = Judge(SchemaSet(document({}, components={"schemas": {**MANY, "Thing": schema}})), WHERE)

    for _ in range(2):
        assert {where for _, where, _ in judge.violations(value, 1, 1)} == {pointer}


def test_a_schema_that_leads_far_is_not_taken_apart_for_ever() -> None:
    """Each of its parts would be compiled with all the others."""
    locator = Locator(
        SchemaSet(document({}, components={"schemas": {**MANY, "Thing": LEADING_FAR}}))
    )

    with pytest.raises(IntricateError):
        locator.finder(WHERE)({}, "body", "", [])


@pytest.mark.parametrize(
    "schema",
    [
        True,
        {"unevaluatedItems": False},
        {"$ref": "#named"},
        {"$id": "https://example.com/thing"},
        {"$ref": "#/components/schemas/Thing"},
        {"allOf": [{"$ref": "#/components/schemas/Thing"}]},
    ],
)
def test_what_acts_together_is_not_taken_apart(schema: Any) -> None:
    """Keywords that look at others, references by another name, and what holds of itself."""
    assert apart(schemas(schema).document, WHERE) is None


def test_a_circle_further_on_does_no_harm() -> None:
    """What leads to a circle is not part of it."""
    raw = schemas({"allOf": [{"$ref": "#/components/schemas/Round"}]}).document

    assert apart(raw, WHERE) is not None
    assert apart(raw, "/components/schemas/Round") is None
