"""The deliveries that are still to be sent, now or later, and those that wait for another one."""

from __future__ import annotations

from collections import deque

from ..state.life.emission import About
from .delivery import Delivery

# Each of them may be as large as a record.
MOST_BYTES = 64 * 1024 * 1024


class Pending:
    """What is to be sent: ready, being sent, on the agenda, or in a line.

    There is a line for each subscription of a vendor that sends in order.
    """

    def __init__(self) -> None:
        self._all: set[Delivery] = set()
        self._size = 0
        self._lines: dict[About, deque[Delivery]] = {}

    def has_room(self, delivery: Delivery, line: int) -> bool:
        """Whether there is room for one more, in a line of some length at most."""
        in_line = len(self._lines.get(delivery.subscription, ()))
        return self._size + delivery.size <= MOST_BYTES and in_line < line

    def hold(self, delivery: Delivery) -> None:
        """Count one, once."""
        if delivery not in self._all:
            self._all.add(delivery)
            self._size += delivery.size

    def is_first(self, delivery: Delivery) -> bool:
        """Whether it is the turn of one, which gets a place in the line of its subscription."""
        line = self._lines.setdefault(delivery.subscription, deque())
        if delivery not in line:
            line.append(delivery)
        return line[0] is delivery

    def settle(self, delivery: Delivery) -> Delivery | None:
        """Forget one that is not to be sent any more; the one whose turn it is then."""
        if delivery in self._all:
            self._all.discard(delivery)
            self._size -= delivery.size
        line = self._lines.get(delivery.subscription)
        if not line or line[0] is not delivery:
            return None
        line.popleft()
        if line:
            return line[0]
        del self._lines[delivery.subscription]
        return None
