"""Bounded caches of results by what clients send, so that nobody can fill the memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from weakref import WeakValueDictionary

Key = TypeVar("Key")
Result = TypeVar("Result")

# Of all caches of this process together, in bytes: each operation of each contract has some.
_MOST = 8 * 1024 * 1024
# Most clients send a few short values of a header; further and longer ones are not cached.
_MOST_VALUES = 64
_LONGEST_VALUE = 256
# What a result and its place take, in bytes.
_RESULT = 1024


class RequestCache(dict[Key, Result]):
    """Results by parts of requests; all caches are emptied where they are too large together."""

    _all: ClassVar[WeakValueDictionary[int, RequestCache[Any, Any]]] = WeakValueDictionary()
    _used: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self._all[id(self)] = self

    def keep(self, key: Key, result: Result, size: int, most: int = _MOST_VALUES) -> None:
        """Keep a result that takes `size` bytes with its key, unless there are `most` already."""
        if len(self) < most:
            RequestCache._used += size + _RESULT
            if RequestCache._used > _MOST:
                for cache in list(self._all.values()):
                    cache.clear()
                RequestCache._used = size + _RESULT
            self[key] = result


class HeaderCache(RequestCache[bytes, Result]):
    """Results by header value: `cache[value]` computes and keeps one that is missing."""

    def __init__(self, compute: Callable[[bytes], Result]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, value: bytes) -> Result:
        result = self._compute(value)
        if len(value) <= _LONGEST_VALUE:
            self.keep(value, result, len(value))
        return result
