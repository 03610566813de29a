"""How many alternatives of a schema one value may be compared with: each multiplies its errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from . import json_pointer as ptr

_ALTERNATIVES = ("anyOf", "oneOf")
_IN_PLACE = ("if", "then", "else", "not")
_DEPENDENT = "dependentSchemas"
_JOINT = ("allOf", _DEPENDENT, "patternProperties")
_CHILDREN = frozenset(("properties", "additionalProperties", "items", "prefixItems", "contains"))
# More than any value may cost, for schemas that are nested too deeply to be counted.
_TOO_DEEP = 1_000_000
# Values, in which the names of keywords mean nothing.
_DATA = frozenset(("const", "default", "enum", "example", "examples"))


class Branching(NamedTuple):
    """How many alternatives of `anyOf` and `oneOf` are nested in each other.

    `nested` is the largest product of their numbers from a schema to any of its subschemas, 1 if
    there are none, a million if there are too many levels. `repeated` is that from a schema back to
    itself, times the numbers of subschemas that apply together: how often it may apply to a part
    for each level of a value.
    """

    nested: int
    repeated: int


def branching(document: Mapping[str, Any], pointer: str) -> Branching:
    """The branching of the schema at a pointer, and of all that it refers to."""
    known: dict[str, int] = {}
    around: dict[str, int] = {}
    repeated = 1

    def nested(where: str, before: int) -> int:
        nonlocal repeated
        if where in around:
            repeated = max(repeated, before // around[where])
            return 1
        if where not in known:
            around[where] = before
            known[where] = within(ptr.value_at(document, where), before)
            del around[where]
        return known[where]

    def within(node: Any, before: int) -> int:
        own = 1
        if isinstance(node, dict):
            for keyword in _ALTERNATIVES:
                own *= max(2, len(node[keyword])) if isinstance(node.get(keyword), list) else 1
        below = before * own * _together(node)
        most = 1
        for part in _parts(node):
            if isinstance(part, str):
                most = max(most, nested(part, below))
            else:
                most = max(most, within(part, below))
        return own * most

    try:
        return Branching(nested(pointer, 1), repeated)
    except RecursionError:
        return Branching(_TOO_DEEP, 1)


def _together(node: Any) -> int:
    """How many subschemas of a schema may all apply to one part of a value."""
    if not isinstance(node, dict):
        return 1
    counts = (len(v) for k in _JOINT if isinstance(v := node.get(k), list | dict))
    single = sum(key in node for key in ("$ref", "then", "else"))
    return max(1, sum(counts) + single + (not _CHILDREN.isdisjoint(node)))


def applied_in_place(document: Mapping[str, Any], pointer: str, known: dict[str, int]) -> int:
    """How many schemas one value is compared with by that at a pointer, each time counted.

    `known` keeps the counts of a document. Raises RecursionError where they are nested too deeply.
    """
    if pointer not in known:
        # A circle ends where it began.
        known[pointer] = 0
        node = ptr.look_up(document, pointer)
        places: list[str] = []
        if isinstance(node, dict):
            places += [ptr.join(pointer, key) for key in _IN_PLACE if key in node]
            for keyword in ("allOf", *_ALTERNATIVES):
                places += [ptr.join(pointer, keyword, i) for i in range(len(node.get(keyword, ())))]
            places += [ptr.join(pointer, _DEPENDENT, name) for name in node.get(_DEPENDENT, ())]
            if "$ref" in node:
                places.append(ptr.of_reference(node["$ref"]))
        known[pointer] = 1 + sum(applied_in_place(document, place, known) for place in places)
    return known[pointer]


def _parts(node: Any) -> Iterator[Any]:
    """The objects and arrays in a node, and the pointer of its reference, if it is one."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            yield ptr.of_reference(reference)
        node = [value for key, value in node.items() if key not in _DATA]
    for value in node if isinstance(node, list) else ():
        if isinstance(value, dict | list):
            yield value
