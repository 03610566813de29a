"""The time of a vendor's mock in a space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from ..contract.behaviour.duration import written
from .control import ControlClient
from .deliveries import Delivery


@dataclass(frozen=True)
class Transition:
    """A record that went from one state to another; `about` has vendor, resource and id."""

    id: int
    at: datetime
    about: Mapping[str, str]
    before: str | None
    after: str


@dataclass(frozen=True)
class Advanced:
    """What happened while time was moved, in order; `pending` counts what was not done in time."""

    transitions: tuple[Transition, ...]
    deliveries: tuple[Delivery, ...]
    pending: int


class Clock:
    """The clock of a space; it stands, unless it was made to run."""

    def __init__(self, control: ControlClient, space: str) -> None:
        self._control, self._path = control, f"spaces/{space}/clock"

    def __repr__(self) -> str:
        return f"<Clock {self.now.isoformat()}>"

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.fromisoformat(self._control("GET", self._path)["now"])

    def advance(
        self,
        by: timedelta | None = None,
        *,
        to: datetime | Literal["next"] | None = None,
        **units: float,
    ) -> Advanced:
        """Move the time by a `timedelta` or by its units, as in `hours=1`, or `to` a moment.

        With `next` that is when something is due next. What is due on the way happens at its
        moment, and its webhooks are attempted, before this returns. Raises GreenroomError for a
        moment that is past.
        """
        self._control.start()
        if to is not None:
            body = {"to": to if isinstance(to, str) else to.isoformat()}
        else:
            body = {"by": written((by or timedelta()) + timedelta(**units))}
        done = self._control("POST", f"{self._path}/advance", body)
        return Advanced(
            tuple(_transition(each) for each in done["transitions"]),
            tuple(Delivery.read(each) for each in done["deliveries"]),
            done["pending"],
        )

    def freeze(self, at: datetime | None = None) -> None:
        """Stand, now or at a later moment, up to which all that is due happens."""
        self._control.start()
        self._control("POST", f"{self._path}/freeze", {"at": at.isoformat()} if at else {})

    def resume(self, speed: float = 1.0) -> None:
        """Run, so many times as fast as the wall clock."""
        self._control.start()
        self._control("POST", f"{self._path}/resume", {"speed": speed})


def _transition(document: Mapping[str, Any]) -> Transition:
    at = datetime.fromisoformat(document["at"])
    return Transition(document["id"], at, document["about"], document["from"], document["to"])
