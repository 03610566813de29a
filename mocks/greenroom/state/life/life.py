"""What happens in a space by itself: what is due is done at its moment, and events are sent."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import deque
from datetime import datetime
from typing import Any

from ...errors import FullError
from ...journal.journal import Journal
from ..finding import Outcome, RefusedError
from ..record import Record
from ..store import Change
from ..world import World
from .agenda import Agenda, Due
from .clock import Clock
from .emission import About, Cause, Emission, Receiver, StepResult, Transition

# Of transitions, and of what is done before one request: a life cycle may go round for ever.
_MOST_KEPT, _MOST_AT_ONCE = 1000, 1000
logger = logging.getLogger("greenroom")


class Life(ABC):
    """The clock of a space, what is due on it, and what happened.

    `deliveries` get its events; they may put retries on the `agenda`. `transitions` are the last
    ones, the newest last; `changes` and `events` count all of them. `hops` is how many webhooks,
    each sent because of the one before, led to the last request.
    """

    def __init__(self, journal: Journal, frozen: datetime | None) -> None:
        self.journal = journal
        self.clock = Clock(frozen)
        self.agenda = Agenda()
        self.deliveries: Receiver | None = None
        self.transitions: deque[Transition] = deque(maxlen=_MOST_KEPT)
        self.changes = self.events = self.hops = 0
        self._cause: Cause | None = None
        self._happened: tuple[list[Transition], list[Emission]] = [], []

    @abstractmethod
    def world(self, vendor: str) -> World:
        """The records of a vendor. Raises KeyError."""

    def now(self) -> datetime:
        """The time in the space, in UTC."""
        return self.clock.now()

    @property
    def is_living(self) -> bool:
        """Whether something is to happen by itself, sooner or later."""
        return self.clock.running and len(self.agenda) > 0

    def next_due(self) -> datetime | None:
        """When the next thing is due, None where nothing is."""
        due = self.agenda.next()
        return due and due.at

    def step(self, until: datetime) -> StepResult | None:
        """Do the next thing that is due up to a moment, None where nothing is.

        The clock stands at its moment from then on, until `clock.move` or `clock.release`. Its
        events are given to `deliveries` before this returns. What is due and no transition is given
        back, for whoever put it on the agenda to do it.
        """
        while (due := self.agenda.next()) is not None and due.at <= until:
            self.agenda.drop(due.number)
            self.clock.standing = due.at
            if not isinstance(due.what, About):
                return StepResult(due.at, due=due.what)
            if (result := self._expire(due.what, due)) is not None:
                return result
        return None

    def catch_up(self, most: int | None = None) -> None:
        """Do what is due by now, each at its moment; nothing while something else does that.

        It takes `most` steps, so that others get their turn; the rest is done later. What is no
        transition is begun by `deliveries`.
        """
        due = self.agenda.next()
        if due is None or self.clock.standing is not None or due.at > (now := self.clock.now()):
            return
        try:
            for _ in range(most or _MOST_AT_ONCE):
                result = self.step(now)
                if result is None:
                    return
                if result.due is not None and self.deliveries is not None:
                    self.deliveries.due(result.due)
        finally:
            self.clock.release()

    def emit(self, vendor: str, event: str, id: str | None = None) -> Emission:
        """Send an event by hand, about a record of its resource if there is an `id`.

        Raises LookupError for an event or a record that there is not.
        """
        record = subject(self.world(vendor), event, id)
        resource = self.world(vendor).api.behaviour.events[event].about or ""
        self.publish(vendor, Outcome(emitted=((event, resource, record),)), "control")
        return self._happened[1][0]

    def publish(self, vendor: str, outcome: Outcome, kind: str) -> None:
        """Keep the transitions and send the events of an outcome, whose changes are made.

        `kind` is that of their cause: request, control or timer.
        """
        number = self.journal.noted if kind == "control" else self.journal.last
        cause = self._cause or Cause(kind, number + 1)
        now = self.now()
        transitions, emissions = self._happened = [], []
        for resource, id, before, after in outcome.entered:
            self.changes += 1
            about = About(vendor, resource, id)
            transitions.append(Transition(self.changes, now, about, before, after, cause))
        self.transitions += transitions
        for event, resource, record in outcome.emitted:
            self.events += 1
            named = About(vendor, resource, record.id) if record is not None else None
            value = record.value if record is not None else None
            emissions.append(Emission(self.events, vendor, event, now, cause, named, value))
        for transition in transitions:
            self.journal.note("transition", transition.document())
        for change in outcome.changes if kind == "timer" else ():
            self.journal.note("change", {"cause": cause.document(), **_changed(vendor, change)})
        for emission in emissions if self.deliveries is not None else ():
            self.deliveries.emit(emission)  # type: ignore[union-attr]

    def _expire(self, about: About, due: Due) -> StepResult | None:
        """The transition that a timer is for; None where its record does not have it any more."""
        self._cause, self._happened = Cause("timer", due.number), ([], [])
        try:
            self.world(about.vendor).expire(about.resource, about.id, due.number, due.at)
        except (RefusedError, FullError) as error:
            warning = f"{about.resource} {about.id} stays in its state: {error}"
            logger.warning("transition", extra={"members": {"warnings": [warning]}})
            return None
        finally:
            self._cause = None
        transitions, emissions = self._happened
        return StepResult(due.at, transitions, emissions) if transitions else None


def subject(world: World, event: str, id: str | None) -> Record | None:
    """The record that an event is about, None without `id`; LookupError for what is not there."""
    known = world.api.behaviour.events
    if event not in known:
        raise LookupError(f"{event} is no event of {world.api.vendor}; events: {', '.join(known)}")
    resource = known[event].about or ""
    record = world.get(resource, id) if resource and id is not None else None
    if id is not None and record is None:
        raise LookupError(f"there is no {resource or 'record'} {id}")
    return record


def _changed(vendor: str, change: Change) -> dict[str, Any]:
    """A change of a record, for those who follow the journal."""
    resource, before, after = change
    named = after or before
    assert named is not None, "a change has a record before it or after it"
    kind = "deleted" if after is None else "changed" if before is not None else "created"
    about = {"vendor": vendor, "resource": resource, "id": named.id}
    return {"kind": kind, **about, "version": named.version}
