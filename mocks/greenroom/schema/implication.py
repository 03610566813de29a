"""Whether a value that one schema accepts is sure to be accepted by another.

Only what keywords say by themselves is understood. What is not understood is not sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from . import json_pointer as ptr
from .validators import KEYWORDS

# They assert nothing (JSON Schema Validation 2020-12, section 9; OpenAPI 3.1, section 4.8.24).
_ANNOTATIONS = frozenset((
    "$comment", "$defs", "default", "deprecated", "description", "discriminator", "example",
    "examples", "externalDocs", "readOnly", "title", "writeOnly", "xml",
))  # fmt: skip
# What each of them says depends on no other keyword.
_ALONE = frozenset((
    "exclusiveMaximum", "exclusiveMinimum", "format", "maximum", "maxItems", "maxLength",
    "maxProperties", "minimum", "minItems", "minLength", "minProperties", "multipleOf", "pattern",
    "uniqueItems",
))  # fmt: skip
# What the names of an object decide, and the values of its properties each for itself.
_OF_NAMES = frozenset((
    "$ref", "additionalProperties", "allOf", "maxProperties", "minProperties", "properties",
    "propertyNames", "required", "type",
))  # fmt: skip
# Schemas in schemas are followed so far.
_DEEPEST = 12


class Described(NamedTuple):
    """A schema, and the document that its references are about."""

    document: Mapping[str, Any]
    schema: Any


def properties(whole: Described, name: str) -> list[Described] | None:
    """The schemas of a property, which decide about its value alone.

    None where the value of one property may decide about that of another.
    """
    found = []
    for schema in _together(whole):
        if not isinstance(schema, dict) or not all(
            _says_nothing(keyword) or keyword in _OF_NAMES for keyword in schema
        ):
            return None
        others = schema.get("additionalProperties", True)
        if (described := schema.get("properties", {}).get(name, others)) is not True:
            found.append(Described(whole.document, described))
    return found


def stated(whole: Described, name: str) -> list[Described]:
    """Schemas that the value of a property matches in every object which a schema accepts."""
    schemas = (each.get("properties", {}) for each in _together(whole) if isinstance(each, dict))
    return [Described(whole.document, each[name]) for each in schemas if name in each]


def implies(given: Described, wanted: Described, depth: int = 0) -> bool:
    """Whether every value that `given` accepts is sure to be accepted by `wanted`."""
    if depth > _DEEPEST:
        return False
    known = [each for each in _together(given) if isinstance(each, dict)]
    for schema in _together(wanted):
        if schema is True:
            continue
        if not isinstance(schema, dict):
            return False
        for keyword, value in schema.items():
            if not _says_nothing(keyword) and keyword not in ("$ref", "allOf"):
                facts = (given.document, wanted.document, depth + 1)
                if not any(_keeps(keyword, value, each, *facts) for each in known):
                    return False
    return True


def _keeps(keyword: str, value: Any, known: Any, given: Any, wanted: Any, depth: int) -> bool:
    """Whether what a schema says brings with it what a keyword of another does."""
    if keyword == "type":
        allowed = {value} if isinstance(value, str) else set(value)
        types = known.get("type", ())
        named = {types} if isinstance(types, str) else set(types)
        return bool(named) and named <= (allowed | {"integer"} if "number" in allowed else allowed)
    if keyword == "enum":
        # In Python 1 is True, too.
        return all(isinstance(n, str) and n in value for n in known.get("enum", (None,)))
    if keyword == "required":
        return set(value) <= set(known.get("required", ()))
    if keyword == "items":
        inner = Described(given, known.get("items", True)), Described(wanted, value)
        return "prefixItems" not in known and implies(*inner, depth)
    if keyword == "properties":
        described = known.get("properties", {})
        return all(
            implies(Described(given, described.get(name, True)), Described(wanted, each), depth)
            for name, each in value.items()
        )
    return keyword in _ALONE and keyword in known and bool(known[keyword] == value)


def _says_nothing(keyword: str) -> bool:
    return keyword in _ANNOTATIONS or (keyword.startswith("x-") and keyword not in KEYWORDS)


def _together(described: Described) -> Iterator[Any]:
    """A schema, and those which a value that it accepts matches too, by `$ref` and `allOf`."""
    queue, seen = [described.schema], set[int]()
    for schema in queue:
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        if isinstance(schema, dict):
            queue += schema.get("allOf", ())
            if isinstance(reference := schema.get("$ref"), str):
                queue.append(ptr.look_up(described.document, ptr.of_reference(reference)))
