"""The shapes that values of our own extensions may have, for all who read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..schema import json_pointer as ptr
from .provenance import KEY

# Where an extension has the wrong shape, and what would be right.
Found = tuple[str, str]


def keys(
    node: Any, where: str, needed: tuple[str, ...], optional: tuple[str, ...] = ()
) -> Iterator[Found]:
    """What keeps a node from being a map with all the needed keys, and with no unknown ones."""
    if not isinstance(node, dict):
        yield where, f"not a map with the keys {', '.join((*needed, *optional))}"
        return
    for name in needed:
        if name not in node:
            yield where, f"the key {name!r} is missing; needed: {', '.join(needed)}"
    for name in node:
        if name not in (*needed, *optional, KEY):
            known = ", ".join((*needed, *optional, KEY))
            yield ptr.join(where, name), f"not a key here; known: {known}"


def is_count(value: Any, least: int) -> bool:
    """Whether a value is a whole number, not less than another."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def is_texts(value: Any, least: int) -> bool:
    """Whether a value is a list of so many strings or more."""
    return (
        isinstance(value, list) and len(value) >= least and all(isinstance(v, str) for v in value)
    )
