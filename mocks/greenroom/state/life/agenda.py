"""What is due in a space, and when."""

from __future__ import annotations

import heapq
from datetime import datetime
from typing import Any, NamedTuple

MOST_PENDING = 10_000
# A heap is cleared of what was dropped once that is most of it.
_FEW = 64


class Due(NamedTuple):
    """Something to be done at a moment; of the same moment in the order of `number`."""

    at: datetime
    number: int
    what: Any


class Agenda:
    """What is due, in order: `pending` by number, of which `last` was given last.

    Nothing is taken out of the middle: what was dropped is passed over when its moment comes.
    """

    def __init__(self, most: int = MOST_PENDING) -> None:
        self.most = most
        self.last = 0
        self._heap: list[tuple[datetime, int]] = []
        self.pending: dict[int, Due] = {}

    def __len__(self) -> int:
        return len(self.pending)

    def number(self) -> int:
        """The next number."""
        self.last += 1
        return self.last

    def add(self, at: datetime, what: Any, number: int = 0) -> int:
        """Put something on the agenda; its number, the next one unless it is given."""
        number = number or self.number()
        self.pending[number] = Due(at, number, what)
        heapq.heappush(self._heap, (at, number))
        return number

    def drop(self, number: int) -> None:
        """Forget what has a number; nothing where that is done or forgotten already."""
        self.pending.pop(number, None)
        if len(self._heap) > 2 * len(self.pending) + _FEW:
            self._heap = [(due.at, due.number) for due in self.pending.values()]
            heapq.heapify(self._heap)

    def next(self) -> Due | None:
        """What is due next; it stays on the agenda."""
        while self._heap:
            at, number = self._heap[0]
            due = self.pending.get(number)
            # What was undone has left its number to something else.
            if due is not None and due.at == at:
                return due
            heapq.heappop(self._heap)
        return None

    def all(self) -> list[Due]:
        """What is on the agenda, in the order of being put there."""
        return [*self.pending.values()]
