"""Spaces hold what clients created: random requests against plain lists, for every contract."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from greenroom.contract.catalog import find, load
from greenroom.state.creation import Maker
from greenroom.state.decide import Decider
from greenroom.state.finding import Finder
from greenroom.state.listing import Listing
from greenroom.state.store import Query
from greenroom.state.world import World
from greenroom.stores import collection
from greenroom.stores.collection import Collection
from simulation.machine import Machine, through_json

FEATURES = str(Path(__file__).parent / "simulation" / "features.yaml")
VENDORS = [source.name for source in find(())]
# How many histories of some forty requests are tried for each contract: `make state` tries more.
EXAMPLES = int(os.environ.get("GREENROOM_HISTORIES", "4"))
ENOUGH = 50
CHANGES = ("create", "put", "update", "delete", "action")


@pytest.fixture(autouse=True)
def _through_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision gets what it asked for as JSON, as from a store elsewhere."""
    monkeypatch.setattr(World, "read", through_json(World.read))


def run(name: str, examples: int) -> Counter[str]:
    """How many steps of each kind random histories had. Raises where one is not as plain lists."""

    class OfContract(Machine):
        contract = load(find((name,))[0])
        steps: ClassVar[Counter[str]] = Counter()

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


@pytest.mark.parametrize("name", [FEATURES, *VENDORS], ids=["features", *VENDORS])
def test_a_space_is_as_plain_lists_would_be(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """Whatever is created, changed, deleted, listed, restored and reset, in any order."""
    steps = run(name, EXAMPLES)
    changes = sum(steps[kind] for kind in CHANGES)
    record_property("steps", dict(steps))
    assert changes > 0
    # A few histories say nothing about shares.
    assert EXAMPLES < ENOUGH or changes * 3 >= steps.total(), steps


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


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_simulation_is_found(
    mistake: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the random histories prove something."""
    owner, name, wrongly = MISTAKES[mistake]
    monkeypatch.setattr(owner, name, wrongly(getattr(owner, name)))
    with pytest.raises((AssertionError, RuntimeError, KeyError, ValueError)):
        run(FEATURES, 400)
