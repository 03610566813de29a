"""A value for a schema where a contract gives no example: plausible, small, not promised valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..contract import pointer as ptr

_DEEPEST = 8
_FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T09:00:00Z",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "time": "09:00:00Z",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def sample(document: Mapping[str, Any], pointer: str, depth: int = 0) -> Any:
    """What the schema at a pointer names itself (const, default, enum), else the least of its type.

    Objects get their required properties only. Keywords that relate values are not followed.
    """
    schema, where = ptr.resolve(document, ptr.look_up(document, pointer), pointer)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    for keyword in ("const", "default", "example"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("examples", "enum"):
        if isinstance(listed := schema.get(keyword), list) and listed:
            return listed[0]
    for keyword in ("oneOf", "anyOf"):
        if schema.get(keyword):
            return sample(document, ptr.join(where, keyword, 0), depth + 1)
    kind = _kind(schema)
    if kind in ("object", "array"):
        return _container(document, schema, where, depth)
    if kind in ("integer", "number"):
        return _number(schema)
    if kind == "boolean":
        return True
    return None if kind == "null" else _text(schema)


def _kind(schema: Mapping[str, Any]) -> str:
    given = schema.get("type", ())
    types = [given] if isinstance(given, str) else list(given)
    for keyword, kind in (("properties", "object"), ("allOf", "object"), ("items", "array")):
        if not types and keyword in schema:
            return kind
    return next((kind for kind in types if kind != "null"), "null" if types else "string")


def _container(
    document: Mapping[str, Any], schema: Mapping[str, Any], where: str, depth: int
) -> Any:
    if _kind(schema) == "array":
        if not isinstance(schema.get("items"), dict):
            return []
        entry = sample(document, ptr.join(where, "items"), depth + 1)
        return [entry] * max(1, schema.get("minItems", 1))
    found: dict[str, Any] = {}
    for i in range(len(schema.get("allOf", ()))):
        part = sample(document, ptr.join(where, "allOf", i), depth + 1)
        if not isinstance(part, dict):
            return part
        found |= part
    for name in schema.get("required", ()):
        if name in schema.get("properties", {}):
            found[name] = sample(document, ptr.join(where, "properties", name), depth + 1)
    return found


def _number(schema: Mapping[str, Any]) -> Any:
    if "minimum" in schema:
        return schema["minimum"]
    least = schema.get("exclusiveMinimum", 0) + 1
    return min(least, schema.get("maximum", schema.get("exclusiveMaximum", least + 1) - 1))


def _text(schema: Mapping[str, Any]) -> str:
    text = _FORMATS.get(schema.get("format", ""), "text")
    return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
