"""Schemas and keywords for values that were seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from greenroom.redaction.secrets import MARK
from greenroom.schema.subschemas import type_of

_DEEPEST = 4
_MOST = 50


def inferred_schema(*values: Any, depth: int = 0) -> dict[str, Any]:
    """A schema that the values match: types, properties and items, to a limited depth."""
    types = list(dict.fromkeys(map(type_of, values)))
    if "number" in types and "integer" in types:
        types.remove("integer")
    found: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
    if depth >= _DEEPEST:
        return found
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        found["items"] = inferred_schema(*items[:_MOST], depth=depth + 1)
    by_name: dict[str, list[Any]] = {}
    for value in values:
        for name, entry in value.items() if isinstance(value, dict) else ():
            by_name.setdefault(name, []).append(entry)
    # If the names are data, other objects have other names.
    if by_name and len(by_name) <= _MOST and not any(MARK in name for name in by_name):
        found["properties"] = {
            name: inferred_schema(*entries, depth=depth + 1) for name, entries in by_name.items()
        }
    return found


def widened(rule: Any, seen: Sequence[str]) -> Any:
    """The `type` of a schema with types that were seen; `number` holds every integer."""
    types = list(dict.fromkeys([*(rule if isinstance(rule, list) else [rule]), *seen]))
    if "number" in types and "integer" in types:
        types.remove("integer")
    return types[0] if len(types) == 1 else types


def values_of(seen: Sequence[str]) -> list[Any]:
    """The values of JSON texts, without the redacted ones."""
    found = []
    for text in seen:
        if MARK not in text:
            with suppress(ValueError):
                found.append(json.loads(text))
    return found
