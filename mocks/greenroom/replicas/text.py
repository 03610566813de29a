"""What processes tell each other, as JSON texts."""

from __future__ import annotations

import json
from datetime import datetime
from types import UnionType
from typing import Any

# The year 3000, in seconds since 1970.
_END_OF_TIME = 32_503_680_000


def text_of(value: Any) -> bytes:
    """A value as JSON, the same for equal values; also texts that UTF-8 cannot write."""
    return json.dumps(value, separators=(",", ":"), default=datetime.isoformat).encode()


def read(text: bytes) -> Any:
    """The value of a text. Raises ValueError and RecursionError."""
    return json.loads(text)


def read_as(shape: Any, text: bytes) -> Any:
    """The value of a text. Raises ValueError and RecursionError, also for one of another shape.

    A shape is a type, a function that says whether a value is right, the shapes of members that an
    object must have, `[shape]` of all items of a list, or a tuple of those of each item.
    """
    value = read(text)
    if not _has(shape, value):
        raise ValueError("JSON of another shape")
    return value


def is_time(value: Any) -> bool:
    """Whether a value is seconds since 1970."""
    return isinstance(value, int | float) and 0 <= value < _END_OF_TIME


def _has(shape: Any, value: Any) -> bool:
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(
            name in value and _has(each, value[name]) for name, each in shape.items()
        )
    if isinstance(shape, list):
        return isinstance(value, list) and all(_has(shape[0], each) for each in value)
    if isinstance(shape, tuple):
        return isinstance(value, list) and len(value) == len(shape) and all(map(_has, shape, value))
    if isinstance(value, str) and not value.isascii():
        # Half a surrogate pair is no text, and raises a ValueError.
        value.encode()
    return isinstance(value, shape) if isinstance(shape, type | UnionType) else shape(value)
