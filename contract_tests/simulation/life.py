"""What has to happen in a space by itself: states and what follows on them, as plain lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from greenroom.contract.behaviour.binding import Behaviour
from greenroom.contract.behaviour.resource import Property, Resource, State
from greenroom.state.life.emission import Emission
from greenroom.state.record import Record

from .reference import MISSING, at

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
Key = tuple[str, str]


@dataclass
class Pending:
    """A state that a thing goes into, if nothing comes in between."""

    due: datetime
    number: int
    key: Key
    to: str
    by: str


@dataclass
class Life:
    """The time, the states of things, and what follows on them."""

    now: datetime = START
    states: dict[Key, str | None] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)
    last: int = 0

    def of(self, key: Key) -> list[Pending]:
        """What follows on the state of a thing, in the order in which it was set."""
        return [each for each in self.pending if each.key == key]

    def next(self, until: datetime) -> Pending | None:
        """What is to happen next up to a moment."""
        due = [each for each in self.pending if each.due <= until]
        return min(due, key=lambda each: (each.due, each.number), default=None)

    def forget(self, key: Key) -> None:
        """A thing is gone."""
        self.states.pop(key, None)
        self.pending = [each for each in self.pending if each.key != key]

    def begin(self, key: Key, record: Record) -> None:
        """A thing that was there before anything was done."""
        assert record.timers == ()
        self.states[key] = record.state

    def follow(
        self, resource: Resource, before: Any, record: Record, forced: Mapping[Key, str | None]
    ) -> State | None:
        """The state that a new or changed thing has entered, None for none.

        `before` is its value then, MISSING for a new one. `forced` are the states that the request
        puts things into; None for one that it must not move. Raises AssertionError where the state
        of the record, or what follows on it, is not as its life cycle says.
        """
        key, life = (resource.name, record.id), resource.lifecycle
        if life is None:
            assert (record.state, record.timers) == (None, ())
            return None
        old, told = self.states.get(key), at(record.value, life.pointer or "/-")
        entered: State | None = None
        if key in forced:
            entered = life.states[forced[key]] if forced[key] else None  # type: ignore[index]
        elif before is MISSING:
            entered = life.states[record.state or ""] if not resource.singleton else None
        elif life.pointer is not None and told != at(before, life.pointer):
            entered = next((s for s in life.states.values() if s.value == told), None)
        if entered is not None:
            assert record.state == entered.name, (record.state, entered.name)
            expected = self._after(entered, record.value)
        elif before is MISSING:
            expected = [(each.state, each.due, each.by) for each in record.timers]
        else:
            assert record.state == old, (record.state, old)
            expected = self._kept(key, life.states.get(old or ""), before, record.value)
        assert [(t.state, t.due, t.by) for t in record.timers] == expected
        self._set(key, record)
        return entered

    def _after(self, state: State, value: Any) -> list[tuple[str, datetime, str]]:
        found = [(to, self.now + length, "after") for length, to in state.after]
        moments = [(to, _moment(at(value, pointer)), pointer) for pointer, to in state.at]
        return found + [(to, max(m, self.now), by) for to, m, by in moments if m is not None]

    def _kept(
        self, key: Key, state: State | None, before: Any, value: Any
    ) -> list[tuple[str, datetime, str]]:
        places = [pointer for pointer, _ in state.at] if state is not None else []
        moved = [p for p in places if at(before, p) != at(value, p)]
        kept = [(each.to, each.due, each.by) for each in self.of(key) if each.by not in moved]
        return kept + [e for e in self._after(state, value) if e[2] in moved] if state else kept

    def _set(self, key: Key, record: Record) -> None:
        known = {each.number for each in self.of(key)}
        self.forget(key)
        self.states[key] = record.state
        for timer in record.timers:
            assert timer.number in known or timer.number > self.last, "a number is given again"
            self.pending.append(Pending(timer.due, timer.number, key, timer.state, timer.by))
        self.last = max([self.last, *(timer.number for timer in record.timers)])


class Events:
    """The events that a space sends; each comes when the record that it is about is kept."""

    def __init__(self, space: Any, behaviour: Behaviour, life: Life) -> None:
        self.space, self.behaviour, self.life = space, behaviour, life
        self.sent: list[Emission] = []
        self.ready = ()

    def close(self) -> None:
        """The space is gone."""

    def emit(self, emission: Emission) -> None:
        """Take an event."""
        assert emission.at == self.space.now()
        if emission.about is not None:
            vendor, resource, id = emission.about
            record = self.space.world(vendor).get(resource, id)
            assert record is not None, "the event comes before its record"
            assert record.value == emission.value, "the event is older than its record"
        self.sent.append(emission)

    def due(self, what: Any) -> None:
        """Nothing but transitions is on the agenda."""
        raise AssertionError(what)

    def check(self, entered: Mapping[Key, State], others: Collection[str]) -> None:
        """Whether the events are those of the states that things have entered, in their order.

        `others` may have been sent as well.
        """
        names = [e.event for e in self.sent]
        own = [name for state in entered.values() for name in state.emit]
        assert not Counter(own) - Counter(names), (own, names)
        assert set((Counter(names) - Counter(own)).elements()) <= set(others), (own, names)
        for (resource, id), state in entered.items():
            following = iter(names)
            assert all(name in following for name in state.emit), (state.emit, names)
            about = [e.event for e in self.sent if e.about and e.about[1:] == (resource, id)]
            expected = [e for e in state.emit if self.behaviour.events[e].about == resource]
            assert set(expected) <= set(about), (expected, about)
        self.sent.clear()


def is_dated(about: Property, value: Any, now: datetime) -> bool:
    """Whether a record has a moment, in the form of its example, where it tells one."""
    told = at(value, about.pointer)
    if isinstance(told, bool) or not isinstance(told, str | int | float):
        return False
    if isinstance(told, str) and len(told) == len("2026-01-05"):
        return told == now.date().isoformat()
    moment = _moment(told)
    return moment is not None and abs((moment - now).total_seconds()) < 1


def _moment(value: Any) -> datetime | None:
    if value is MISSING or isinstance(value, bool):
        return None
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
