"""Choices among the values that a schema allows: the usual one, or a random one by a seed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Option = TypeVar("Option")

_LIKELIHOOD = 0.75


class Choices:
    """Chooses the usual options without a seed; with a seed random ones, each time the same."""

    __slots__ = ("_random",)

    def __init__(self, seed: int | str | None = None) -> None:
        self._random = None if seed is None else Random(seed)

    @property
    def are_random(self) -> bool:
        """Whether choices are random, so that a value differs from the usual one."""
        return self._random is not None

    def pick(self, options: Sequence[Option]) -> Option:
        """One of one or more options: the first, or a random one."""
        return options[0] if self._random is None else self._random.choice(options)

    def ordered(self, options: Sequence[Option]) -> list[Option]:
        """The options in the order in which to try them."""
        found = list(options)
        if self._random is not None:
            self._random.shuffle(found)
        return found

    def integer(self, low: int, high: int, usual: int) -> int:
        """A whole number from `low` to `high`, both included."""
        if self._random is None:
            return min(max(usual, low), high)
        return self._random.randint(low, high)

    def between(self, low: float, high: float, usual: float) -> float:
        """A number from `low` to `high`, rounded to two decimals where the bounds allow."""
        if self._random is None:
            return min(max(usual, low), high)
        drawn = self._random.uniform(low, high)
        short = round(drawn, 2)
        return short if low <= short <= high else drawn

    def keep_optional(self) -> bool:
        """Whether to keep an optional part: always without a seed, mostly with one."""
        return self._random is None or self._random.random() < _LIKELIHOOD

    def bits(self, count: int, usual: int) -> int:
        """A number of `count` bits: `usual`, or a random one."""
        return usual if self._random is None else self._random.getrandbits(count)
