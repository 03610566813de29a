"""The ring of requests that reached no space; a server without spaces imports nothing else here."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Any, NamedTuple

from ..decision import Decision


class Head(NamedTuple):
    """A request that reached no space; `space` is the one it named, and was refused before."""

    n: int
    at: float
    vendor: str
    method: str
    path: str
    status: int
    decision: Decision
    space: str | None = None


class RequestRing:
    """The last requests that reached no space: heads only, so that mocks without spaces stay fast.

    `append` adds a tuple with the values of `Head` in its order, and `number` gives the first.
    """

    def __init__(self, most: int = 200) -> None:
        self._heads: deque[tuple[Any, ...]] = deque(maxlen=most)
        self.append = self._heads.append
        self.number = count(1).__next__

    def heads(self) -> list[Head]:
        """The newest last."""
        return [Head(*head) for head in self._heads]
