"""Spaces hold what clients created: random requests against plain lists, for every contract."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.catalog import find, load
from greenroom.contract.model import Contract
from greenroom.server.spaces.rules import SpaceRules
from greenroom.state.creation import Maker
from greenroom.state.decide import Decider
from greenroom.state.finding import Finder
from greenroom.state.life import transition
from greenroom.state.life.agenda import Agenda
from greenroom.state.life.life import Life
from greenroom.state.life.transition import StateRules
from greenroom.state.listing import Listing
from greenroom.state.rules.fault import Faults
from greenroom.state.store import Query
from greenroom.state.world import World
from greenroom.stores import collection
from greenroom.stores.collection import Collection
from simulation.faults import FaultMachine
from simulation.machine import LivingMachine, Machine, through_json

FEATURES, LIVING = (
    str(Path(__file__).parent / "simulation" / f"{name}.yaml") for name in ("features", "living")
)
VENDORS = [source.name for source in find(())]
# How many histories of some forty requests are tried for each contract: `make state` tries more.
EXAMPLES = int(os.environ.get("GREENROOM_HISTORIES", "6"))
ENOUGH = 50
# Requests, control routes and time change what there is.
CHANGES = ("create", "put", "update", "delete", "action", "transition", "moment", "timer")


@pytest.fixture(autouse=True)
def _through_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision gets what it asked for as JSON, as from a store elsewhere."""
    monkeypatch.setattr(World, "read", through_json(World.read))


def is_living(contract: Contract) -> bool:
    """Whether something happens by itself."""
    lives = [r.lifecycle for r in behaviour_of(contract).resources.values() if r.lifecycle]
    return any(state.after or state.at for life in lives for state in life.states.values())


def shares(steps: Counter[str]) -> str:
    """How many steps changed something, and how many were of each kind."""
    total, changes = steps.total(), sum(steps[kind] for kind in CHANGES)
    kinds = ", ".join(f"{kind} {count / total:.1%}" for kind, count in steps.most_common())
    return f"{total} steps, {changes / total:.1%} change something: {kinds}"


def run(name: str, examples: int, *more: type[Machine]) -> Counter[str]:
    """How many steps of each kind random histories had. Raises where one is not as plain lists."""

    given = load(find((name,))[0])

    class OfContract(*more, LivingMachine if is_living(given) else Machine):  # type: ignore[misc]
        contract = given
        steps: ClassVar[Counter[str]] = Counter()
        histories: ClassVar[int] = 0

        def teardown(self) -> None:
            super().teardown()
            type(self).histories += 1
            if EXAMPLES >= ENOUGH and self.histories % ENOUGH == 0:
                sys.stderr.write(
                    f"{given.name}: {self.histories} histories, {shares(self.steps)}\n"
                )

    run_state_machine_as_test(
        OfContract,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            # Shrinking takes minutes: a failure is reproduced by the same seed.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return OfContract.steps


@pytest.mark.parametrize("name", [FEATURES, LIVING, *VENDORS], ids=["features", "living", *VENDORS])
def test_a_space_is_as_plain_lists_would_be(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """Whatever is created, changed, deleted, listed, restored, reset and fails, in any order."""
    steps = run(name, EXAMPLES, FaultMachine)
    changes = sum(steps[kind] for kind in CHANGES)
    record_property("steps", dict(steps))
    assert changes > 0, shares(steps)
    # A few histories say nothing about shares, nor do requests that are made to fail.
    assert EXAMPLES < ENOUGH or changes * 3 >= steps.total() - steps["fault"], shares(steps)


def forget_indexes(put: Any) -> Any:
    """A record is not added to views that exist already."""

    def wrong(self: Collection, record: Any, before: Any) -> None:
        views, self._views = self._views, {}
        put(self, record, before and self.by_id[before.id])
        self._views = views

    return wrong


def changed_query(change: Callable[[Query], Query]) -> Callable[[Any], Any]:
    """A list asks for something else."""

    def wrongly(query: Any) -> Any:
        def wrong(self: Any, given: Any, belongs: Any) -> Any:
            found, *rest = query(self, given, belongs)
            return (change(found), *rest)

        return wrong

    return wrongly


def swapped(query: Query) -> Query:
    """The texts of two filters are exchanged."""
    if len(query.equal) < 2:
        return query
    (first, a), (second, b), *rest = query.equal
    return query._replace(equal=((first, b), (second, a), *rest))


def returning(value: Any) -> Callable[[Any], Any]:
    """A function that gives a constant instead."""
    return lambda _: lambda *__, **___: value


def doing_nothing(asking: Any) -> Any:
    """A part of a decision that asks for nothing and does nothing."""

    def wrong(*_: Any) -> Any:
        yield from ()

    return wrong


MISTAKES: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "an index is forgotten": (Collection, "put", forget_indexes),
    "filters are swapped": (Listing, "query", changed_query(swapped)),
    "a page is off by one": (
        Listing, "query", changed_query(lambda q: q._replace(offset=q.offset + bool(q.limit))),
    ),
    "a page has one more": (
        Listing, "query", changed_query(lambda q: q._replace(limit=q.limit and q.limit + 1)),
    ),
    "a match is ignored": (
        Listing, "query", changed_query(lambda q: q._replace(conditions=())),
    ),
    "every condition holds": (collection, "_matches", returning(True)),
    "the direction is ignored": (
        Listing, "query", changed_query(lambda q: q._replace(descending=False)),
    ),
    "the order is ignored": (Listing, "query", changed_query(lambda q: q._replace(order=""))),
    "what is around a list is ignored": (Finder, "_belonging", returning({})),
    "a child of another parent is found": (Finder, "_belongs", returning(True)),
    "references are not checked": (Decider, "_check", doing_nothing),
    "unique values are not": (Decider, "_unique", doing_nothing),
    "children stay": (Decider, "_cascade", doing_nothing),
    "nothing is replaced": (Maker, "replace", returning(None)),
}  # fmt: skip


def telling_first(_: Any) -> Any:
    """Events are sent before what they tell of is kept."""

    def wrong(self: World, asking: Any, kind: str = "request") -> Any:
        try:
            reads = next(asking)
            while True:
                reads = asking.send(self.read(reads))
        except StopIteration as stop:
            outcome = stop.value
        self._around.publish(self.api.vendor, outcome, kind)
        self.commit(outcome.changes)
        return outcome

    return wrong


def by_the_wall_clock(date: Any) -> Any:
    """Bodies have the time of this machine."""
    return lambda self, draft, now, **more: date(self, draft, datetime.now(UTC), **more)


def leaving_nothing(give: Any) -> Any:
    """The timers of a state that was left stay."""

    def wrong(self: StateRules, record: Any, draft: Any, now: Any, before: Any = None) -> None:
        give(self, record, draft, now, before)
        if draft.entered is not None and before is not None:
            record.timers = (*before.timers, *record.timers)

    return wrong


def at_the_end(step: Any) -> Any:
    """Everything happens at the moment to which the clock is moved."""

    def wrong(self: Life, until: datetime) -> Any:
        due = self.agenda.next()
        if due is not None and due.at <= until:
            self.agenda.add(until, due.what, due.number)
        return step(self, until)

    return wrong


def backwards(publish: Any) -> Any:
    """Events are sent in the opposite order."""

    def wrong(self: Life, vendor: str, outcome: Any, kind: str) -> None:
        outcome.emitted = outcome.emitted[::-1]
        publish(self, vendor, outcome, kind)

    return wrong


def last_first(_: Any) -> Any:
    """Of what is due at the same moment, what was set last is first."""
    return lambda self: min(
        self.pending.values(), key=lambda due: (due.at, -due.number), default=None
    )


OF_LIFE: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "events come before the write": (World, "run", telling_first),
    "events are in another order": (Life, "publish", backwards),
    "events are forgotten": (StateRules, "_emit", doing_nothing),
    "bodies have the wall clock": (Maker, "date", by_the_wall_clock),
    "timers of deleted things stay": (
        World, "_numbered", lambda f: lambda self, changes: ((), f(self, changes)[1]),
    ),
    "timers of other states stay": (StateRules, "give_state", leaving_nothing),
    "a moved moment is not followed": (
        transition, "moved", lambda _: lambda life, record, *_: record.timers,
    ),
    "every state allows everything": (StateRules, "_guarded", returning((None, True))),
    "what comes with a state does not": (StateRules, "_made_with", returning([])),
    "all is done at the end": (Life, "step", at_the_end),
    "what was set last is first": (Agenda, "next", last_first),
    "a restore forgets timers": (World, "timers", returning(())),
}  # fmt: skip


def done_as_well(before: Any) -> Any:
    """What a fault happens to gets its response, and is done."""

    def wrong(self: SpaceRules, context: Any, space: Any) -> Any:
        refused, applied = before(self, context, space), context.applied
        if applied.fault is not None:
            refused.close()
            failed = applied.on(self._response(applied.fault))
            context.applied = SimpleNamespace(fault=applied.fault, on=lambda _: failed)

    return wrong


OF_FAULTS: dict[str, tuple[Any, str, Callable[[Any], Any]]] = {
    "a fault happens once too often": (
        Faults, "add", lambda f: lambda self, g: f(self, {**g, "times": g.get("times", 3) + 1}),
    ),
    "what fails is done all the same": (SpaceRules, "before", done_as_well),
}  # fmt: skip


# They show after dozens of histories only, so that `make state` finds them.
LATE = (
    "the order is ignored", "the direction is ignored", "nothing is replaced",
    "a child of another parent is found",
)  # fmt: skip
ALL = {**MISTAKES, **OF_LIFE, **OF_FAULTS}


@pytest.mark.parametrize("mistake", [m for m in ALL if EXAMPLES >= ENOUGH or m not in LATE])
def test_a_mistake_in_the_simulation_is_found(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the random histories prove something."""
    owner, name, wrongly = ALL[mistake]
    monkeypatch.setattr(owner, name, wrongly(getattr(owner, name)))
    # Further rules would only make it take longer until a mistake is found.
    more = (FaultMachine,) if mistake in OF_FAULTS else ()
    with pytest.raises((AssertionError, RuntimeError, KeyError, ValueError)):
        run(FEATURES if mistake in MISTAKES else LIVING, 400, *more)
