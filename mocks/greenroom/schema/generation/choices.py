"""Where a value leaves a choice: the usual one, or one drawn by a seed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Option = TypeVar("Option")

_LIKELIHOOD = 0.75


class Choices:
    """ResponseSelector: without a seed always the usual one, with a seed the same ones again."""

    __slots__ = ("_random",)

    def __init__(self, seed: int | str | None = None) -> None:
        self._random = None if seed is None else Random(seed)

    @property
    def drawn(self) -> bool:
        """Whether choices are drawn, so that a value differs from the usual one."""
        return self._random is not None

    def pick(self, options: Sequence[Option]) -> Option:
        """One of the options, of which there is one at least: the first, or any."""
        return options[0] if self._random is None else self._random.choice(options)

    def ordered(self, options: Sequence[Option]) -> list[Option]:
        """The options in the order in which they are to be tried."""
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
        """A number from `low` to `high`, of at most two decimals where there is room for them."""
        if self._random is None:
            return min(max(usual, low), high)
        drawn = self._random.uniform(low, high)
        short = round(drawn, 2)
        return short if low <= short <= high else drawn

    def keeps(self) -> bool:
        """Whether what may be left out is kept: always, or mostly."""
        return self._random is None or self._random.random() < _LIKELIHOOD

    def bits(self, count: int, usual: int) -> int:
        """So many bits as a number."""
        return usual if self._random is None else self._random.getrandbits(count)
