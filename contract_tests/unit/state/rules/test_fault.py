"""Which fault happens, how often, and which must give way."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.errors import FullError
from greenroom.state.rules import fault as faults
from greenroom.state.rules.fault import FaultError, Faults, document

DOWN = {"effect": {"status": 503}}


def names(found: Faults, times: int) -> list[str]:
    """The names of the faults that happen to the same thing, one time after the other."""
    taken = (found.take(lambda match: True) for _ in range(times))
    return [each.name if each else "-" for each in taken]


def made(*given: dict[str, Any], seed: int | str = 1) -> Faults:
    """Faults of a space."""
    found = Faults(seed)
    for each in given:
        found.add({**DOWN, **each})
    return found


def test_the_first_fault_that_matches_happens() -> None:
    """In the order in which they were added."""
    found = Faults()
    found.add({"name": "a", "match": {"method": "GET"}, **DOWN})
    found.add({"name": "b", **DOWN})
    found.add({"name": "c", **DOWN})
    taken = found.take(lambda match: match.get("method") != "GET")
    assert taken is not None
    assert (taken.name, taken.hits) == ("b", 1)
    assert found.take(lambda match: False) is None


def test_times_count_down_and_skipped_ones_do_not() -> None:
    """The next fault then has its turn."""
    found = made({"name": "a", "times": 2, "skip": 1}, {"name": "b", "times": 1})
    assert names(found, 4) == ["b", "a", "a", "-"]
    assert [(each.left, each.hits) for each in found] == [(0, 2), (0, 1)]


def test_a_share_of_a_seed_is_always_the_same() -> None:
    """Of its own, or of the space; whatever the fault is called."""

    def drawn(of_space: int | str, **own: Any) -> list[str]:
        return names(made({"name": "a", "probability": 0.3, **own}, seed=of_space), 300)

    first = drawn("space")
    assert drawn("space") == first != drawn("other")
    assert drawn("other", seed="space") == first
    assert 60 < first.count("a") < 120
    assert set(drawn(1, probability=0)) == {"-"}
    assert set(drawn(1, probability=1)) == {"a"}


def test_a_name_is_made_or_given_once() -> None:
    """One that is used up gives way to another of its name."""
    found = made({}, {"name": "a", "times": 1})
    assert [each.name for each in found] == ["fault-1", "a"]
    with pytest.raises(FaultError, match="there is a fault a already"):
        found.add({"name": "a", **DOWN})
    found.remove("fault-1")
    assert names(found, 1) == ["a"]
    assert found.add({"name": "a", **DOWN}).left is None
    assert len(found) == 1


def test_a_space_has_no_more_faults_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are used up make room."""
    monkeypatch.setattr(faults, "MOST_FAULTS", 2)
    found = made({"name": "a", "times": 1}, {"name": "b"})
    assert names(found, 1) == ["a"]
    found.add({"name": "c", **DOWN})
    assert [each.name for each in found] == ["b", "c"]
    with pytest.raises(FullError, match="the space has 2 faults, as many as it may"):
        found.add(DOWN)
    assert found.remove("b")
    assert not found.remove("b")
    found.clear()
    assert not found


def test_a_fault_is_shown_with_what_is_left_of_it() -> None:
    """And with how often it happened."""
    found = made({"times": 3, "match": {"path": "/x"}}, seed="s")
    names(found, 1)
    assert [document(each) for each in found] == [{
        "name": "fault-1", "match": {"path": "/x"}, "effect": {"status": 503}, "left": 2,
        "probability": 1.0, "seed": "s", "skip": 0, "hits": 1}]  # fmt: skip


def test_who_watches_is_called_for_each_addition() -> None:
    """So that spaces without faults need not be looked at."""
    called: list[int] = []
    found = Faults(1, lambda: called.append(1))
    assert not found
    found.add(DOWN)
    assert called == [1]
