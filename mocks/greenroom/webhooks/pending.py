"""The deliveries that are still to be sent, now or later, and those that wait for another one."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable

from ..state.life.emission import About
from .delivery import Delivery

# Each of them may be as large as a record.
MOST_BYTES = 64 * 1024 * 1024


class Room:
    """The bytes of what is held, for which `take` is asked; what several hold counts once."""

    def __init__(self, take: Callable[[int], bool]) -> None:
        self._take = take
        self._holders: Counter[Delivery] = Counter()

    def add(self, delivery: Delivery) -> bool:
        """Let one more hold a delivery; whether there is room for it."""
        if delivery not in self._holders and not self._take(delivery.size):
            return False
        self._holders[delivery] += 1
        return True

    def remove(self, delivery: Delivery) -> None:
        """One less holds a delivery."""
        self._holders[delivery] -= 1
        if not self._holders[delivery]:
            del self._holders[delivery]
            self._take(-delivery.size)

    def emptied(self) -> Room:
        """The same without anything that is held."""
        self._take(-sum(each.size for each in self._holders))
        return Room(self._take)

    def close(self) -> None:
        """Give everything back; what is held from now on counts nowhere."""
        self.emptied()
        self._holders.clear()
        self._take = lambda _: True


class Pending:
    """What is to be sent: ready, being sent, on the agenda, held back or in a line.

    There is a line for each subscription of a vendor that sends in order.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._all: set[Delivery] = set()
        self._size = 0
        self._lines: dict[About, deque[Delivery]] = {}

    def takes(self, delivery: Delivery, line: int) -> bool:
        """Count a new one, if there is room for it, in a line of some length at most."""
        in_line = len(self._lines.get(delivery.subscription, ()))
        return self._size + delivery.size <= MOST_BYTES and in_line < line and self.hold(delivery)

    def hold(self, delivery: Delivery) -> bool:
        """Count one, once; whether there is room for it."""
        if delivery not in self._all:
            if not self._room.add(delivery):
                return False
            self._all.add(delivery)
            self._size += delivery.size
        return True

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
            self._room.remove(delivery)
        line = self._lines.get(delivery.subscription)
        if not line or line[0] is not delivery:
            return None
        line.popleft()
        if line:
            return line[0]
        del self._lines[delivery.subscription]
        return None
