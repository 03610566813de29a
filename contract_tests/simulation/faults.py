"""Faults of a space among random requests: a plain list says which of these they happen to."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from greenroom.contract.behaviour.binding import Binding
from greenroom.state.rules.fault import Fault

from .machine import Machine
from .space import SPACE


class FaultMachine(Machine):
    """Requests of which some fail, as a fault of the space says."""

    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        """A fault happens to what matches as often as it says, until it is removed."""
        failing = self._drawn(data, [*self.changing, *self.making])
        operation = self.operations[failing.operation]
        kinds = [set(), {("operation", operation.id)}, {("method", operation.method)}]
        match = data.draw(st.sampled_from(kinds))
        statuses = [503, *(int(r.status) for r in operation.responses if r.status.isdecimal())]
        effect = {"status": data.draw(st.sampled_from(statuses))}
        skip, times = data.draw(st.integers(0, 1)), data.draw(st.sampled_from([1, 1, 2, None]))
        limits = {"skip": skip, **({"times": times} if times else {})}
        fault = self._add({"match": dict(match), "effect": effect, **limits})
        # Whether it happens to each of the next requests that match.
        plan, hits = [*[False] * skip, *[True] * (times or 3), *[False] * 3], 0
        for _ in range(3):
            others = [*self.behaviour.bindings, *self.changing * 2]
            binding = failing if data.draw(st.booleans()) else self._drawn(data, others)
            asked = self.operations[binding.operation]
            if match <= {("operation", asked.id), ("method", asked.method)} and plan.pop(0):
                hits += 1
                self._fails(data, binding, fault)
            else:
                self._is_as_ever(data, binding)
        assert fault.hits == hits
        self._remove(fault)
        self._is_as_ever(data, failing)

    def _add(self, fault: dict[str, Any]) -> Fault:
        return self.space.faults.add(fault)

    def _remove(self, fault: Fault) -> None:
        assert self.space.faults.remove(fault.name)

    def _fails(self, data: st.DataObject, binding: Binding, fault: Fault) -> None:
        """The response is that of the fault, and nothing at all has changed."""
        self._advance(timedelta())
        before = json.dumps(self.spaces.snapshot(SPACE))
        reply, *_ = self._send(data, binding)
        self.steps["fault"] += 1
        assert (reply.status, reply.kind) == (fault.effect["status"], "fault"), reply
        assert reply.headers["x-greenroom-fault"] == fault.name
        self._unchanged()
        assert json.dumps(self.spaces.snapshot(SPACE)) == before

    def _is_as_ever(self, data: st.DataObject, binding: Binding) -> None:
        """The response is as without faults."""
        ways = {"list": self._list, "read": self._read}
        ways.get(binding.kind, self._change)(data, binding)
