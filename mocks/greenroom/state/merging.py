"""Merging what a client sends into a record (JSON Merge Patch, RFC 7396)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..schema import json_pointer as ptr

# Whether null may stand at a JSON pointer.
TakesNull = Callable[[str], bool]


def merged(target: Any, patch: Any, takes_null: TakesNull, pointer: str = "") -> Any:
    """A value with a patch merged into it; neither is changed.

    Unlike in RFC 7396 null is stored where it is allowed, and removes the property elsewhere.
    """
    if not isinstance(patch, Mapping):
        return patch
    found = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        where = ptr.step(pointer, name)
        if value is None and not takes_null(where):
            found.pop(name, None)
        else:
            found[name] = merged(found.get(name), value, takes_null, where)
    return found


def with_value(target: Any, pointer: str, value: Any) -> Any:
    """A value with another one at a pointer, objects made where they are missing.

    An item is replaced where the array has it, and appended where it does not.
    """
    tokens = ptr.split(pointer)
    if not tokens:
        return value
    name, below = tokens[0], ptr.join("", *tokens[1:])
    if isinstance(target, list):
        index = int(name) if name.isdecimal() and int(name) < len(target) else len(target)
        inner = target[index] if index < len(target) else None
        return [*target[:index], with_value(inner, below, value), *target[index + 1 :]]
    found = dict(target) if isinstance(target, Mapping) else {}
    found[name] = with_value(found.get(name), below, value)
    return found


def without(target: Any, pointer: str) -> Any:
    """A value without the property at a pointer."""
    name, *rest = ptr.split(pointer)
    if not isinstance(target, Mapping) or name not in target:
        return target
    if rest:
        return {**target, name: without(target[name], ptr.join("", *rest))}
    return {key: value for key, value in target.items() if key != name}


def value_at(value: Any, pointer: str, default: Any = None) -> Any:
    """The value at a pointer, or a default where there is none."""
    try:
        return ptr.look_up(value, pointer)
    except LookupError:
        return default


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """What is no object in a value, with its pointer; an empty object is one too."""
    if isinstance(value, Mapping) and value:
        for name, entry in value.items():
            yield from leaves(entry, ptr.step(pointer, name))
    else:
        yield pointer, value
