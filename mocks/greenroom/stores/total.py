"""A bound on what many hold together, such as the records and journals of all spaces."""

from __future__ import annotations

from collections.abc import Callable
from sys import maxsize


class Total:
    """How many bytes are held and may be held.

    `make_room` is called before the bound is exceeded, until it returns false for having freed
    nothing.
    """

    def __init__(self, largest: int) -> None:
        self.size, self.largest = 0, largest
        self.make_room: Callable[[], bool] = lambda: False


class Share:
    """What one holder has of a total."""

    def __init__(self, total: Total) -> None:
        self.total, self._size = total, 0

    def take(self, size: int) -> bool:
        """Add to what is held, or take from it; false, and nothing is added, without room."""
        total = self.total
        while size > 0 and total.size + size > total.largest:
            if not total.make_room():
                return False
            # It may have closed this very share.
            total = self.total
        self._size += size
        total.size += size
        return True

    def close(self) -> None:
        """Give everything back; what is taken from now on counts nowhere."""
        self.total.size -= self._size
        self.total, self._size = Total(maxsize), 0
