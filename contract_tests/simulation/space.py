"""A space under test, and the reference that has to hold the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from contracts import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from greenroom.contract.behaviour.binding import Binding
from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.behaviour.resource import State
from greenroom.contract.model import Contract
from greenroom.schema.validators import SchemaSet
from greenroom.server.middleware import MockMiddleware
from greenroom.state.record import Record
from wire import Reply

from .life import START, Events, Key, Life, is_dated
from .reference import MISSING, Reference, at, text

SPACE = "machine"
_ALTERATIONS = ("put", "update", "delete", "action")


def access_of(app: Any) -> Any:
    """How requests get into the spaces of an application."""
    while not isinstance(app, MockMiddleware):
        app = app.app
    return app.access


class SpaceUnderTest(RuleBasedStateMachine):
    """A space of one contract: what it holds, compared with the reference.

    A subclass has a contract. `steps` counts what was done, by its kind.
    """

    contract: Contract
    steps: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.behaviour = behaviour_of(self.contract)
        self.schemas = SchemaSet(self.contract.document)
        self.operations = {o.id: o for o in self.contract.operations}
        bindings = self.behaviour.bindings.values()
        # By name, which is what a failing example prints.
        lives = [r.lifecycle for r in self.behaviour.resources.values() if r.lifecycle]
        moving = {name for life in lives for name in life.operations}
        actions = (b for b in bindings if b.kind == "action" and not b.sets)
        still = {b.operation for b in actions if b.operation not in moving}
        altering = [b.operation for b in bindings if b.kind in _ALTERATIONS]
        self.changing = [name for name in altering if name not in still]
        self.making = [b.operation for b in bindings if b.kind in ("create", "put")]
        lists = [b for b in bindings if b.kind == "list"]
        self.listing = [b.operation for b in lists]
        # Those that can be asked for in several ways.
        self.filterable = [
            b.operation
            for b in lists
            if b.order or b.scopes or any(f.match != "equal" for f in b.filters)
        ]
        self.reading = [b.operation for b in bindings if b.kind == "read" or b.operation in still]
        self.snapshots: list[tuple[Any, Reference]] = []

    @initialize()
    def begin(self) -> None:
        """A new space: the documented things, and no others."""
        self.client = Client(self.contract)
        self.spaces = access_of(self.client.app).spaces
        self.spaces.put(SPACE, now=START)
        self._begin()

    def _begin(self) -> None:
        self.space = self.spaces.get(SPACE)
        self.reference = Reference(life=Life())
        self._listen()
        self._learn(is_new=True)

    def _listen(self) -> None:
        self.seen = self.space.changes
        self.events = Events(self.space, self.behaviour, self.reference.life)
        self.space.deliveries = self.events

    def _is_simulated(self, reply: Reply) -> None:
        """Whether a response is simulated, and valid by the contract."""
        assert 200 <= reply.status < 300, reply
        assert reply.headers["x-greenroom-basis"] == "simulated", reply.headers
        reason = reply.headers.get("x-greenroom-reason", "")
        assert not reason or reason.startswith("not filtered by"), reason
        operation = self.operations[reply.headers["x-greenroom-operation"]]
        documented = next(r for r in operation.successes if r.status == str(reply.status))
        for media in documented.content:
            if media.schema is not None and media.is_json and reply.body:
                assert self.schemas.validator(media.schema).is_valid(reply.json), reply

    def _records(self) -> Iterator[tuple[str, Record]]:
        store = self.spaces.get(SPACE).world(self.contract.name).store
        for name, collection in store._collections.items():
            for record in collection.by_id.values():
                yield name, record

    def _kept(self) -> dict[tuple[str, str], int]:
        """The versions of all records."""
        return {(name, record.id): record.version for name, record in self._records()}

    def _learn(
        self,
        forced: Mapping[Key, str | None] | None = None,
        emitted: Sequence[str] = (),
        changed: str = "",
        is_new: bool = False,
    ) -> None:
        """Take over what there is now, with new things at the end.

        Their states are as they have to be: `forced`, or as values tell. A resource with what is
        `changed` has the time. Other events may be `emitted`. In a new space nothing has happened.
        """
        self.space.world(self.contract.name)
        records, life = dict(self._by_name()), self.reference.life
        entered: dict[Key, State] = {}
        forced, moved = {**(forced or {})}, self._moved(forced or {})
        forced.update(moved)
        for name in {*self.reference.things, *records}:
            present = {record.id for record in records.get(name, [])}
            for thing in list(self.reference.of(name)):
                if thing.id not in present:
                    self.reference.drop(name, thing.id)
                    life.forget((name, thing.id))
        found = [(name, record) for name, listed in records.items() for record in listed]
        for name, record in found:
            resource, key = self.behaviour.resources[name], (name, record.id)
            thing = self.reference.get(name, record.id)
            before = MISSING if thing is None else thing.value
            if is_new:
                life.begin(key, record)
            elif before != record.value or key in forced:
                state = life.follow(resource, before, record, forced)
                entered.update({key: state} if state is not None else {})
                is_changed = before != record.value or state is not None
                for made in state.creates if state is not None else ():
                    old = {thing.id for thing in self.reference.of(made.resource)}
                    new = {record.id for record in records.get(made.resource, [])}
                    assert new - old, f"no {made.resource} comes with {state}"
                if is_changed and (name == changed or before is MISSING):
                    dates = (*resource.updated, *(resource.created if before is MISSING else ()))
                    assert all(is_dated(date, record.value, life.now) for date in dates), record
        for name, listed in records.items():
            for record in sorted(listed, key=lambda record: record.sequence):
                self.reference.keep(name, record.id, record.value)
        moves = {move for state in entered.values() for move in state.moves}
        assert {(name, to) for (name, _), to in moved.items()} <= moves, moved
        self.events.check(entered, emitted)
        pending = {(each.due, each.number, each.key) for each in life.pending}
        agenda = {(d.at, d.number, (d.what.resource, d.what.id)) for d in self.space.agenda.all()}
        assert agenda == pending, "the agenda has something else than the records"

    def _moved(self, forced: Mapping[Key, str | None]) -> dict[Key, str | None]:
        """The things that were put into states by others, which their states say."""
        states = [s for r in self.behaviour.resources.values() if r.lifecycle
                  for s in r.lifecycle.states.values()]  # fmt: skip
        moves = {move for state in states for move in state.moves}
        new = [t for t in self.space.transitions if t.number > self.seen]
        self.seen = self.space.changes
        about = {(t.about.resource, t.about.id): t.after for t in new}
        return {k: to for k, to in about.items() if k not in forced and (k[0], to) in moves}

    def _by_name(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for name, record in self._records():
            found.setdefault(name, []).append(record)
        return found

    def _unchanged(self) -> None:
        """Assert that there is exactly what the reference has, and that nothing has happened."""
        assert not self.events.sent
        have = {(name, r.id): r.value for name, r in self._records()}
        expected = {
            (name, thing.id): thing.value
            for name, things in self.reference.things.items()
            for thing in things
        }
        assert have == expected, [k for k in {**have, **expected} if have.get(k) != expected.get(k)]

    def _advance(self, length: timedelta) -> None:
        """Move the clock: everything happens at its moment, in order, and as it has to.

        By no time at all, what is due at once happens, as it does before any request.
        """
        life = self.reference.life
        until = life.now + length
        while (expected := life.next(until)) is not None:
            happening = self.space.step(until)
            assert happening is not None, expected
            done = happening.transitions[0]
            about = (done.about.resource, done.about.id)
            assert (about, done.after, done.at) == (expected.key, expected.to, expected.due)
            assert self.space.now() == expected.due
            assert [*happening.emissions] == self.events.sent
            life.now = expected.due
            life.pending.remove(expected)
            self.steps["timer"] += 1
            self._learn({expected.key: expected.to}, (), about[0])
            self._is_consistent()
        assert self.space.step(until) is None
        self.space.clock.move(until)
        life.now = until

    def _is_consistent(self) -> None:
        """Whether what is declared about all things of a kind holds."""
        for resource in self.behaviour.resources.values():
            things = self.reference.of(resource.name)
            for unique in resource.unique:
                values = [tuple(text(at(t.value, p)) for p in unique.by) for t in things]
                assert len(set(values)) == len(values), values
            parent = resource.parent
            if parent is not None and parent.on_delete != "keep" and parent.within is None:
                keys = {text(at(t.value, parent.key)) for t in self.reference.of(parent.resource)}
                assert {text(at(t.value, parent.by)) for t in things} <= keys

    def _drawn(self, data: st.DataObject, operations: list[str]) -> Binding:
        return self.behaviour.bindings[data.draw(st.sampled_from(operations))]
