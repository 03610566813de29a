"""Which keywords of a schema can be looked at one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from .. import json_pointer as ptr
from ..validators import EXTENSIONS

# Keywords that decide nothing.
_SILENT = frozenset(
    (
        "$comment", "$defs", "default", "definitions", "deprecated", "description",
        "discriminator", "example", "examples", "externalDocs", "readOnly", "title", "writeOnly",
        "xml",
    )
)  # fmt: skip
# Keywords that lead to the parts of a value, or to further schemas of it.
LEADING = frozenset(("$ref", "additionalProperties", "allOf", "items", "properties", "required"))
# Of more objects than this a schema is not looked through.
_SIMPLE = 100
_NUMBERS = ("integer", "number")
_EVERY_TYPE = ("array", "boolean", "integer", "null", "number", "object", "string")
# Keywords that say something of a value whatever stands beside them, and of which types (JSON
# Schema Validation, 6 and 7.1).
_ALONE: Mapping[str, Sequence[str]] = {
    "const": _EVERY_TYPE,
    "enum": _EVERY_TYPE,
    "exclusiveMaximum": _NUMBERS,
    "exclusiveMinimum": _NUMBERS,
    "format": ("string",),
    "maxItems": ("array",),
    "maxLength": ("string",),
    "maxProperties": ("object",),
    "maximum": _NUMBERS,
    "minItems": ("array",),
    "minLength": ("string",),
    "minProperties": ("object",),
    "minimum": _NUMBERS,
    "multipleOf": _NUMBERS,
    "pattern": ("string",),
    "uniqueItems": ("array",),
    **dict.fromkeys(EXTENSIONS, _EVERY_TYPE),
}


def apart(document: Mapping[str, Any], pointer: str) -> Mapping[str, Any] | None:
    """What the schema at a pointer decides by, each keyword by itself.

    None where that cannot be said of it: for keywords that act together, such as
    `unevaluatedProperties`, for references to anything but a pointer, and for what is no object.
    """
    schema = ptr.look_up(document, pointer)
    if not isinstance(schema, dict):
        return None
    deciding = {
        key: value
        for key, value in schema.items()
        if key in _ALONE or not (key in _SILENT or key.startswith("x-"))
    }
    if not deciding.keys() <= {*LEADING, *_ALONE, "type"}:
        return None
    if "$ref" in deciding and not _is_pointer(deciding["$ref"]):
        return None
    return None if _circles(document, pointer) else deciding


def beside(schema: Mapping[str, Any], pointer: str) -> list[str]:
    """The pointers of the other schemas that hold of the same value."""
    found = [ptr.join(pointer, "allOf", i) for i in range(len(schema.get("allOf", ())))]
    if _is_pointer(schema.get("$ref")):
        found.append(ptr.of_reference(schema["$ref"]))
    return found


def alone(deciding: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema of all that leads nowhere; it refers to nothing."""
    kept = {key: deciding[key] for key in deciding if key not in LEADING}
    described = dict.fromkeys(deciding.get("properties", ()), True)
    if unnamed := [name for name in deciding.get("required", ()) if name not in described]:
        kept["required"] = unnamed
    if deciding.get("additionalProperties") is False:
        kept["additionalProperties"] = False
        if "properties" in deciding:
            kept["properties"] = described
    return kept


def is_simple(document: Mapping[str, Any], pointer: str) -> bool:
    """Whether a schema leads to few others, and none of them back to one that led there."""
    return _cost(document, ptr.look_up(document, pointer), (pointer,)) <= _SIMPLE


def _cost(document: Mapping[str, Any], node: Any, around: tuple[str, ...]) -> int:
    """How many objects a schema is made of with all that it refers to, as often as it does."""
    rest, count = [node], 0
    while rest and count <= _SIMPLE:
        node = rest.pop()
        if isinstance(node, list):
            rest += node
        elif isinstance(node, dict):
            count += 1
            rest += node.values()
            reference = node.get("$ref")
            if isinstance(reference, str):
                where = ptr.of_reference(reference)
                if not _is_pointer(reference) or where in around:
                    return _SIMPLE + 1
                count += _cost(document, ptr.look_up(document, where), (*around, where))
    return count


def types_judged(schema: Mapping[str, Any]) -> Collection[str]:
    """The types of which a schema as `alone` gives it says more than that they are right."""
    return {name for key in schema if key != "type" for name in _ALONE.get(key, ("object",))}


def _is_pointer(reference: Any) -> bool:
    """Whether a reference is to a place in the same document, and not to an anchor."""
    return isinstance(reference, str) and reference.startswith("#/")


def _circles(document: Mapping[str, Any], pointer: str) -> bool:
    """Whether a schema is said to hold of whatever it holds of itself, or of too much to see."""
    seen: set[str] = set()
    rest = [pointer]
    while rest:
        where = rest.pop()
        schema = ptr.look_up(document, where)
        ahead = set(beside(schema, where)) if isinstance(schema, dict) else set()
        if pointer in ahead:
            return True
        if len(seen) > _SIMPLE:
            return True
        rest += ahead - seen
        seen |= ahead
    return False
