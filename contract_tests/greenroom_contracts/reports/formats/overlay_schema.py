"""The schema of a value that was seen, as far as one value determines it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from greenroom.redaction.secrets import MARK
from greenroom.schema.subschemas import type_of

_DEEPEST = 4
_MOST = 50


def inferred_schema(value: Any, depth: int = 0) -> dict[str, Any]:
    """A schema that the value matches: types, properties and items, to a limited depth."""
    return _merged([value], depth)


def _merged(values: Iterable[Any], depth: int) -> dict[str, Any]:
    listed = list(values)
    types = list(dict.fromkeys(map(type_of, listed)))
    if "number" in types and "integer" in types:
        types.remove("integer")
    if not types:
        return {}
    found: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
    if depth >= _DEEPEST:
        return found
    items = [item for value in listed if isinstance(value, list) for item in value]
    if items:
        found["items"] = _merged(items[:_MOST], depth + 1)
    by_name: dict[str, list[Any]] = {}
    for value in listed:
        for name, entry in value.items() if isinstance(value, dict) else ():
            by_name.setdefault(name, []).append(entry)
    # If the names are data, other objects have other names.
    if by_name and len(by_name) <= _MOST and not any(MARK in name for name in by_name):
        found["properties"] = {
            name: _merged(entries, depth + 1) for name, entries in by_name.items()
        }
    return found
