"""The clock of a space: it stands, or it runs with the wall clock or faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ...http.timestamps import WRITTEN

# Where a clock that runs stops: the last second that there is.
_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def wall_time() -> datetime:
    """The moment by the clock of this machine, in UTC."""
    return datetime.now(UTC)


class Clock:
    """The time of a space, an aware datetime in UTC.

    It stands at `frozen`, or runs with the clock `wall`. `standing` is the moment of what is being
    done, which is what it tells meanwhile. `is_of_machine` says that it tells the time of this
    machine.
    """

    def __init__(
        self, frozen: datetime | None = None, wall: Callable[[], datetime] = wall_time
    ) -> None:
        self.standing: datetime | None = None
        self.speed = 1.0
        self._wall = wall
        self._frozen = frozen
        # A running clock told `_from` when the wall clock told `_since`; None: it is that one.
        self._from: datetime | None = None
        self._since: datetime | None = None
        self._changed()

    def _changed(self) -> None:
        self.is_of_machine = not self._frozen and not self._from and self._wall is wall_time

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
        try:
            return self._from + (wall - self._since) * self.speed
        except OverflowError:
            return max(self._from, _END)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand at a moment, by default at this one. Raises ValueError for one before now."""
        now = self.now()
        if at is not None and at < now:
            raise ValueError(f"{at:{WRITTEN}} is before now, {now:{WRITTEN}}")
        self.standing, self._frozen, self._from = None, at or now, None
        self._changed()

    def resume(self, speed: float = 1.0) -> None:
        """Run on from this moment, so many times as fast as the wall clock."""
        self._from, self._since = self.now(), self._wall()
        self._frozen, self.speed = None, speed
        self._changed()

    def move(self, to: datetime) -> None:
        """Stop standing, and tell this moment. Raises ValueError for one before now."""
        if to < self.now():
            raise ValueError(f"{to:{WRITTEN}} is before now, {self.now():{WRITTEN}}")
        self.standing = None
        if self._frozen is not None:
            self._frozen = to
        else:
            self._from, self._since = to, self._wall()
        self._changed()

    def release(self) -> None:
        """Stop standing, and go on as if it had not."""
        self.standing = None

    def seconds_until(self, moment: datetime) -> float | None:
        """Seconds of wall time until a moment, 0 for a past one; None where the clock stands."""
        if not self.running:
            return None
        return max(timedelta(), moment - self.now()).total_seconds() / self.speed

    def passing(self) -> Callable[[float], datetime]:
        """The time some seconds of wall time from now, if nobody moves it."""
        now, speed = self.now(), self.speed if self.running and self.standing is None else 0.0

        def after(seconds: float) -> datetime:
            try:
                return now + timedelta(seconds=seconds * speed)
            except OverflowError:
                return max(now, _END)

        return after

    def document(self) -> dict[str, Any]:
        """The clock as JSON: `now` is null where it is the wall clock, `speed` that of another."""
        if self.running and self._from is None:
            return {"now": None}
        speed = {"speed": self.speed} if self.running else {}
        return {"now": self.now().isoformat(), **speed}

    def parts(self) -> dict[str, Any]:
        """All that it goes by as JSON, for a clock that tells the same time elsewhere."""
        parts = {"frozen": self._frozen, "from": self._from, "since": self._since}
        moments = {**parts, "standing": self.standing}
        told = {name: at and at.isoformat() for name, at in moments.items()}
        return {"speed": self.speed, **told}

    def go_by(self, parts: Mapping[str, Any]) -> None:
        """Tell the time that another clock does, given its `parts`."""

        def moment(name: str) -> datetime | None:
            return None if parts[name] is None else datetime.fromisoformat(parts[name])

        self.speed, self.standing = parts["speed"], moment("standing")
        self._frozen, self._from, self._since = map(moment, ("frozen", "from", "since"))
        self._changed()

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Clock:
        """The clock of a document that `document` made."""
        now = document["now"]
        clock = cls(None if now is None else datetime.fromisoformat(now.upper()).astimezone(UTC))
        if "speed" in document:
            clock.resume(document["speed"])
        return clock
