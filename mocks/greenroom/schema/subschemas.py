"""The shape of a value as schemas describe it, with all their in-place subschemas.

Text has no JSON types; which types it can stand for follows from the schemas that describe it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Any

from . import json_pointer as ptr
from .patterns import name_matcher

Types = frozenset[str]
# The schemas that apply to one value, by pointer.
Pointers = tuple[str, ...]
_Schema = tuple[dict[str, Any], str]
_Choice = tuple[_Schema, ...]

_ANY_OR_ONE = ("anyOf", "oneOf")
# More combinations of alternatives than this are not kept apart.
_MOST_CHOICES = 16


@dataclass(frozen=True, slots=True)
class InstanceShape:
    """The types of a value, and the schemas of its parts.

    `entries` are the schemas of the first items, `items` those of all others; `patterns` are for
    the properties with matching names, `others` for unnamed properties, None where there are none.
    """

    types: Types
    properties: Mapping[str, Pointers]
    patterns: tuple[tuple[Callable[[str], bool], str], ...]
    others: Pointers | None
    entries: tuple[Pointers, ...]
    items: Pointers
    required: frozenset[str]

    @property
    def is_array(self) -> bool:
        """Whether the value may be an array."""
        return "array" in self.types or (not self.types and bool(self.entries or self.items))

    @property
    def is_object(self) -> bool:
        """Whether the value may be an object."""
        return "object" in self.types or (
            not self.types and bool(self.properties or self.patterns or self.others is not None)
        )

    @property
    def shapes(self) -> list[str]:
        """The shapes that a text may be read in: array, object, primitive."""
        structures = (("array", self.is_array), ("object", self.is_object))
        shapes = [name for name, is_one in structures if is_one]
        types = len(self.types) or len(shapes)
        return shapes if shapes and len(shapes) == types else [*shapes, "primitive"]

    def names(self, name: str) -> bool:
        """Whether a property is described by name or pattern."""
        return name in self.properties or any(matches(name) for matches, _ in self.patterns)

    def of_property(self, name: str) -> Pointers:
        """The schemas of a property."""
        found = self.properties.get(name, ())
        if self.patterns:
            found += tuple(pointer for matches, pointer in self.patterns if matches(name))
        return found or self.others or ()

    def of_item(self, index: int) -> Pointers:
        """The schemas of an item."""
        return self.entries[index] if index < len(self.entries) else self.items


def shape_of(document: Mapping[str, Any], pointers: Pointers) -> InstanceShape:
    """The shape by schemas that all apply, with all their alternatives at once."""
    return _shape(
        document, tuple(found for p in pointers for found in in_place_subschemas(document, p))
    )


def alternatives(document: Mapping[str, Any], pointers: Pointers) -> tuple[InstanceShape, ...]:
    """The shape by each combination of their alternatives, () where there is one combination.

    Also () where there are too many combinations to try.
    """
    choices = _Chooser(document).all_of(pointers)
    few = choices if 1 < len(choices) <= _MOST_CHOICES else []
    return tuple(_shape(document, choice) for choice in few)


def in_place_subschemas(document: Mapping[str, Any], pointer: str) -> Iterator[_Schema]:
    """A schema and its in-place subschemas; `$ref` has siblings in JSON Schema 2020-12."""
    seen = set()
    queue = [pointer]
    while queue:
        where = queue.pop()
        schema = ptr.look_up(document, where)
        if not isinstance(schema, dict) or where in seen:
            continue
        seen.add(where)
        yield schema, where
        queue.extend(_always(schema, where))
        alternatives = chain.from_iterable(_alternatives(schema, where))
        queue.extend(chain.from_iterable(alternatives))


def conjuncts(document: Mapping[str, Any], *pointers: str) -> Iterator[_Schema]:
    """Schemas and those that apply wherever they do, by `$ref` and `allOf`; those given first."""
    queue, seen = list(pointers), set[str]()
    for where in queue:
        schema = ptr.look_up(document, where)
        if not isinstance(schema, dict) or where in seen:
            continue
        seen.add(where)
        yield schema, where
        if isinstance(schema.get("$ref"), str):
            queue.append(ptr.of_reference(schema["$ref"]))
        queue += [ptr.join(where, "allOf", i) for i in range(len(schema.get("allOf", ())))]


def types_of(document: Mapping[str, Any], pointer: str) -> Types:
    """The types that the schema at a pointer and its in-place subschemas name."""
    return _types(in_place_subschemas(document, pointer))


def type_of(value: Any) -> str:
    """The JSON Schema type of a value; a float is a number even if it is whole."""
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"


def _always(schema: Mapping[str, Any], where: str) -> Iterator[str]:
    """The subschemas that always apply in place."""
    if isinstance(schema.get("$ref"), str):
        yield ptr.of_reference(schema["$ref"])
    for i in range(len(schema.get("allOf", ()))):
        yield ptr.join(where, "allOf", i)
    for name in schema.get("dependentSchemas", ()):
        yield ptr.join(where, "dependentSchemas", name)


def _alternatives(schema: Mapping[str, Any], where: str) -> Iterator[list[list[str]]]:
    """Each set of alternatives; the schemas of an alternative apply together."""
    for keyword in _ANY_OR_ONE:
        if schema.get(keyword):
            yield [[ptr.join(where, keyword, i)] for i in range(len(schema[keyword]))]
    # A condition describes the values that meet it.
    met = [ptr.join(where, keyword) for keyword in ("if", "then") if keyword in schema]
    unmet = [ptr.join(where, "else")] if "else" in schema else []
    if met or unmet:
        yield [met, unmet]


class _Chooser:
    """Combines the alternatives of schemas, in the order of the document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._known: dict[str, list[_Choice]] = {}

    def all_of(self, pointers: Iterable[str]) -> list[_Choice]:
        """The combinations for schemas that all apply."""
        return _combined([self._of(pointer) for pointer in pointers])

    def _of(self, pointer: str) -> list[_Choice]:
        if pointer not in self._known:
            # A recursive reference adds nothing.
            self._known[pointer] = [()]
            schema = ptr.look_up(self._document, pointer)
            if isinstance(schema, dict):
                self._known[pointer] = self._in(schema, pointer)
        return self._known[pointer]

    def _in(self, schema: dict[str, Any], where: str) -> list[_Choice]:
        parts: list[list[_Choice]] = [[((schema, where),)], self.all_of(_always(schema, where))]
        for alternatives in _alternatives(schema, where):
            found = (choice for each in alternatives for choice in self.all_of(each))
            parts.append(list(islice(found, _MOST_CHOICES + 1)))
        return _combined(parts)


def _combined(parts: list[list[_Choice]]) -> list[_Choice]:
    joined = (tuple(chain.from_iterable(each)) for each in product(*parts))
    return list(islice(joined, _MOST_CHOICES + 1))


def _shape(document: Mapping[str, Any], schemas: _Choice) -> InstanceShape:
    properties: dict[str, Pointers] = {}
    patterns: list[tuple[Callable[[str], bool], str]] = []
    others: Pointers | None = None
    entries: list[Pointers] = []
    items: Pointers = ()
    required: set[str] = set()
    # A schema that two others refer to applies once: below it they would double with each level.
    for where, schema in {where: schema for schema, where in schemas}.items():
        required.update(schema.get("required", ()))
        for name in schema.get("properties", ()):
            properties[name] = (*properties.get(name, ()), ptr.join(where, "properties", name))
        patterns += [
            (name_matcher(pattern), ptr.join(where, "patternProperties", pattern))
            for pattern in schema.get("patternProperties", ())
        ]
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if isinstance(schema.get(keyword), dict):
                others = (*(others or ()), ptr.join(where, keyword))
            elif schema.get(keyword) is True:
                others = others or ()
        for i in range(len(schema.get("prefixItems", ()))):
            known = entries[i] if i < len(entries) else ()
            entries[i : i + 1] = [(*known, ptr.join(where, "prefixItems", i))]
        for keyword in ("items", "contains", "unevaluatedItems"):
            if isinstance(schema.get(keyword), dict):
                items = (*items, ptr.join(where, keyword))
    types = _types(schemas)
    if others is None and "object" in types and not properties and not patterns:
        closed = any(schema.get("additionalProperties") is False for schema, _ in schemas)
        others = None if closed else ()
    return InstanceShape(
        types, properties, tuple(patterns), others, tuple(entries), items, frozenset(required)
    )


def _types(schemas: Iterable[_Schema]) -> Types:
    types: set[str] = set()
    for schema, _ in schemas:
        given = schema.get("type", ())
        types.update([given] if isinstance(given, str) else given)
        types.update(map(type_of, schema.get("enum", ())))
        if "const" in schema:
            types.add(type_of(schema["const"]))
    return frozenset(types)
