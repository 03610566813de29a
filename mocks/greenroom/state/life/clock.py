"""The clock of a space: it stands, or it runs with the wall clock or faster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall_time() -> datetime:
    """The moment by the clock of this machine, in UTC."""
    return datetime.now(UTC)


class Clock:
    """The time of a space, an aware datetime in UTC.

    `made` is where it stood when the space was made, None where it ran with the wall clock.
    `standing` is the moment of what is being done, which is what the clock tells meanwhile.
    """

    def __init__(
        self, made: datetime | None = None, wall: Callable[[], datetime] = wall_time
    ) -> None:
        self.made = made
        self.standing: datetime | None = None
        self.speed = 1.0
        self._wall = wall
        self._frozen = made
        # A running clock told `_from` when the wall clock told `_since`; None: it is that one.
        self._from: datetime | None = None
        self._since: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether time passes by itself."""
        return self._frozen is None

    def now(self) -> datetime:
        """The time."""
        if self.standing is not None:
            return self.standing
        if self._frozen is not None:
            return self._frozen
        wall = self._wall()
        if self._from is None or self._since is None:
            return wall
        return self._from + (wall - self._since) * self.speed

    def freeze(self, at: datetime | None = None) -> None:
        """Stand at a moment, by default at this one. Raises ValueError for one before now."""
        self.move(self.now() if at is None else at)
        self._frozen, self._from = self.now(), None

    def resume(self, speed: float = 1.0) -> None:
        """Run on from this moment, so many times as fast as the wall clock."""
        self._from, self._since = self.now(), self._wall()
        self._frozen, self.speed = None, speed

    def move(self, to: datetime) -> None:
        """Stop standing, and tell this moment. Raises ValueError for one before now."""
        if to < self.now():
            raise ValueError(f"{to.isoformat()} is before now, {self.now().isoformat()}")
        self.standing = None
        if self._frozen is not None:
            self._frozen = to
        else:
            self._from, self._since = to, self._wall()

    def seconds_until(self, moment: datetime) -> float | None:
        """Seconds of wall time until a moment, 0 for a past one; None where the clock stands."""
        if not self.running:
            return None
        return max(timedelta(), moment - self.now()).total_seconds() / self.speed
