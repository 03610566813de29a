"""Putting records into states, and what that brings: timers, other records, events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...contract.behaviour.binding import Behaviour, Binding, Template
from ...contract.behaviour.resource import Lifecycle, State
from ...contract.runtime_expressions import NOTHING, Message
from ...mock.response.refusals import WRONG_STATE
from ..checking import Checker
from ..creation import Draft, Maker
from ..finding import Asking, Entered, Outcome, RefusedError
from ..merging import copied, value_at
from ..record import Record, text_of
from ..store import Change, Query
from ..values import Scope
from .timer import PLANNED, Timer, at_moments, entered


class StateRules(Checker):
    """Decides what the states of a resource demand and bring, for one operation or for none."""

    def __init__(self, binding: Binding, behaviour: Behaviour, makers: Mapping[str, Maker]) -> None:
        super().__init__(binding, behaviour)
        self._maker = makers[binding.resource]
        self._life = self._resource.lifecycle
        self._behaviour, self._makers = behaviour, makers
        self._creating: dict[str, list[Any]] = {}
        # The states that this one's decisions come of, each with its resource.
        self._above: frozenset[tuple[str, str]] = frozenset()

    def move(self, id: str, to: str | None, now: datetime, number: int = 0) -> Asking[Outcome]:
        """The transition of a record to a state at a moment; nothing without such a record.

        With the number of a timer it is to the state of that, if the record still has it.
        """
        page = (yield {"it": Query(self._resource.name, id=id)})["it"]
        record: Record | None = next(iter(page.records), None)
        timers = record.timers if record is not None else ()
        timer = next((each for each in timers if each.number == number), None)
        if record is None or self._life is None or (number and timer is None):
            return Outcome()
        record = replace(record, timers=tuple(each for each in timers if each is not timer))
        draft = self._in_state(record, timer.state if timer is not None else str(to), now)
        return (yield from self.changed(record, draft, now))

    def changed(self, record: Record, draft: Draft, now: datetime) -> Asking[Outcome]:
        """The change of a record to a draft, with what a state that it enters brings."""
        outcome = Outcome()
        outcome.records.append((yield from self._changed(outcome, record, draft, now)))
        return outcome

    def _changed(
        self, outcome: Outcome, record: Record, draft: Draft, now: datetime
    ) -> Asking[Record]:
        after = self._after(draft, now, record)
        # One that this decision has changed or made already is not kept yet.
        known = next((each for each in outcome.changes if each.after is record), None)
        if known is not None:
            outcome.changes.remove(known)
        before = known.before if known is not None else record
        outcome.changes.append(Change(self._resource.name, before, after))
        outcome.records = [after if each is record else each for each in outcome.records]
        yield from self._effects(outcome, draft, after, now, record)
        return after

    def _in_state(self, record: Record, to: str, now: datetime) -> Draft:
        """The draft of a record in another state; as it is where there is no such state."""
        draft = self._draft(record)
        self._maker.date(draft, now)
        if self._life is not None and to in self._life.states:
            self._maker.put_into(draft, self._life.states[to], Scope(Message()))
        return draft

    def _draft(self, record: Record) -> Draft:
        return Draft(copied(record.value), self._maker.shape, dict.fromkeys(record.own))

    def _after(self, draft: Draft, now: datetime, record: Record) -> Record:
        """The next version of a record."""
        after = record.changed(draft.value, draft.own if self._life is not None else ())
        self.give_state(after, draft, now, record)
        return after

    def _enter(
        self, draft: Draft, scope: Scope, record: Record, state: State | None, may_enter: bool
    ) -> None:
        """Put a draft into the state that the request tells, or into one that it leads to."""
        if may_enter:
            self._maker.enter(draft, scope, record.value)
        elif self._life is not None and self._life.pointer:
            draft.put(self._life.pointer, value_at(record.value, self._life.pointer, NOTHING))
        if state is not None:
            self._maker.put_into(draft, state, scope)

    def _guarded(self, record: Record) -> tuple[State | None, bool]:
        """The state that the operation puts a record into, and whether it may change it at all.

        Raises RefusedError where it may not, and the contract has a response for that.
        """
        life, operation = self._life, self._binding.operation
        if life is None or operation not in life.operations:
            return None, True
        state = life.states.get(record.state or "")
        leading = [each for each in life.states.values() if operation in each.on]
        # Of a record whose state nothing tells, no operation is refused.
        to = {each.on[operation] for each in leading if state in (None, each)}
        if len(to) == 1:
            return life.states.get(*to), True
        if state is not None and self._binding.refuses_state:
            needed = " or ".join(each.name for each in leading)
            reason = f"{self._resource.name} {record.id} is {state.name}, not {needed}"
            raise RefusedError(WRONG_STATE, reason, self._binding.refuses_state)
        return None, False

    def give_state(
        self, record: Record, draft: Draft, now: datetime, before: Record | None = None
    ) -> None:
        """Give a record its state and its timers; those of the state that it leaves are gone."""
        if self._life is None:
            return
        timers, state = before.timers if before is not None else (), draft.entered
        if state is not None:
            planned = (timer for timer in timers if timer.by == PLANNED)
            record.state = state.name
            record.timers = (*planned, *entered(state, draft.value, now))
            return
        record.state = before.state if before is not None else None
        if before is not None:
            record.timers = moved(self._life, before, draft.value, now)

    def _effects(
        self,
        outcome: Outcome,
        draft: Draft,
        record: Record,
        now: datetime,
        before: Record | None = None,
    ) -> Asking[None]:
        """Make and send what comes of the state that a record has entered, if it has."""
        state = draft.entered
        if state is None:
            return
        if before is not None:
            about = Entered(self._resource.name, record.id, before.state, state.name)
            outcome.entered = (*outcome.entered, about)
        if (self._resource.name, state.name) in self._above:
            # States that bring each other would do so for ever.
            return
        for decider in self._made_with(state):
            around = Scope(Message(), parent=record.value)
            yield from decider._made(
                outcome, around, {}, now, template=decider._binding.templates[0]
            )
        for event in state.emit:
            yield from self._emit(outcome, event, record)
        for name, to in state.moves:
            related = yield from self._related(outcome, name, record)
            if related is not None and related.state != to:
                binding = Binding("", name, "update", self._binding.evidence)
                rules = self._rules_of(binding, state)
                yield from rules._changed(outcome, related, rules._in_state(related, to, now), now)

    def _sends(self, outcome: Outcome) -> Asking[None]:
        """Send what the operation sends, about what it has changed; an action may not."""
        for event in self._binding.emit:
            for record in outcome.records:
                if outcome.changes or self._binding.kind == "action":
                    yield from self._emit(outcome, event, record)

    def _emit(self, outcome: Outcome, name: str, record: Record) -> Asking[None]:
        """Send an event about a record, or about a related one of the event's resource."""
        event = self._behaviour.events.get(name)
        about = event.about if event is not None else None
        found: Record | None = record
        if about is not None and about != self._resource.name:
            found = yield from self._related(outcome, about, record)
        if event is not None:
            outcome.emitted = (*outcome.emitted, (name, about or self._resource.name, found))

    def _related(self, outcome: Outcome, name: str, record: Record) -> Asking[Record | None]:
        """A record of another resource: made with this one, named by it, or the last to name it."""
        for change in reversed(outcome.changes):
            if change.resource == name and change.after is not None:
                return change.after
        for by, key, of in _ties(self._resource):
            if of == name:
                text = text_of(value_at(record.value, by))
                return (yield from self._find(outcome, name, [(key, text)]))
        for by, key, of in _ties(self._resources[name]):
            text = text_of(value_at(record.value, key))
            if of == self._resource.name and text is not None:
                query = Query(name, equal=((by, text),), descending=True, limit=1)
                return next(iter((yield {"last": query})["last"].records), None)
        return None

    def _made_with(self, state: State) -> list[Any]:
        """Deciders of the records that come into being with a state."""
        if state.name not in self._creating:
            made = (self._creation(e.resource, e.example, e.sets) for e in state.creates)
            self._creating[state.name] = [self._rules_of(binding, state) for binding in made]
        return self._creating[state.name]

    def _rules_of(self, binding: Binding, state: State) -> Any:
        """What decides about other records when this one enters a state."""
        rules = type(self)(binding, self._behaviour, self._makers)
        rules._above = self._above | {(self._resource.name, state.name)}
        return rules

    def _creation(self, name: str, example: Any, sets: Any) -> Binding:
        base = self._makers[name].base
        template = base if example is None else Template(None, example, base.mirrors)
        return Binding("", name, "create", self._binding.evidence, sets=sets, templates=(template,))


def moved(life: Lifecycle | None, record: Record, value: Any, now: datetime) -> tuple[Timer, ...]:
    """The timers of a record that gets a value in the same state, by the moments that it tells."""
    state = life.states.get(record.state or "") if life is not None else None
    changed = {
        pointer
        for pointer, _ in (state.at if state is not None else ())
        if value_at(value, pointer, NOTHING) != value_at(record.value, pointer, NOTHING)
    }
    if state is None or not changed:
        return record.timers
    kept = (timer for timer in record.timers if timer.by not in changed)
    return (*kept, *at_moments(state, value, now, changed))


def _ties(resource: Any) -> list[tuple[str, str, str]]:
    """Where the records of a resource name others: place here, place there, and of what."""
    found = [(each.pointer, each.key, each.resource) for each in resource.references]
    if (parent := resource.parent) is not None and parent.within is None:
        found.append((parent.by, parent.key, parent.resource))
    return found
