"""A valid value is generated for every schema that has one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from greenroom.contract.loading.upgrade_30 import upgrade
from greenroom.schema.generation.sampler import Sampler, UnsatisfiedError
from greenroom.schema.validators import SchemaSet

WHERE = "/components/schemas/Thing"
SEEDS = [None, 1, 2, 3]


def document(schema: Any, **others: Any) -> dict[str, Any]:
    """A document with the schema of a thing, and other schemas."""
    return {"components": {"schemas": {"Thing": schema, **others}}}


def made(schema: Any, seed: int | None = None, **others: Any) -> Any:
    """A value for the schema, valid by it."""
    raw = document(schema, **others)
    value = Sampler(SchemaSet(raw)).value(WHERE, seed)
    assert SchemaSet(raw).validator(WHERE).is_valid(value), value
    return value


def ref(name: str) -> dict[str, str]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def record(*required: str, **properties: Any) -> dict[str, Any]:
    """An object schema."""
    return {"type": "object", "required": list(required), "properties": properties}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
COUNT = {"type": "integer"}
TREE = record("name", name=TEXT, children={"type": "array", "items": ref("Thing")})
LINK = record("next", next={"anyOf": [ref("Thing"), {"type": "null"}]})

# What a schema gives without a seed.
USUAL: list[tuple[Any, Any]] = [
    (True, "text"),
    ({}, "text"),
    (TEXT, "text"),
    (COUNT, 1),
    (NUMBER, 1),
    ({"type": "boolean"}, True),
    ({"type": "null"}, None),
    ({"type": ["null", "string"]}, "text"),
    ({"type": ["integer", "string"]}, 1),
    # Values that the schema gives: const, enum, examples, example, default.
    ({"const": {"a": 1}}, {"a": 1}),
    ({"enum": ["b", "a"]}, "b"),
    ({"type": "integer", "enum": ["b", 7]}, 7),
    ({"type": "string", "examples": ["x", "y"], "default": "z"}, "x"),
    ({"type": "string", "example": "x", "default": "z"}, "x"),
    ({"type": "string", "default": "z"}, "z"),
    # But not invalid ones.
    ({"type": "string", "example": 5, "default": "z"}, "z"),
    ({"type": "integer", "example": "5"}, 1),
    # Numbers.
    ({"type": "integer", "minimum": 5}, 5),
    ({"type": "integer", "minimum": 0}, 1),
    ({"type": "integer", "exclusiveMinimum": 5}, 6),
    ({"type": "integer", "maximum": -5}, -5),
    ({"type": "integer", "exclusiveMaximum": -5}, -6),
    ({"type": "integer", "minimum": 2.5, "maximum": 3.5}, 3),
    ({"type": "integer", "multipleOf": 7}, 7),
    ({"type": "integer", "multipleOf": 7, "minimum": 15}, 21),
    ({"type": "integer", "multipleOf": 5000, "exclusiveMinimum": 0}, 5000),
    ({"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}], "minimum": 1}, 12),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}, 0.5),
    ({"type": "number", "multipleOf": 0.01, "minimum": 0.005, "maximum": 0.015}, 0.01),
    ({"type": "integer", "minimum": 9007199254740993}, 9007199254740993),
    ({"minimum": 3}, 3),
    # Texts.
    ({"type": "string", "minLength": 6}, "textxx"),
    ({"type": "string", "maxLength": 2}, "te"),
    ({"type": "string", "maxLength": 0}, ""),
    ({"type": "string", "pattern": "^[A-Z]{3}-[0-9]{2}$"}, "AAA-11"),
    ({"type": "string", "pattern": "^[a-z]+$", "minLength": 4}, "aaaa"),
    ({"type": "string", "format": "date", "pattern": "^2026"}, "2026-01-31"),
    ({"type": "string", "contentEncoding": "base64"}, "dGV4dA=="),
    ({"minLength": 5}, "textx"),
    # Objects.
    (record("a", a=TEXT, b=COUNT), {"a": "text", "b": 1}),
    (record("c", a=TEXT), {"a": "text", "c": "text"}),
    ({"type": "object"}, {}),
    ({"type": "object", "additionalProperties": COUNT}, {"key": 1}),
    ({"type": "object", "patternProperties": {"^x-": TEXT}}, {"x-": "text"}),
    ({"type": "object", "minProperties": 2}, {"key": "text", "key2": "text"}),
    ({"minProperties": 1, "propertyNames": {"pattern": "^[0-9]$"}}, {"1": "text"}),
    ({**record("a", a=TEXT, b=TEXT, c=TEXT), "maxProperties": 2}, {"a": "text", "b": "text"}),
    ({**record(a=False, b=TEXT)}, {"b": "text"}),
    ({**record("a", a=TEXT), "dependentRequired": {"a": ["z"]}}, {"a": "text", "z": "text"}),
    # Arrays.
    ({"type": "array", "items": COUNT}, [1]),
    ({"type": "array", "items": COUNT, "minItems": 3}, [1, 1, 1]),
    ({"type": "array", "items": COUNT, "maxItems": 0}, []),
    ({"type": "array"}, []),
    ({"type": "array", "minItems": 1}, ["text"]),
    ({"type": "array", "items": False}, []),
    ({"type": "array", "prefixItems": [COUNT, TEXT], "items": False}, [1, "text"]),
    ({"type": "array", "contains": {"const": 7}, "minContains": 2}, [7, 7]),
    ({"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 2, "uniqueItems": True},
     ["a", "b"]),
    # Composition.
    ({"allOf": [record("a", a=TEXT), record(b=COUNT)]}, {"a": "text", "b": 1}),
    ({"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 3}]}, 3),
    ({"allOf": [record(a={"minLength": 5})], **record(a=TEXT)}, {"a": "textx"}),
    ({"oneOf": [TEXT, COUNT]}, "text"),
    ({"anyOf": [COUNT, TEXT]}, 1),
    ({"anyOf": [{"type": "string", "minLength": 2, "maxLength": 1}, COUNT]}, 1),
    ({"oneOf": [COUNT, COUNT, TEXT]}, "text"),
    ({**record("kind", kind=TEXT), "oneOf": [record(kind={"const": "a"})]}, {"kind": "a"}),
    ({"not": {"type": "string"}}, {}),
    ({**record(a=TEXT), "not": {"required": ["a"]}}, {}),
    ({**record("a", a={"const": 1}), "if": record(a={"const": 1}), "then": {"required": ["b"]}},
     {"a": 1, "b": "text"}),
    ({**record("a", a=TEXT), "dependentSchemas": {"a": {"required": ["b"]}}},
     {"a": "text", "b": "text"}),
    ({"type": "object", "properties": {"a": TEXT}, "unevaluatedProperties": False}, {"a": "text"}),
    # Recursive schemas: only as deep as necessary.
    (TREE, {"name": "text", "children": []}),
    (LINK, {"next": None}),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "expected"), USUAL, ids=str)
def test_a_schema_gives_its_usual_value(schema: Any, expected: Any) -> None:
    """Its example or default, else the plainest value; optional parts too."""
    value = made(schema)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("schema", "_"), USUAL, ids=str)
def test_a_random_value_is_valid_and_repeats(schema: Any, _: Any, seed: int | None) -> None:
    """With any seed."""
    assert made(schema, seed) == made(schema, seed)


FORMATS = [
    "date", "date-time", "time", "duration", "email", "idn-email", "hostname", "idn-hostname",
    "ipv4", "ipv6", "uri", "uri-reference", "uri-template", "iri", "iri-reference", "uuid",
    "json-pointer", "relative-json-pointer", "regex", "byte", "binary", "password", "unheard-of",
]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_kept(name: str, seed: int | None) -> None:
    """By the formats that the mock asserts; an unknown format allows any string."""
    assert isinstance(made({"type": "string", "format": name}, seed), str)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("int32", -(2**31), 2**31 - 1), ("int64", -(2**63), 2**63 - 1), ("uint8", 0, 255)],
)
def test_a_number_format_bounds_a_number(name: str, least: int, most: int, seed: int) -> None:
    """Although JSON Schema does not define such formats."""
    assert least <= made({"type": "integer", "format": name, "minimum": -10}, seed) <= most


def test_seeds_give_different_values() -> None:
    """And none of them is the usual one."""
    schema = record("id", id={"type": "string", "format": "uuid"}, name=TEXT, count=COUNT)
    values = [made(schema, seed) for seed in range(10)]
    assert len({str(value) for value in values}) == 10
    assert made(schema) not in values


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "string", "minLength": 2, "maxLength": 1},
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"allOf": [TEXT, COUNT]},
        {"type": "string", "enum": [1, 2]},
        {"type": "boolean", "not": {"enum": [True, False]}},
        {"oneOf": [TEXT, TEXT]},
        record("a", a=False),
        record("next", next=ref("Thing")),
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
        {"type": "string", "minLength": 10_000_000},
        {"type": "array", "minItems": 10_000_000},
    ],
    ids=str,
)
@pytest.mark.parametrize("seed", [None, 1])
def test_a_schema_without_a_valid_value_is_an_error(schema: Any, seed: int | None) -> None:
    """With the pointer of the schema, the second time too."""
    sampler = Sampler(SchemaSet(document(schema)))
    for _ in range(2):
        with pytest.raises(UnsatisfiedError) as raised:
            sampler.value(WHERE, seed)
        assert raised.value.pointer == WHERE


def branching(depth: int, required: bool, width: int = 2) -> dict[str, Any]:
    """Schemas of which each has the next one several times."""
    names = [f"p{i}" for i in range(width)]
    levels = {
        f"L{i}": record(*names * required, **dict.fromkeys(names, ref(f"L{i + 1}")))
        for i in range(depth)
    }
    return {"schema": ref("L0"), **levels, f"L{depth}": TEXT}


def test_optional_parts_are_left_out_where_they_grow_without_end() -> None:
    """Three to the power of forty values would be valid too."""
    assert len(str(made(**branching(40, required=False, width=3)))) < 100_000


def test_a_schema_that_requires_too_many_parts_is_an_error() -> None:
    """Two to the power of forty values are not generated, and the search for fewer ends."""
    raw = document(**branching(40, required=True))
    with pytest.raises(UnsatisfiedError, match="requires more than"):
        Sampler(SchemaSet(raw)).value(WHERE)


def test_equal_items_are_bounded_too() -> None:
    """A few lines can stand for a billion items."""
    schema: dict[str, Any] = TEXT
    for _ in range(9):
        schema = {"type": "array", "minItems": 10, "items": schema}
    with pytest.raises(UnsatisfiedError):
        Sampler(SchemaSet(document(schema))).value(WHERE)


PETS: dict[str, Any] = {
    "Pet": {**record("kind", kind=TEXT), "discriminator": {"propertyName": "kind"}},
    "Cat": {"allOf": [ref("Pet"), record("lives", lives=COUNT)]},
    "Dog": {"allOf": [ref("Pet"), record("barks", barks={"type": "boolean"})]},
}
MAPPING = {"propertyName": "kind", "mapping": {"c": "#/components/schemas/Cat", "d": "Dog"}}
# A schema, and the value of its discriminator property.
KINDS: list[tuple[Any, Any]] = [
    (ref("Cat"), "Cat"),
    ({"oneOf": [ref("Dog"), ref("Cat")], "discriminator": {"propertyName": "kind"}}, "Dog"),
    ({"oneOf": [ref("Cat"), ref("Dog")], "discriminator": MAPPING}, "c"),
    ({"oneOf": [ref("Dog"), ref("Cat")], "discriminator": MAPPING}, "d"),
    ({"anyOf": [ref("Dog")], "discriminator": MAPPING}, "d"),
    # A base whose kinds are mapped is one of them.
    ({**record("kind", kind=TEXT), "discriminator": MAPPING}, "c"),
    (ref("Pet"), "Pet"),
]


@pytest.mark.parametrize(("schema", "expected"), KINDS)
def test_a_discriminator_names_the_kind_that_is_given(schema: Any, expected: str) -> None:
    """By its mapping, else by the name of the schema (OpenAPI 3.1, 4.8.25)."""
    value = made(schema, **PETS)
    assert value["kind"] == expected
    assert ("lives" in value) == (expected in ("Cat", "c"))


def test_options_that_accept_the_same_values_are_distinguished() -> None:
    """An object without requirements is valid by every other option, too."""
    one, other = record(message=TEXT), record(message=TEXT, metadata=record(a=TEXT))
    assert made({"oneOf": [one, other]})["message"] == "text"


DIRECTED = record("id", id={**TEXT, "readOnly": True}, secret={**TEXT, "writeOnly": True})


@pytest.mark.parametrize(
    ("schema", "left_out", "names"),
    [
        (DIRECTED, "writeOnly", {"id"}),
        (DIRECTED, "readOnly", {"id", "secret"}),
        (record(id={**TEXT, "readOnly": True}, a=TEXT), "readOnly", {"a"}),
        (record("secret", secret={**TEXT, "writeOnly": True}), "writeOnly", {"secret"}),
    ],
)
def test_a_property_is_generated_for_its_direction_only(
    schema: Mapping[str, Any], left_out: str, names: set[str]
) -> None:
    """Unless its schema requires it."""
    assert set(Sampler(SchemaSet(document(schema)), left_out=left_out).value(WHERE)) == names


HIDDEN = {**TEXT, "writeOnly": True}
EITHER = {"oneOf": [HIDDEN, COUNT]}


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"type": "array", "items": record(a=TEXT, s=HIDDEN)}, [{"a": "text"}]),
        (record(a=TEXT, s={"type": "array", "items": HIDDEN}), {"a": "text"}),
        (record("s", a=TEXT, s={"type": "array", "items": HIDDEN}), {"a": "text", "s": []}),
        (record(a=EITHER), {"a": 1}),
        (record(a=TEXT, s={"anyOf": [HIDDEN, {**COUNT, "writeOnly": True}]}), {"a": "text"}),
        ({"oneOf": [{**record(s=TEXT), "writeOnly": True}, COUNT]}, 1),
        ({"type": "array", "items": EITHER, "minItems": 2}, [1, 1]),
        ({**record(a=TEXT, s=HIDDEN), "example": {"a": "b", "s": "c"}}, {"a": "b"}),
        (record(a=TEXT, tree=record(s=ref("Hidden"))), {"a": "text", "tree": {}}),
    ],
)
def test_what_is_write_only_is_left_out_wherever_it_is_described(
    schema: Any, shown: Any, version: str
) -> None:
    """In items, in alternatives, behind references and in the schema's own examples."""
    raw = {"openapi": version, **document(schema, Hidden=HIDDEN)}
    sampler = Sampler(SchemaSet(upgrade(raw)))
    assert sampler.value(WHERE) == shown


URI, UUID = {**TEXT, "format": "uri"}, {**TEXT, "format": "uuid"}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"enum": ["off", "office"]}, URI]},
        {"oneOf": [{"const": "x"}, URI, {"type": "boolean"}]},
        {"oneOf": [{**TEXT, "maxLength": 3}, {**TEXT, "format": "date"}]},
        {"oneOf": [{"enum": ["off"]}, URI], "example": "off"},
        {"not": URI},
        {**record("a", a=TEXT), "if": record("a", a=URI), "then": {"required": ["b"]}},
        record("a", a={"anyOf": [{"oneOf": [{"const": "x"}, UUID]}, COUNT]}),
    ],
)
def test_a_value_is_valid_whether_or_not_formats_are_asserted(schema: Any, seed: int) -> None:
    """Which JSON Schema leaves to the validator (2020-12, validation, section 7.2)."""
    value = made(schema, seed)
    found = SchemaSet(document(schema)).validator(WHERE, formats=False)
    assert found.is_valid(value), value


@pytest.mark.parametrize("seed", SEEDS)
def test_a_value_that_does_not_depend_on_formats_is_found_in_a_large_body_too(seed: int) -> None:
    """After thousands of parts."""
    sound = {"oneOf": [{"enum": ["off", "office"]}, URI]}
    many = {"type": "array", "items": record("a", a=TEXT), "minItems": 3_000}
    value = made(record("many", "sound", many=many, sound=sound), seed)
    assert value["sound"].startswith("https:")


def test_where_only_formats_tell_alternatives_apart_they_do() -> None:
    """No value is valid if they are not asserted; the others are not searched each time."""
    either = {"oneOf": [URI, UUID]}
    value = made(record("a", "b", a=either, b={"type": "array", "items": either, "minItems": 300}))
    assert value["a"] == "https://example.com/"
    assert len(value["b"]) == 300


@pytest.mark.parametrize("seed", range(20))
def test_the_property_of_a_discriminator_is_always_generated(seed: int) -> None:
    """Also where no schema requires it."""
    discriminator = {"propertyName": "kind", "mapping": {"a": "#/components/schemas/A"}}
    either = {"oneOf": [ref("A"), COUNT], "discriminator": discriminator}
    value = made({"type": "array", "items": either}, seed, A=record(kind=TEXT, b=TEXT))
    assert all(item["kind"] == "a" for item in value if isinstance(item, dict))


def test_only_required_parts_are_generated_unless_all_are_asked_for() -> None:
    """Except one item of an array, as an illustration."""
    schema = record("a", "list", a=TEXT, b=TEXT, list={"type": "array", "items": COUNT})
    value = Sampler(SchemaSet(document(schema)), full=False).value(WHERE)
    assert value == {
        "a": "text",
        "list": [1],
    }


def test_an_example_is_not_changed_by_a_value_made_of_it() -> None:
    """Values share the examples of the document."""
    schema = {"type": "object", "example": {"a": [1]}}
    sampler = Sampler(SchemaSet(document(schema)))
    assert sampler.value(WHERE) == sampler.value(WHERE) == {"a": [1]}
