"""Orders and durations of states that recordings show and a contract does not state."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from greenroom.contract.behaviour.duration import written
from greenroom.contract.behaviour.resource import Lifecycle, Resource, State
from greenroom.contract.provenance import OBSERVED, PROVENANCE_KEY
from greenroom.printable import counted
from greenroom.schema import json_pointer as ptr

from ..reports.formats.overlay_jsonpath import path_of
from .observations import Observation, StatePeriod

LIFECYCLE_KEY = "x-lifecycle"
# A proposed duration is the roundest of those that were possible: a multiple of one of these.
_ROUND = (86_400, 3_600, 1_800, 600, 300, 60, 30, 10, 5, 1, 0.1)
# Seconds by which a duration may differ from what is stated, since requests take time.
_TOLERANCE = 1.0
# Kinds of operations whose own response shows what they have made of a record.
_CHANGING = frozenset(("put", "update", "action", "delete"))

Action = dict[str, Any]


@dataclass(slots=True)
class _Way:
    """A way from a state to another: by operations, or after a time between two bounds."""

    operations: Counter[str] = field(default_factory=Counter)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    count: int = 0


def learned(
    document: Mapping[str, Any],
    seen: Iterable[tuple[Resource, Lifecycle, list[StatePeriod]]],
    observed: str,
) -> tuple[list[Action], list[str]]:
    """The actions of an overlay for orders and durations, and what is documented otherwise.

    `observed` says when recordings were made.
    """
    by_resource: dict[str, tuple[Resource, Lifecycle, list[list[StatePeriod]]]] = {}
    for resource, lifecycle, periods in seen:
        by_resource.setdefault(resource.name, (resource, lifecycle, []))[2].append(periods)
    actions: list[Action] = []
    contradicted: list[str] = []
    for resource, lifecycle, records in by_resource.values():
        learner = _Learner(document, resource, lifecycle, observed)
        actions += learner.actions(records)
        contradicted += learner.contradicted
    return actions, contradicted


class _Learner:
    def __init__(
        self, document: Mapping[str, Any], resource: Resource, lifecycle: Lifecycle, observed: str
    ) -> None:
        self._document, self._lifecycle, self._observed = document, lifecycle, observed
        self._resource = resource.name
        self._pointer = ptr.join(resource.schema or "", LIFECYCLE_KEY)
        self._is_guess = lifecycle.evidence.basis in (None, "inferred", OBSERVED)
        self._names: dict[str, list[str]] = {}
        for state in lifecycle.states.values():
            self._names.setdefault(json.dumps(state.value), []).append(state.name)
        self.contradicted: list[str] = []

    def actions(self, records: Sequence[Sequence[StatePeriod]]) -> Iterator[Action]:
        ways: dict[tuple[str, str], _Way] = {}
        beginnings: Counter[str] = Counter()
        for periods in records:
            first = periods[0].observations[0]
            if first.kind == "create" and not first.is_written:
                beginnings[self._name(first.value)] += 1
            for period, following in pairwise(periods):
                entered = following.observations[0]
                if entered.is_written:
                    continue
                way = ways.setdefault(
                    (self._name(period.value), self._name(following.value)), _Way()
                )
                way.count += 1
                if entered.kind in _CHANGING:
                    way.operations[entered.operation] += 1
                elif bounds := _bounds(period, entered):
                    way.bounds.append(bounds)
        told = [*self._beginning(beginnings), *self._ways(ways)]
        yield from told
        if told and self._is_guess:
            old = ptr.look_up(self._document, self._pointer).get(PROVENANCE_KEY, {}).get("note", "")
            said = "; ".join(a["description"].rstrip(".") for a in told if "update" in a)
            note = f"{said}. Otherwise: {old}" if old else f"{said}."
            provenance = {"basis": OBSERVED, "note": note}
            what = f"{self._resource}: its states were seen"
            yield self._action(what, {PROVENANCE_KEY: provenance})

    def _beginning(self, seen: Counter[str]) -> Iterator[Action]:
        known = {self._lifecycle.initial, *(name for _, name in self._lifecycle.when)}
        values = {json.dumps(self._lifecycle.states[n].value) for n in known}
        new = [n for n in seen if json.dumps(self._value(n)) not in values]
        if len(new) == len(seen) == 1:
            what = f"{self._resource} begins as {new[0]}{self._times(seen[new[0]])}"
            yield from self._otherwise(what, {"initial": new[0], **self._new(new[0])})

    def _ways(self, ways: Mapping[tuple[str, str], _Way]) -> Iterator[Action]:
        for (source, target), way in ways.items():
            times = self._times(way.count)
            if not self._leads(source, target):
                update, how = self._way(target, way)
                yield from self._instead(source, ways)
                what = f"{self._resource}: {source} leads to {target}{how}{times}"
                states = {**self._new(target).get("states", {}), source: update}
                yield self._action(what, {"states": states})
            elif (length := self._another(source, target, way)) is not None:
                if self._is_guess:
                    yield from self._removal(source)
                what = f"{self._resource}: {source} leads to {target} after {length}{times}"
                known = self._lifecycle.states[source].after
                rest = {written(each): to for each, to in known if to != target}
                after = {**rest, length: target}
                yield from self._otherwise(what, {"states": {source: {"after": after}}})

    def _way(self, target: str, way: _Way) -> tuple[dict[str, Any], str]:
        if way.operations:
            (operation, _), *_ = way.operations.most_common()
            return {"on": {operation: target}}, f" by {operation}"
        length = _roundest(way.bounds)
        return ({"after": {length: target}}, f" after {length}") if length else ({}, "")

    def _instead(self, source: str, ways: Mapping[tuple[str, str], _Way]) -> Iterator[Action]:
        """Take back where a guess leads by itself, if that was never seen."""
        state = self._lifecycle.states.get(source)
        left = {target for start, target in ways if start == source}
        if state is not None and state.after and self._is_guess:
            by_itself = {to for _, to in state.after}
            if not any(self._leads_from(to, name) for to in by_itself for name in left):
                yield from self._removal(source)

    def _removal(self, source: str) -> Iterator[Action]:
        where = ptr.join(self._pointer, "states", source, "after")
        target = path_of(self._document, where)
        what = f"{self._resource}: after {source} something else was seen"
        yield {"target": target, "description": f"{what}.", "remove": True}

    def _another(self, source: str, target: str, way: _Way) -> str | None:
        """The duration that was seen, where a state lasts another one by the contract."""
        stated = [length for length, to in self._state(source).after if to == target]
        is_plain = len(self._names.get(json.dumps(self._value(source)), ())) == 1
        if not stated or not way.bounds or not is_plain or way.operations:
            return None
        length = stated[0].total_seconds()
        if any(low - _TOLERANCE <= length <= high + _TOLERANCE for low, high in way.bounds):
            return None
        return _roundest(way.bounds)

    def _leads(self, source: str, target: str) -> bool:
        """Whether a record with the value of one state may come to have that of the other."""
        starts = self._names.get(json.dumps(self._value(source)), ())
        return any(self._leads_from(start, target) for start in starts)

    def _leads_from(self, start: str, target: str) -> bool:
        wanted = json.dumps(self._value(target))
        known = [start]
        for name in known:
            state = self._state(name)
            if json.dumps(state.value) == wanted:
                return True
            next_ = {to for _, to in (*state.after, *state.at)} | {*state.on.values()}
            known += sorted(next_.difference(known))
        return False

    def _state(self, name: str) -> State:
        return self._lifecycle.states.get(name) or State(name, name)

    def _value(self, name: str) -> Any:
        return self._state(name).value

    def _name(self, value: Any) -> str:
        """The name of the state that a value tells; a new one has its value as its name."""
        known = self._names.get(json.dumps(value))
        return known[0] if known else str(value)

    def _new(self, name: str) -> dict[str, Any]:
        """The declaration of a state that the contract does not have."""
        return {} if name in self._lifecycle.states else {"states": {name: {}}}

    def _times(self, count: int) -> str:
        return f", seen {counted(count, 'time')} {self._observed}"

    def _otherwise(self, what: str, update: dict[str, Any]) -> Iterator[Action]:
        """The action for what a guess says otherwise; what no guess says is contradicted."""
        if self._is_guess:
            yield self._action(what, update)
        else:
            self.contradicted.append(what)

    def _action(self, what: str, update: dict[str, Any]) -> Action:
        target = path_of(self._document, self._pointer)
        return {"target": target, "description": f"{what}.", "update": update}


def _bounds(period: StatePeriod, following: Observation) -> tuple[float, float] | None:
    """The least and the most seconds that a state lasted; None where its beginning is unknown."""
    first, last = period.observations[0], period.observations[-1]
    entered = first if first.kind == "create" or first.kind in _CHANGING else period.before
    if entered is None or not (first.is_timed and following.is_timed):
        return None
    return max(0.0, last.since - first.until), following.until - entered.since


def _roundest(bounds: Sequence[tuple[float, float]]) -> str | None:
    """The roundest duration between the bounds, None without any."""
    if not bounds:
        return None
    low, high = (median(each) for each in zip(*bounds, strict=True))
    for unit in _ROUND:
        number = math.ceil(low / unit) or 1
        if number * unit <= high:
            return written(timedelta(seconds=number * unit))
    return written(timedelta(seconds=round((low + high) / 2, 3)))
