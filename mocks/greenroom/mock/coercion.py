"""What the text of a parameter can mean: the JSON values that its schema may have in mind.

OpenAPI 3.1 does not say how text becomes a value; the types that a schema allows decide here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..contract import pointer as ptr
from .styles import Text

Types = frozenset[str]

# Bounded, so that no text becomes an infinite number or takes long to convert.
_INTEGER = re.compile(r"-?[0-9]{1,200}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,200}(?:\.[0-9]{1,200})?(?:[eE][-+]?[0-9]{1,2})?\Z")
_ANNOTATIONS = frozenset(("description", "title", "default", "example", "examples", "deprecated"))
_COMPOSITIONS = ("allOf", "anyOf", "oneOf")
_NOTHING: Types = frozenset()


@dataclass(frozen=True, slots=True)
class Kinds:
    """The types that a schema allows, and those it allows inside of arrays and objects.

    `entries` are those of the first items, `items` of all others; `others` those of properties
    that `properties` does not name, None where the schema says nothing of such.
    """

    types: Types
    properties: Mapping[str, Types]
    others: Types | None
    entries: tuple[Types, ...]
    items: Types

    @property
    def shapes(self) -> list[str]:
        """The shapes that a text is to be read in: array, object, primitive."""
        types = set(self.types)
        if not types and (self.entries or self.items):
            types.add("array")
        if not types and (self.properties or self.others is not None):
            types.add("object")
        shapes: list[str] = [shape for shape in ("array", "object") if shape in types]
        return shapes if shapes and len(shapes) == len(types) else [*shapes, "primitive"]


def kinds(raw: Mapping[str, Any], pointer: str) -> Kinds:
    """Collect the types of the schema at a pointer over everything it is composed of."""
    properties: dict[str, Types] = {}
    others: Types | None = None
    entries: list[Types] = []
    items = _NOTHING
    for schema, where in branches(raw, pointer):
        for name in schema.get("properties", {}):
            allowed = types_of(raw, ptr.join(where, "properties", name))
            properties[name] = properties.get(name, _NOTHING) | allowed
        if isinstance(schema.get("additionalProperties"), dict):
            allowed = types_of(raw, ptr.join(where, "additionalProperties"))
            others = allowed | (others or _NOTHING)
        for i in range(len(schema.get("prefixItems", ()))):
            allowed = types_of(raw, ptr.join(where, "prefixItems", i))
            entries[i : i + 1] = [allowed | entries[i] if i < len(entries) else allowed]
        if isinstance(schema.get("items"), dict):
            items |= types_of(raw, ptr.join(where, "items"))
    return Kinds(types_of(raw, pointer), properties, others, tuple(entries), items)


def values(text: Text, allowed: Kinds) -> Iterator[Any]:
    """Every value that a text can mean under the types a schema allows, most specific first."""
    if isinstance(text, list):
        first = len(allowed.entries)
        yield [
            next(meanings(entry, allowed.entries[i] if i < first else allowed.items))
            for i, entry in enumerate(text)
        ]
        yield text
    elif isinstance(text, dict):
        others = allowed.others or _NOTHING
        yield {k: next(meanings(v, allowed.properties.get(k, others))) for k, v in text.items()}
        yield text
    else:
        yield from meanings(text, allowed.types)


def takes_any_text(raw: Mapping[str, Any], pointer: str) -> bool:
    """Whether no text can violate the schema at a pointer."""
    schema = ptr.look_up(raw, pointer)
    if not isinstance(schema, dict):
        return schema is True
    said = {key for key in schema if not key.startswith("x-")} - _ANNOTATIONS
    if "$ref" in said and not takes_any_text(raw, ptr.of_reference(schema["$ref"])):
        return False
    said.discard("$ref")
    return not said or (said == {"type"} and schema["type"] == "string")


def meanings(text: str, types: Types) -> Iterator[Any]:
    """Every value of no parts that a text can mean under some types, the text itself last."""
    if "integer" in types and _INTEGER.match(text):
        yield int(text)
    elif "number" in types and _NUMBER.match(text):
        yield float(text) if not _INTEGER.match(text) else int(text)
    if "boolean" in types and text in ("true", "false"):
        yield text == "true"
    if "null" in types and text in ("", "null"):
        yield None
    yield text


def types_of(raw: Mapping[str, Any], pointer: str) -> Types:
    """The types that the schema at a pointer names, over everything it is composed of."""
    types: set[str] = set()
    for schema, _ in branches(raw, pointer):
        given = schema.get("type", ())
        types.update([given] if isinstance(given, str) else given)
        types.update(map(_type_of, schema.get("enum", ())))
        if "const" in schema:
            types.add(_type_of(schema["const"]))
    return frozenset(types)


def branches(raw: Mapping[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """A schema and everything it is composed of; `$ref` has siblings in JSON Schema 2020-12."""
    seen = set()
    queue = [pointer]
    while queue:
        where = queue.pop()
        schema = ptr.look_up(raw, where)
        if not isinstance(schema, dict) or where in seen:
            continue
        seen.add(where)
        yield schema, where
        if isinstance(schema.get("$ref"), str):
            queue.append(ptr.of_reference(schema["$ref"]))
        for keyword in _COMPOSITIONS:
            queue.extend(ptr.join(where, keyword, i) for i in range(len(schema.get(keyword, ()))))


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"
