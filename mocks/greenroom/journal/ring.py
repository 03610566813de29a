"""The ring of requests that reached no space; a server without spaces imports nothing else here."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from ..decision import Decision


class Head(NamedTuple):
    """A request that reached no space; `space` is the one it named, and was refused before."""

    at: float
    vendor: str
    method: str
    path: str
    status: int
    decision: Decision
    space: str | None = None


class RequestRing:
    """The last requests that reached no space, and the number of all: heads only, to be fast."""

    def __init__(self, most: int = 200) -> None:
        self.total = 0
        self._heads: deque[tuple[Any, ...]] = deque(maxlen=most)

    def append(self, head: tuple[Any, ...]) -> None:
        """Add a tuple with the values of `Head` in its order."""
        self.total += 1
        self._heads.append(head)

    def heads(self) -> list[Head]:
        """The newest last."""
        return [Head(*head) for head in self._heads]
