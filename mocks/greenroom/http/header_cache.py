"""A bounded cache of results by the value of a header."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

# Most clients send a few short values of a header; further and longer ones are not cached, so
# that nobody can fill the memory.
_MOST_VALUES = 64
_LONGEST_VALUE = 256


class HeaderCache(dict[bytes, Result]):
    """Results by header value: `cache[value]` computes and keeps one that is missing."""

    def __init__(self, compute: Callable[[bytes], Result]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, value: bytes) -> Result:
        result = self._compute(value)
        if len(self) < _MOST_VALUES and len(value) <= _LONGEST_VALUE:
            self[value] = result
        return result
