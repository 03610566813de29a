"""Decisions about the value of a header, kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Decision = TypeVar("Decision")

# Clients send few different values of a header, and short ones; others are not remembered.
_REMEMBERED = 64
_REMEMBERED_LENGTH = 256


class HeaderCache(dict[bytes, Decision]):
    """What was decided, by value: `memo[value]` decides at most once for what clients repeat."""

    def __init__(self, decide: Callable[[bytes], Decision]) -> None:
        super().__init__()
        self._decide = decide

    def __missing__(self, value: bytes) -> Decision:
        decision = self._decide(value)
        if len(self) < _REMEMBERED and len(value) <= _REMEMBERED_LENGTH:
            self[value] = decision
        return decision
