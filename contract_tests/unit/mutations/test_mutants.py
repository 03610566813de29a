"""The mutants of a contract: from its examples, and for each keyword."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from contracts import contract

from asserted_keywords import asserted_keywords
from greenroom.contract.catalog import Source, build, load
from greenroom.contract.model import Contract
from greenroom.contract.object_kinds import parts
from greenroom.schema.validators import SchemaSet
from greenroom_contracts.mutations import (
    EXAMPLE,
    REQUEST,
    RESPONSE,
    WEBHOOK,
    Mutant,
    mutants,
)

OPTIONAL = "type: null of an optional property"
EVERY_KEYWORD = Path(__file__).parents[2] / "every_keyword.yaml"


def content(schema: Any, *examples: Any) -> dict[str, Any]:
    """JSON content with its examples, called a, b, c."""
    named = {name: {"value": value} for name, value in zip("abc", examples, strict=False)}
    return {"application/json": {"schema": schema, "examples": named}}


def asking(schema: Any, *examples: Any, **schemas: Any) -> Contract:
    """A contract of one request body."""
    operation = {
        "operationId": "do",
        "requestBody": {"content": content(schema, *examples)},
        "responses": {"204": {"description": "Done."}},
    }
    return contract({"/things": {"post": operation}}, components={"schemas": schemas})


def requests(schema: Any, *examples: Any, **schemas: Any) -> list[Mutant]:
    """The mutants of one request body."""
    return list(mutants(asking(schema, *examples, **schemas)))


def bodies(messages: list[Mutant], keyword: str, valid: bool) -> list[Any]:
    """The bodies for a keyword, in their order."""
    return [m.body for m in messages if m.keyword == keyword and m.valid == valid]


def holder(schema: Any, *, required: bool = True) -> dict[str, Any]:
    """An object with one property, `x`."""
    return {"type": "object", "properties": {"x": schema}, "required": ["x"] if required else []}


@dataclass(frozen=True)
class Case:
    """The valid and the invalid values for a keyword of a schema with an example."""

    schema: Any
    example: Any
    keyword: str
    kept: list[Any] = field(default_factory=list)
    broken: list[Any] = field(default_factory=list)


PAIR = {"required": ["a", "b"]}
TWO = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
CASES = {
    "string": Case({"type": "string"}, "a", "type", broken=[12, None]),
    "integer": Case({"type": "integer"}, 1, "type", broken=["12", 1.5, True, None]),
    "number": Case({"type": "number"}, 1, "type", broken=["1.5", True, None]),
    "boolean": Case({"type": "boolean"}, True, "type", broken=["true", 1, None]),
    "array": Case({"type": "array"}, [], "type", broken=[{}, None]),
    "object": Case({"type": "object"}, {}, "type", broken=[[], None]),
    "nullable": Case({"type": ["string", "null"]}, "a", "type", broken=[12]),
    "several types": Case({"type": ["string", "integer"]}, "a", "type", broken=[1.5, True, None]),
    "enum": Case({"enum": ["a", "B"]}, "a", "enum", ["a", "B"], ["no such value", "A"]),
    "enum of numbers": Case({"enum": [1, 3]}, 1, "enum", [1, 3], [4]),
    "const": Case({"const": "a"}, "a", "const", broken=["no such value"]),
    "const of a boolean": Case({"const": False}, False, "const", broken=[True]),
    "one taken for true": Case(
        {"type": "boolean", "const": True}, True, "type: 1 for true", broken=[1]
    ),
    "minimum": Case({"minimum": 0}, 5, "minimum", [0], [-1]),
    "maximum": Case({"maximum": 9}, 5, "maximum", [9], [10]),
    "exclusive minimum": Case({"exclusiveMinimum": 0}, 5, "exclusiveMinimum", [1], [0]),
    "exclusive maximum": Case({"exclusiveMaximum": 9}, 5, "exclusiveMaximum", [8], [9]),
    "multiple": Case({"type": "integer", "multipleOf": 5}, 5, "multipleOf", [10], [6]),
    "shortest": Case({"minLength": 2}, "abc", "minLength", ["ab"], ["a"]),
    "no shorter than nothing": Case({"minLength": 0}, "abc", "minLength", [""], []),
    "longest": Case({"maxLength": 4}, "abc", "maxLength", ["abcc"], ["abccc"]),
    "longest with a pattern": Case(
        {"maxLength": 4, "pattern": "^a"}, "ab", "maxLength", ["abbb"], ["abbbb"]
    ),
    "pattern": Case({"pattern": "^[0-9]+$"}, "12", "pattern", broken=[""]),
    "pattern with a length": Case(
        {"pattern": "^a", "minLength": 2}, "abc", "pattern", [], ["bc"]
    ),
    "uuid": Case(
        {"format": "uuid"},
        "123e4567-e89b-12d3-a456-426614174000",
        "format: uuid",
        ["123E4567-E89B-12D3-A456-426614174000"],
        ["not-a-uuid", "123e4567-e89b-12d3-a456-42661417400"],
    ),
    "date": Case(
        {"format": "date"}, "2026-01-31", "format: date", ["2024-02-29"],
        ["31.01.2026", "2026-02-30"],
    ),
    "uri with a pattern": Case(
        {"format": "uri", "pattern": "^https:"}, "https://a.example", "format: uri",
        ["https://example.com:8443/a/b?c=d&e=%20#f"], ["https://not a uri", "/relative"],
    ),
    "fewest items": Case({"minItems": 1}, ["a", "b"], "minItems", [["a"]], [[]]),
    "most items": Case({"maxItems": 2}, ["a"], "maxItems", [["a", "a"]], [["a", "a", "a"]]),
    "most of different items": Case(
        {"maxItems": 2, "uniqueItems": True}, ["a"], "maxItems",
        [["a", "a-0"]], [["a", "a-0", "a-1"]],
    ),
    "different items": Case({"uniqueItems": True}, ["a"], "uniqueItems", broken=[["a", "a"]]),
    "required": Case(
        {"required": ["a"]}, {"a": 1, "b": 2}, "required", broken=[{"b": 2}]
    ),
    "closed object": Case(
        {"additionalProperties": False}, {}, "additionalProperties",
        broken=[{"no-such-property": 1}],
    ),
    "items across": Case(
        {
            "properties": {name: {"type": "array", "maxItems": 2} for name in "abc"},
            "x-max-items-across": {"properties": ["a", "b", "c"], "maximum": 3},
        },
        {"a": [1], "b": [2]},
        "x-max-items-across",
        [{"a": [1, 1], "b": [2], "c": []}],
        [{"a": [1, 1], "b": [2, 2], "c": []}],
    ),
    "not": Case({**TWO, "not": PAIR}, {"a": "1"}, "not", broken=[{"a": "1", "b": "text"}]),
    "branch of if": Case(
        {**TWO, "if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"a": "1", "b": "2"},
        "if",
        broken=[{"a": "1"}],
    ),
    "condition met alone": Case(
        {**TWO, "if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {},
        "if",
        broken=[{"a": "text"}],
    ),
    "condition no longer met": Case(
        {**TWO, "if": {"not": {"required": ["a"]}}, "then": {"required": ["b"]}},
        {"a": "1"},
        "if",
        broken=[{}],
    ),
    "no branch of anyOf": Case(
        {"anyOf": [{"type": "integer"}, {"type": "string"}]}, 1, "anyOf", broken=[[]]
    ),
    "no branch of oneOf": Case(
        {"oneOf": [{"type": "integer"}, {"type": "null"}]}, 1, "oneOf", broken=["no such value"]
    ),
    "both branches of oneOf": Case(
        {"oneOf": [{**TWO, "required": ["a"]}, {**TWO, "required": ["b"]}]},
        {"a": "1"},
        "oneOf: two branches",
        broken=[{"a": "1", "b": "text"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_keyword_is_obeyed_and_violated_with_these_values(name: str) -> None:
    """Bounds are valid, one step beyond is not; other keywords are not violated if possible."""
    case = CASES[name]
    messages = requests(case.schema, case.example)

    assert bodies(messages, case.keyword, True) == case.kept
    assert bodies(messages, case.keyword, False) == case.broken


DEEP: dict[str, tuple[Any, Any, str]] = {
    "property": (holder({"minimum": 1}), {"x": 1}, "/x"),
    "property of a property": (holder(holder({"minimum": 1})), {"x": {"x": 1}}, "/x/x"),
    "item": ({"items": {"minimum": 1}}, [1, 2], "/0"),
    "item in a property": (holder({"items": holder({"minimum": 1})}), {"x": [{"x": 1}]}, "/x/0/x"),
    "first item": ({"prefixItems": [{"minimum": 1}], "items": {}}, [1, 0], "/0"),
    "any property": ({"additionalProperties": {"minimum": 1}}, {"a/b": 1}, "/a~1b"),
    "branch of allOf": ({"allOf": [holder({"minimum": 1})]}, {"x": 1}, "/x"),
    "branch of anyOf": ({"anyOf": [holder({"minimum": 1}), {"type": "null"}]}, {"x": 1}, "/x"),
    "reference": (holder({"$ref": "#/components/schemas/Count"}), {"x": 1}, "/x"),
}


@pytest.mark.parametrize("name", DEEP)
def test_a_violation_is_made_wherever_a_schema_applies(name: str) -> None:
    """At every depth, inside arrays and maps, through references and branches."""
    schema, example, pointer = DEEP[name]
    messages = requests(schema, example, Count={"minimum": 1})

    assert [m.pointer for m in messages if m.keyword == "minimum"] == [pointer, pointer]


def test_all_items_of_a_list_share_one_violation() -> None:
    """The items are alike."""
    messages = requests({"items": {"minimum": 1}}, [1, 2, 3])

    assert bodies(messages, "minimum", False) == [[0, 2, 3]]


def test_null_of_an_optional_property_is_a_keyword_of_its_own() -> None:
    """Models may treat it as absent, unlike other nulls."""
    optional = requests(holder({"type": "string"}, required=False), {"x": "a"})
    required = requests(holder({"type": "string"}), {"x": "a"})

    assert bodies(optional, OPTIONAL, False) == [{"x": None}]
    assert bodies(required, OPTIONAL, False) == []
    assert {"x": None} in bodies(required, "type", False)


def test_a_property_required_by_another_schema_is_not_optional() -> None:
    """`required` need not be in the schema with the property."""
    schema = {"allOf": [holder({"type": "string"}, required=False)], "required": ["x"]}

    assert bodies(requests(schema, {"x": "a"}), OPTIONAL, False) == []


def test_a_value_that_another_branch_accepts_is_not_a_violation() -> None:
    """A value that one branch rejects may be valid by another."""
    schema = {"anyOf": [{"type": "object", "required": ["x"]}, {"type": "object"}]}

    assert bodies(requests(schema, {"x": 1}), "required", False) == []


def test_a_value_that_another_keyword_refuses_is_not_valid() -> None:
    """A bound of one schema may be beyond that of another."""
    messages = requests({"allOf": [{"maximum": 9}, {"maximum": 5}]}, 1)

    assert bodies(messages, "maximum", True) == [5]


def test_examples_come_first_and_as_they_are() -> None:
    """The documented bodies are among the mutants."""
    first, second, *_ = requests({"type": "string"}, "a", "b")

    assert (first.body, first.valid, first.keyword, first.example) == ("a", True, EXAMPLE, "a")
    assert (second.body, second.valid, second.keyword, second.example) == ("b", True, EXAMPLE, "b")


def test_an_example_is_varied_with_all_and_no_optional_properties() -> None:
    """Added properties have values from other examples."""
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "string"},
            "c": {"$ref": "#/components/schemas/C"},
        },
    }
    inner = {"type": "object", "properties": {"d": {"type": "integer", "minimum": 3}}}
    messages = requests(schema, {"a": "1", "b": "2"}, {"a": "3"}, C=inner)

    assert [m.body for m in messages if m.keyword == EXAMPLE] == [
        {"a": "1", "b": "2"},
        {"a": "3"},
        {"a": "1", "b": "2", "c": {"d": 3}},
        {"a": "1"},
        {"a": "3", "b": "2", "c": {"d": 3}},
    ]
    assert bodies(messages, "minimum", False) == [{"a": "1", "b": "2", "c": {"d": 2}}]


def test_a_recursive_schema_is_filled_once() -> None:
    """A tree is not grown forever."""
    node = {
        "type": "object",
        "properties": {"below": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}}},
    }
    messages = requests({"$ref": "#/components/schemas/Node"}, {}, Node=node)

    assert {"below": [{}]} in [m.body for m in messages if m.keyword == EXAMPLE]


def test_no_property_is_added_that_other_keywords_forbid() -> None:
    """The fullest body is a valid one."""
    messages = requests({**TWO, "not": PAIR}, {})

    assert [m.body for m in messages if m.keyword == EXAMPLE] == [{}, {"a": "text"}]


def with_every_message() -> Contract:
    """A contract with a request, a response that two operations share, and a webhook."""
    shared = {
        "description": "No.",
        "content": content(holder(holder({"minLength": 1})), {"x": {"x": "a"}}),
    }
    operation = {
        "responses": {"204": {"description": "Done."}, "400": {"$ref": "#/components/responses/No"}}
    }
    sent = {"requestBody": {"content": content(holder({"minLength": 1}), {"x": "a"})}}
    return contract(
        {
            "/a": {"get": {"operationId": "a", **operation}},
            "/b": {"post": {"operationId": "b", **operation, **sent}},
        },
        webhooks={"done": {"post": {"operationId": "onDone", **sent, **operation}}},
        components={"responses": {"No": shared}},
    )


def test_each_kind_of_message_has_its_mutants() -> None:
    """Requests, responses with their status, and webhooks, but not the responses to these."""
    kinds = {(m.operation, m.message, m.status) for m in mutants(with_every_message())}

    assert kinds == {
        ("a", RESPONSE, "400"),
        ("b", REQUEST, ""),
        ("b", RESPONSE, "400"),
        ("onDone", WEBHOOK, ""),
    }


def test_a_shared_response_is_varied_once() -> None:
    """Its examples are mutants of every operation."""
    messages = [m for m in mutants(with_every_message()) if m.message == RESPONSE]

    assert {m.operation for m in messages if m.valid and not m.note} == {"a", "b"}
    assert {m.operation for m in messages if m.note} == {"a"}


def test_a_body_that_is_not_json_has_no_mutants() -> None:
    """Forms and files are not judged by schema."""
    body = {"text/plain": {"schema": {"type": "string"}, "examples": {"a": {"value": "a"}}}}
    operation = {"requestBody": {"content": body}, "responses": {"204": {"description": "Done."}}}

    assert mutants(contract({"/things": {"post": operation}})) == ()


def test_asserted_keywords_are_those_of_bodies() -> None:
    """Conditions, annotations and other schemas of the contract are not among them."""
    schema = {
        "type": "object",
        "description": "A thing.",
        "properties": {"x": {"format": "date", "minLength": 0}, "y": {"format": "byte"}},
        "if": {"properties": {"x": {"const": "a"}}},
        "then": {"required": ["y"]},
        "additionalProperties": {"$ref": "#/components/schemas/Used"},
    }
    made = asking(schema, {}, Used={"maximum": 3}, Unused={"maxItems": 1})

    assert asserted_keywords(made) == {"type", "format: date", "if", "maximum"}


def test_a_keyword_without_mutants_is_among_the_asserted() -> None:
    """So that a test fails for a contract that uses it."""
    made = asking({"minProperties": 1}, {"a": 1})

    assert "minProperties" in asserted_keywords(made) - {m.keyword for m in mutants(made)}


@pytest.fixture(scope="module")
def everything() -> Contract:
    """A contract with every keyword that mutants violate."""
    return load(Source("every-keyword", EVERY_KEYWORD))


@pytest.fixture(scope="module")
def messages(everything: Contract) -> tuple[Mutant, ...]:
    """Its mutants."""
    return mutants(everything)


def test_every_mutant_has_a_unique_id(messages: tuple[Mutant, ...]) -> None:
    """A disagreement names one mutant."""
    ids = [message.id for message in messages]

    assert len(set(ids)) == len(ids)


def test_mutants_are_the_same_every_time(messages: tuple[Mutant, ...]) -> None:
    """A failure can be repeated."""
    assert messages == mutants(load(Source("every-keyword", EVERY_KEYWORD)))


def test_the_contract_is_not_changed(everything: Contract) -> None:
    """Generating mutants only reads it."""
    before = deepcopy(everything.document)
    mutants(everything)

    assert json.dumps(everything.document) == json.dumps(before)


LIFTED = {
    "format: date": ("format", "date"),
    "format: date-time": ("format", "date-time"),
    "format: email": ("format", "email"),
    "format: uri": ("format", "uri"),
    "format: uuid": ("format", "uuid"),
    "oneOf: two branches": ("oneOf", None),
    OPTIONAL: ("type", None),
}
EVERY = sorted({*asserted_keywords(load(Source("every-keyword", EVERY_KEYWORD))), *LIFTED})


@pytest.mark.parametrize("keyword", EVERY)
def test_a_mutant_violates_the_keyword_that_it_names(
    keyword: str, everything: Contract, messages: tuple[Mutant, ...]
) -> None:
    """Without the keyword in the contract, some of its mutants are valid."""
    name, value = LIFTED.get(keyword, (keyword, None))
    raw = deepcopy(dict(everything.document))
    for part in parts(raw):
        if (
            part.kind == "schema"
            and isinstance(part.node, dict)
            and value in (None, part.node.get(name))
        ):
            part.node.pop(name, None)
    laxer = SchemaSet(build(raw, "laxer", "laxer.yaml").document)
    broken = [m for m in messages if m.keyword == keyword and not m.valid]

    assert any(laxer.validator(m.schema).is_valid(m.body) for m in broken)
