"""Of alternatives, the one that is meant is judged."""

from __future__ import annotations

from typing import Any

import pytest
from judged import of_body

_CAT = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
}
_DOG = {
    "type": "object",
    "required": ["kind", "bark"],
    "properties": {"kind": {"type": "string"}, "bark": {"type": "string"}},
}
_REFS = [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]
_MAPPING = {"cat": "#/components/schemas/Cat", "dog": "Dog"}


def found_in(schema: Any, value: Any, **schemas: Any) -> list[tuple[str, str, str]]:
    """Kind, pointer and place of the findings about a body."""
    named = {"Cat": _CAT, "Dog": _DOG, "Pet": schema, **schemas}
    found = of_body({"$ref": "#/components/schemas/Pet"}, value, schemas=named)
    start = "/components/schemas/"
    return [(f.kind, f.pointer.removeprefix(start), f.instance.rpartition(" ")[2]) for f in found]


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("mapping", "value", "expected"),
    [
        (_MAPPING, {"kind": "cat", "lives": 9}, []),
        (_MAPPING, {"kind": "cat"}, [("missing-field", "Cat/required", "/lives")]),
        (
            _MAPPING,
            {"kind": "cat", "lives": "9"},
            [("wrong-type", "Cat/properties/lives/type", "/lives")],
        ),
        (_MAPPING, {"kind": "dog"}, [("missing-field", "Dog/required", "/bark")]),
        (None, {"kind": "Dog"}, [("missing-field", "Dog/required", "/bark")]),
        (_MAPPING, {"kind": "cow"}, [("undocumented-value", "Pet/discriminator", "/kind")]),
    ],
)
def test_a_discriminator_names_the_alternative(
    keyword: str, mapping: Any, value: Any, expected: Any
) -> None:
    """By its mapping, else by the name of the component."""
    node: dict[str, Any] = {"propertyName": "kind", **({"mapping": mapping} if mapping else {})}
    assert found_in({keyword: _REFS, "discriminator": node}, value) == expected


def test_a_value_that_the_discriminator_does_not_know_lists_those_that_it_does() -> None:
    """In the order of the mapping."""
    pet = {"oneOf": _REFS, "discriminator": {"propertyName": "kind", "mapping": _MAPPING}}
    (found,) = of_body(pet, {"kind": "cow"}, schemas={"Cat": _CAT, "Dog": _DOG})
    assert (found.expected, found.seen) == ("cat, dog", '"cow"')


def test_an_enum_of_one_value_names_the_alternative() -> None:
    """As `const` does, also behind a reference."""
    one = {"type": "string", "enum": ["cat"]}
    cat = {**_CAT, "properties": {"kind": {"$ref": "#/components/schemas/One"}, "lives": {}}}
    dog = {**_DOG, "properties": {"kind": {"enum": ["dog"]}, "bark": {}}}
    found = found_in({"oneOf": _REFS}, {"kind": "cat"}, Cat=cat, Dog=dog, One=one)
    assert found == [("missing-field", "Cat/required", "/lives")]


def test_a_mapping_that_leads_nowhere_is_not_held_against_the_server() -> None:
    """The finding is about the alternatives then."""
    node = {"propertyName": "kind", "mapping": {"cow": "#/components/schemas/Cow"}}
    cow = {"type": "object"}
    found = found_in({"oneOf": _REFS, "discriminator": node}, {"kind": "cow"}, Cow=cow)
    assert found == [("invalid-value", "Pet/oneOf", "/")]
