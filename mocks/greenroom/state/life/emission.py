"""What happens in a space by itself: transitions of records, and the events that they send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from ...http.timestamps import rfc3339


class Cause(NamedTuple):
    """What something came of: `kind` is request, timer or control; `number` is its own."""

    kind: str
    number: int

    def document(self) -> dict[str, int]:
        """The cause as JSON."""
        return {self.kind: self.number}


class About(NamedTuple):
    """The record that something happened to, by the identifier of records as text."""

    vendor: str
    resource: str
    id: str


class Emission(NamedTuple):
    """An event at a moment of the space, about a record as it was then.

    `number` counts the events of the space from 1. `about` and `value` are None for an event that
    is about nothing that is kept.
    """

    number: int
    vendor: str
    event: str
    at: datetime
    cause: Cause
    about: About | None
    value: Mapping[str, Any] | None


class Transition(NamedTuple):
    """A record that went from one state to another; `number` counts those of the space from 1."""

    number: int
    at: datetime
    about: About
    before: str | None
    after: str
    cause: Cause

    def document(self) -> dict[str, Any]:
        """The transition as JSON."""
        about = {"id": self.number, "at": rfc3339(self.at.timestamp())}
        states = {"from": self.before, "to": self.after, "cause": self.cause.document()}
        return {**about, "about": self.about._asdict(), **states}


class StepResult(NamedTuple):
    """What one step of a space did at a moment: a record's transition and those that come of it, or
    `due`, whatever else was put on the agenda for then. `emissions` are the events of it all.
    """

    at: datetime
    transitions: Sequence[Transition] = ()
    emissions: Sequence[Emission] = ()
    due: Any = None


class Receiver(Protocol):
    """What becomes of the events of a space: the deliveries to its subscriptions."""

    def emit(self, emission: Emission) -> None:
        """Take an event, when what it tells of is kept already.

        Who gets it is decided here, by the records as they are now; nothing is sent here.
        """

    def due(self, what: Any) -> None:
        """Begin what was put on the agenda and is no transition: its moment has come."""

    def close(self) -> None:
        """Send nothing more: the space is gone."""

    def inherit(self, before: Receiver) -> None:
        """Keep what those of the space before have kept."""
