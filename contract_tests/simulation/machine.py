"""Random requests to a space, each compared with a reference of plain lists."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from greenroom.contract.behaviour.binding import Binding
from greenroom.state.record import Record
from greenroom.state.store import Page
from greenroom.state.world import World

from .changes import Changes
from .life import Key
from .lists import Lists
from .reference import at
from .requests import with_value
from .space import SPACE


def through_json(read: Any) -> Any:
    """Reads for decisions, of which only what JSON can hold arrives."""

    def read_json(self: World, reads: Any) -> dict[str, Any]:
        return {name: _passed(value) for name, value in read(self, reads).items()}

    return read_json


def _passed(value: Any) -> Any:
    if not isinstance(value, Page):
        return json.loads(json.dumps(value))
    records = [Record.read(json.loads(json.dumps(each.document()))) for each in value.records]
    return Page(records, value.total, value.start)


class Machine(Lists, Changes):
    """Creates, reads, changes, deletes and lists things; a subclass has a contract."""

    @rule(data=st.data())
    def make(self, data: st.DataObject) -> None:
        """One request that may create something."""
        self._change(data, self._drawn(data, self.making))

    @rule(data=st.data())
    def make_several(self, data: st.DataObject) -> None:
        """Some of the same kind, so that lists have pages."""
        binding = self._drawn(data, self.making)
        for _ in range(3):
            self._change(data, binding)

    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """One request that may change or delete something, where there is such an operation."""
        self._change(data, self._drawn(data, self.changing or self.making))

    @rule(data=st.data())
    def look(self, data: st.DataObject) -> None:
        """Read something."""
        if self.reading:
            self._read(data)
        self._list(data)

    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        """A list of several things, in an order or by a filter that tells these apart."""
        binding = self._drawn(data, self.filterable or self.listing)
        making = [m for m in self.making if self.behaviour.bindings[m].resource == binding.resource]
        for _ in range(2 if making else 0):
            self._change(data, self._drawn(data, making))
        self._list(data, binding)

    @rule(data=st.data())
    def manage(self, data: st.DataObject) -> None:
        """Keep a snapshot, go back to one, or begin again."""
        chosen = data.draw(st.integers(0, 9))
        if chosen == 0:
            self._reset()
        elif chosen < 3:
            self._restore(data)
        else:
            self._take_snapshot()

    def _read(self, data: st.DataObject, chosen: Binding | None = None) -> None:
        """Read one thing: it is as it was left, or 404."""
        self._advance(timedelta())
        binding = chosen or self._drawn(data, self.reading)
        reply, about, _ = self._send(data, binding)
        self.steps["read"] += 1
        self.events.check({}, binding.emit)
        self._unchanged()
        if reply.kind == "invalid-request":
            return
        if about is None:
            assert (reply.status, reply.kind) == (404, "unknown-resource"), reply
        else:
            self._is_simulated(reply)

    def _take_snapshot(self) -> None:
        """Keep a snapshot, as text."""
        self.steps["snapshot"] += 1
        document = json.dumps(self.spaces.snapshot(SPACE))
        self.snapshots = [*self.snapshots[-2:], (document, deepcopy(self.reference))]

    def _restore(self, data: st.DataObject) -> None:
        """Go back to a snapshot: everything is as it was then."""
        if self.snapshots:
            document, reference = data.draw(st.sampled_from(self.snapshots))
            self.spaces.restore(SPACE, json.loads(document))
            self.reference = deepcopy(reference)
            self._listen()
            self.steps["restore"] += 1
            assert json.dumps(self.spaces.snapshot(SPACE)) == document
            self._unchanged()

    def _reset(self) -> None:
        """Begin again; the same requests get the same responses."""
        self.spaces.reset(SPACE)
        self._begin()
        self.steps["reset"] += 1


class LivingMachine(Machine):
    """Time passes too, and control routes put things into states."""

    @rule(data=st.data())
    def wait(self, data: st.DataObject) -> None:
        """Let time pass: what is due happens, and nothing else."""
        self._advance(timedelta(minutes=data.draw(st.sampled_from([1, 10, 45, 24 * 60]))))

    @rule(data=st.data())
    def control(self, data: st.DataObject) -> None:
        """Put a thing into any state, without the rules of the API."""
        living = [
            (name, id)
            for name, resource in self.behaviour.resources.items()
            for id in [thing.id for thing in self.reference.of(name)]
            if resource.lifecycle is not None
        ]
        if living:
            self._advance(timedelta())
            key = data.draw(st.sampled_from(living))
            life = self.behaviour.resources[key[0]].lifecycle
            assert life is not None
            moments = self._moments(key)
            if moments and data.draw(st.booleans()):
                later = self.reference.life.now + timedelta(minutes=data.draw(st.integers(0, 90)))
                moved = data.draw(st.sampled_from(moments))
                self._update(key, with_value({}, moved, later.isoformat().replace("+00:00", "Z")))
                self.steps["moment"] += 1
                self._learn()
            else:
                to = data.draw(st.sampled_from([*life.states]))
                self._transition(key, to)
                self.steps["transition"] += 1
                self._learn({key: to})
            self._is_consistent()

    def _update(self, key: Key, patch: Any) -> None:
        self.space.world(self.contract.name).update(*key, patch)

    def _transition(self, key: Key, to: str) -> None:
        self.space.world(self.contract.name).transition(*key, to)

    def _moments(self, key: Key) -> list[str]:
        """The places of a thing with a date-time that something follows on."""
        life, thing = self.behaviour.resources[key[0]].lifecycle, self.reference.get(*key)
        assert life is not None
        assert thing is not None
        places = [pointer for state in life.states.values() for pointer, _ in state.at]
        return [p for p in places if isinstance(at(thing.value, p), str) and "/0" not in p]
