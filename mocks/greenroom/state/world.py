"""The records of one API in one space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from ..contract.behaviour.resource import State
from ..contract.behaviour.resources import state_told
from ..contract.runtime_expressions import Message
from ..errors import FullError
from ..schema import json_pointer as ptr
from .api import Api
from .creation import Draft
from .finding import Asking, Outcome
from .identifiers import Drawing
from .life.agenda import Agenda
from .life.emission import About
from .life.timer import PLANNED, Timer
from .merging import copied, leaves, merged, put, value_at
from .record import Record, text_of
from .store import Change, Fresh, Query, Reads, Store
from .values import Scope

# A pattern may allow few values.
_MOST_TRIES = 1000


class InvalidError(Exception):
    """A record that no response may show; `problems` are JSON pointers into it, and reasons."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{pointer or '/'}: {message}" for pointer, message in problems))
        self.problems = problems


class Around(Protocol):
    """The space that a world is in."""

    agenda: Agenda

    def now(self) -> datetime:
        """The time in the space."""

    def publish(self, vendor: str, outcome: Outcome, kind: str) -> None:
        """Keep the transitions and send the events of an outcome, whose changes are made.

        `kind` is that of their cause: request or control.
        """


class World:
    """The records of one API in one space; `source` is the seed of its identifiers.

    It begins with those of the examples. `is_new` is true until something is done to it.
    """

    def __init__(self, api: Api, store: Store, source: str, around: Around) -> None:
        self.api = api
        self.store = store
        self.is_new = True
        self._source = source
        self._drawings: dict[tuple[str, str], Drawing] = {}
        self._around = around
        store.commit(api.seeds())

    def run(self, asking: Asking[Outcome], kind: str = "request") -> Outcome:
        """The outcome of a decision, given what it asks for; its changes are made.

        Raises RefusedError and FullError.
        """
        try:
            reads = next(asking)
            while True:
                reads = asking.send(self.read(reads))
        except StopIteration as stop:
            outcome: Outcome = stop.value
        self.commit(outcome.changes)
        if outcome.entered or outcome.emitted:
            self._around.publish(self.api.vendor, outcome, kind)
        return outcome

    def read(self, reads: Reads) -> dict[str, Any]:
        """What a decision asks for."""
        return {
            name: self.fresh(read) if isinstance(read, Fresh) else self.store.page(read)
            for name, read in reads.items()
        }

    def commit(self, changes: Iterable[Change]) -> None:
        """Make all changes, or none. Raises FullError."""
        changes, timed = tuple(changes), []
        if not changes:
            return
        self.is_new = False
        for each in changes:
            _, before, after = each
            if (after and after.timers) or (before and before.timers):
                timed.append(each)
        gone, new = self._numbered(timed) if timed else ((), ())
        # Nothing else has this store, so that no record changes while one request is decided.
        assert self.store.commit(changes), "a record changed in between"
        for number in gone:
            self._around.agenda.drop(number)
        for about, timer in new:
            self._around.agenda.add(timer.due, about, timer.number)

    def _numbered(self, changes: list[Change]) -> tuple[set[int], list[tuple[About, Timer]]]:
        """The timers that changes drop, and those that they add, which get their numbers.

        Raises FullError.
        """
        agenda, new = self._around.agenda, list[tuple[About, Timer]]()
        had = {t.number for _, before, _ in changes for t in (before.timers if before else ())}
        kept = {t.number for *_, after in changes for t in (after.timers if after else ())}
        added = sum(not t.number for *_, after in changes for t in (after.timers if after else ()))
        gone = had - kept
        if added and len(agenda) + added - len(gone) > agenda.most:
            raise FullError(f"{agenda.most} timers of the space are pending, as many as may be")
        for resource, _, after in changes:
            if after is not None:
                about = About(self.api.vendor, resource, after.id)
                after.timers = tuple(
                    each if each.number else each._replace(number=agenda.number())
                    for each in after.timers
                )
                new += [(about, timer) for timer in after.timers if timer.number not in had]
        return gone, new

    def timers(self) -> Iterator[tuple[datetime, About, int]]:
        """What follows on the states of its records: when, of which, and its number."""
        for resource in self.api.behaviour.resources:
            for record in self.records(resource):
                for timer in record.timers:
                    yield timer.due, About(self.api.vendor, resource, record.id), timer.number

    def records(self, resource: str, offset: int = 0, limit: int | None = None) -> list[Record]:
        """The records of a resource in the order of creation."""
        return [*self.store.page(Query(resource, offset=offset, limit=limit)).records]

    def count(self, resource: str) -> int:
        """How many records of a resource there are."""
        return self.store.page(Query(resource, limit=0)).total

    def get(self, resource: str, id: str) -> Record | None:
        """A record, None where there is none."""
        return self.store.get(resource, id)

    def create(
        self,
        resource: str,
        values: Mapping[str, Any],
        now: datetime,
        example: Any = None,
        state: State | None = None,
    ) -> Change:
        """Keep a new record without the rules of the API, and return the change.

        It is an example, by default the first, with `values` laid over it, in a state, by default
        that which they tell or else the first, of which nothing is sent. What is to follow at a
        moment does if they tell it. Raises FullError and InvalidError, and LookupError where it
        exists.
        """
        maker = self.api.makers[resource]
        base = maker.base.record if example is None else example
        draft = Draft(copied(base), maker.shape)
        maker.date(draft, now, is_new=True)
        for each in maker.generated:
            if example is None:
                put(draft.value, each.pointer, self.draw(resource, each.pointer))
        for name, value in values.items():
            draft.give(ptr.step("", name), value)
        if state is not None:
            maker.put_into(draft, state, Scope(Message()))
        elif example is None:
            maker.enter(draft, Scope(Message()))
        _require_valid(draft, base)
        record = Record(self.api.id_of(resource, draft.value), draft.value, own=tuple(draft.own))
        self.api.deciders(resource).give_state(record, draft, now)
        record.state = record.state or state_told(maker.resource.lifecycle, draft.value)
        # Nobody has told the moment of a documented example, which is long past.
        record.timers = tuple(each for each in record.timers if draft.tells(each.by))
        change = Change(resource, self.get(resource, record.id), record)
        if change.before is not None:
            raise LookupError(f"there is a {resource} {record.id} already")
        self.commit([change])
        return change

    def update(self, resource: str, id: str, patch: Mapping[str, Any]) -> Change | None:
        """Merge values into a record without the rules of the API; None where there is none.

        Its identifier stays. Writing its state is the transition. Raises FullError, InvalidError.
        """
        record, maker = self.get(resource, id), self.api.makers[resource]
        if record is None:
            return None
        draft = Draft(merged(copied(record.value), patch, maker.shape.takes_null), maker.shape)
        for about in maker.resource.identifiers:
            put(draft.value, about.pointer, value_at(record.value, about.pointer))
        draft.own.update(dict.fromkeys(pointer for pointer, _ in leaves(patch)))
        draft.at = now = self._around.now()
        maker.enter(draft, Scope(Message()), record.value)
        _require_valid(draft, record.value)
        asking = self.api.deciders(resource).changed(record, draft, now)
        return self.run(asking, "control").changes[0]

    def transition(self, resource: str, id: str, to: str) -> Change | None:
        """Put a record into a state with all that this brings; None where there is no record.

        Raises LookupError, naming the states, for one that the resource does not have, RefusedError
        and FullError.
        """
        self._require_state(resource, to)
        outcome = self.run(self.api.deciders(resource).move(id, to, self._around.now()), "control")
        return next(iter(outcome.changes), None)

    def plan(self, resource: str, id: str, to: str, due: datetime) -> None:
        """Let a record go into a state later, whatever becomes of it until then.

        Raises LookupError for a resource, record or state that there is not, and FullError.
        """
        if resource not in (known := self.api.behaviour.resources):
            raise LookupError(f"{resource} is no resource; resources: {', '.join(known)}")
        self._require_state(resource, to)
        record = self.get(resource, id)
        if record is None:
            raise LookupError(f"there is no {resource} {id}".strip())
        after = record.changed(record.value)
        after.timers = (*record.timers, Timer(due, to, PLANNED))
        self.commit([Change(resource, record, after)])

    def _require_state(self, resource: str, name: str) -> None:
        life = self.api.behaviour.resources[resource].lifecycle
        if life is None or name not in life.states:
            known = ", ".join(life.states) if life is not None else "none"
            raise LookupError(f"{name} is no state of {resource}; states: {known}")

    def expire(self, resource: str, id: str, number: int, now: datetime) -> None:
        """Do what a timer is for, if the record still has it. Raises RefusedError and FullError."""
        self.run(self.api.deciders(resource).move(id, None, now, number), "timer")

    def delete(self, resource: str, id: str) -> Change | None:
        """Drop a record without the rules of the API; None where there is none."""
        record = self.get(resource, id)
        change = None if record is None else Change(resource, record, None)
        self.commit([change] if change is not None else ())
        return change

    def fresh(self, read: Fresh) -> list[Any]:
        """Values that no record has at a pointer. Raises FullError where there are no more."""
        name, pointer, most, example = read
        return [self.draw(name, pointer, example) for _ in range(most)]

    def draw(self, resource: str, pointer: str, example: Any = None) -> Any:
        """A value that no record has at a pointer. Raises FullError where there is none."""
        drawing, store = self._drawings.get((resource, pointer)), self.store
        if drawing is None or drawing.example != example:
            drawing = self._drawing(resource, pointer, example)
        self.is_new = False
        for _ in range(_MOST_TRIES):
            number = store.number(resource, pointer)
            place = number - drawing.first
            is_drawn = 0 <= place < len(drawing.values)
            value = drawing.values[place] if is_drawn else drawing.value(number)
            text = value if type(value) is str else text_of(value) or ""
            if drawing.is_name:
                if store.get(resource, text) is None:
                    return value
            elif not store.page(Query(resource, equal=((pointer, text),), limit=1)).records:
                return value
        raise FullError(f"no other value for {pointer} of {resource} is found")

    def _drawing(self, resource: str, pointer: str, example: Any) -> Drawing:
        name, draw = self.api.generators(resource, pointer)
        is_name = self.api.makers[resource].named_by == pointer
        made = self._drawings[resource, pointer] = Drawing(
            draw, example, self._source + name, is_name
        )
        return made


def _require_valid(draft: Draft, before: Mapping[str, Any]) -> None:
    """Raise InvalidError for what is wrong with a draft and was not before."""
    shape, known = draft.shape, draft.shape.errors_of_record(before)
    found = [error for error in shape.errors_of_record(draft.value) if error not in known]
    removed = (ptr.step("", name) for name in before.keys() - draft.value.keys())
    found += [(at, "required, but removed") for at in sorted(removed) if shape.is_required(at)]
    if found:
        raise InvalidError(found)
