"""How many alternatives of a schema one value may be compared with."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.schema.branching import Branching, branching

A: dict[str, Any] = {"type": "string"}
TREE = {"oneOf": [{"properties": {"left": {"$ref": "#/components/tree"}}}, A]}

SCHEMAS: dict[str, tuple[Any, Branching]] = {
    "no alternatives": ({"allOf": [A, A], "properties": {"a": A}}, Branching(1, 1)),
    "one set": ({"items": {"anyOf": [A, A, A]}}, Branching(3, 1)),
    "two sets of a schema": ({"anyOf": [A, A, A], "oneOf": [A, A]}, Branching(6, 1)),
    "nested": ({"oneOf": [A, {"properties": {"a": {"anyOf": [A, A, A]}}}]}, Branching(6, 1)),
    "next to each other": ({"properties": {"a": {"oneOf": [A, A]}, "b": {"oneOf": [A, A, A]}}},
                           Branching(3, 1)),
    "behind a reference": ({"items": {"$ref": "#/components/pair"}}, Branching(2, 1)),
    "a tree": ({"$ref": "#/components/tree"}, Branching(2, 2)),
    "two that apply together to a part far below": (
        {"$ref": "#/components/twice"}, Branching(1, 2)),
    "a list without alternatives": ({"$ref": "#/components/list"}, Branching(1, 1)),
    "no schema there": ({"$ref": "#/components/lost"}, Branching(1, 1)),
    "a name in an example": ({"example": {"oneOf": [1, 2]}}, Branching(1, 1)),
    "true": (True, Branching(1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_alternatives_that_are_nested_multiply(name: str) -> None:
    """Those next to each other do not."""
    schema, expected = SCHEMAS[name]
    components = {
        "pair": {"oneOf": [A, A]},
        "tree": TREE,
        "twice": {"allOf": [{"properties": {"l": {"$ref": "#/components/twice"}}}, {}]},
        "list": {"properties": {"next": {"$ref": "#/components/list"}}},
    }

    assert branching({"components": components, "it": schema}, "/it") == expected


def test_schemas_that_are_nested_too_deeply_count_as_too_many() -> None:
    """Counting them must not end in an error."""
    schemas = {f"s{i}": {"items": {"$ref": f"#/s{i + 1}"}} for i in range(2_000)}

    assert branching(schemas, "/s0") == Branching(1_000_000, 1)
