"""Requests that change something, and what has to follow from them."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from greenroom.contract.behaviour.binding import Binding
from greenroom.schema import json_pointer as ptr

from .life import Key
from .reference import MISSING, Reference, Thing, at
from .requests import Requests

_REFUSALS = ("invalid-request", "unknown-reference", "conflict", "wrong-state")


class Changes(Requests):
    """Sends requests that create, change or delete; moves the clock."""

    def _change(self, data: st.DataObject, binding: Binding) -> None:
        self._advance(timedelta())
        before, kept = deepcopy(self.reference), self._kept()
        reply, about, body = self._send(data, binding)
        if reply.status >= 400 and reply.kind != "unknown-resource":
            self.steps[f"refused: {reply.kind}"] += 1
            assert reply.kind in _REFUSALS, reply
            assert reply.kind != "wrong-state" or self._may_refuse(binding, about), reply
            self._unchanged()
            return
        if about is None and binding.kind in ("update", "delete", "action"):
            assert (reply.status, reply.kind) == (404, "unknown-resource"), reply
            self.steps["refused: unknown-resource"] += 1
            self._unchanged()
            return
        if reply.kind == "unknown-resource":
            assert about is None, reply
            self._unchanged()
            return
        assert self.has_found_scopes, reply
        self._is_simulated(reply)
        forced = self._forced(binding, about)
        key = about and (binding.resource, about.id)
        assert key not in forced or forced[key] or not binding.refuses_state, reply
        self._learn(forced, binding.emit, binding.resource)
        changed = kept != self._kept()
        self.steps[f"{binding.kind}{'' if changed else ', nothing changed'}"] += 1
        self._follows(binding, before, about, changed)
        self._is_referring(binding, before, body)
        if binding.replace and about is not None:
            self._is_replaced(binding, about.id, body)
        self._is_consistent()

    def _forced(self, binding: Binding, about: Thing | None) -> dict[Key, str | None]:
        """The state that an operation puts a thing into, None for none; empty where all is free."""
        life = self.behaviour.resources[binding.resource].lifecycle
        if about is None or life is None or binding.operation not in life.operations:
            return {}
        key = (binding.resource, about.id)
        state = life.states.get(self.reference.life.states.get(key) or "")
        leading = [s for s in life.states.values() if binding.operation in s.on]
        to = {s.on[binding.operation] for s in leading if state in (None, s)}
        return {key: to.pop() if len(to) == 1 else None}

    def _may_refuse(self, binding: Binding, about: Thing | None) -> bool:
        """Whether the state of a thing does not allow an operation, and its contract says so."""
        states = self.reference.life.states
        known = about is not None and states.get((binding.resource, about.id)) is not None
        is_none = [*self._forced(binding, about).values()] == [None]
        return known and is_none and bool(binding.refuses_state)

    def _follows(
        self, binding: Binding, before: Reference, about: Thing | None, changed: bool
    ) -> None:
        """Whether what changed follows from the kind of request."""
        name = binding.resource
        old = {thing.id for thing in before.of(name)}
        new = {thing.id for thing in self.reference.of(name)}
        parent = self.behaviour.resources[name].parent
        within = parent is not None and parent.within is not None
        if binding.kind == "create" and not within:
            made = new - old
            assert old <= new
            assert made or binding.existing is not None or binding.many
            assert len(made) == 1 or binding.many or binding.source is None or binding.existing
        elif binding.kind == "delete" and not binding.sets and not within:
            assert about is not None
            assert new == old - {about.id}
        elif binding.kind in ("update", "action") and not within:
            assert about is not None
            assert new - {about.id} == old - {about.id}
            others = [t.value for t in before.of(name) if t.id != about.id]
            assert others == [t.value for t in self.reference.of(name) if t.id != about.id]

    def _is_referring(self, binding: Binding, before: Reference, body: Any) -> None:
        """Whether all references of an accepted request name something."""
        source = binding.source or ""
        things = at(body, source)
        for check in binding.checks:
            pointer = check.value.expression.partition("#")[2].removeprefix(source)
            for thing in things if isinstance(things, list) else [things]:
                value = at(thing, pointer)
                for each in value if isinstance(value, list) else [value]:
                    if each is not MISSING and each is not None:
                        reference = check.reference
                        assert before.having(reference.resource, reference.key, each), each

    def _is_replaced(self, binding: Binding, id: str, body: Any) -> None:
        """Whether what was not sent is gone, or has its default."""
        operation = self.operations[binding.operation]
        thing = self.reference.get(binding.resource, id)
        assert operation.body is not None
        assert thing is not None
        schema = operation.body.content[0].schema
        node, _ = ptr.resolve(self.contract.document, {"$ref": f"#{schema}"}, "")
        for name, described in node["properties"].items():
            if name not in body and name in thing.value:
                resource = self.behaviour.resources[binding.resource]
                own, _ = ptr.resolve(self.contract.document, {"$ref": f"#{resource.schema}"}, "")
                defaults = [described.get("default"), own["properties"][name].get("default")]
                assert thing.value[name] in defaults, name
