"""The checker of histories accepts what one server could have done, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicas.linearizability import UNKNOWN, Operation, overlapping, records, stuck

EMPTY = frozenset({("a", None), ("b", None)})


def write(
    client: str, began: float, ended: float, result: object = None, **changed: int
) -> Operation:
    """A write whose result is what the record was then: all that is not given is None."""
    told = result if result is UNKNOWN else {**dict(EMPTY), **changed, **(result or {})}
    return Operation(client, "write", changed, told, began, ended)


def read(client: str, began: float, ended: float, **seen: int) -> Operation:
    """A read that saw these properties; the others were None."""
    return Operation(client, "read", None, {**dict(EMPTY), **seen}, began, ended)


def fits(*history: Operation) -> bool:
    """Whether a history is linearizable."""
    return not stuck(history, records, EMPTY)


ACCEPTED = {
    "nothing": (),
    "one after the other": (write("p", 0, 1, a=1), read("q", 2, 3, a=1)),
    "a read during a write may see it": (write("p", 0, 9, a=1), read("q", 1, 2, a=1)),
    "or not": (write("p", 0, 9, a=1), read("q", 1, 2)),
    "writes in the order opposite to that of their beginning": (
        write("p", 0, 9, a=1), write("q", 1, 8, a=2), read("r", 10, 11, a=1),
    ),
    "two properties, the second write telling both": (
        write("p", 0, 9, a=1), write("q", 1, 8, {"a": 1}, b=2), read("r", 10, 11, a=1, b=2),
    ),
    "an interrupted write has effect late": (
        write("p", 0, float("inf"), UNKNOWN, a=1), read("q", 5, 6), read("q", 8, 9, a=1),
    ),
    "or never": (write("p", 0, float("inf"), UNKNOWN, a=1), read("q", 5, 6), read("q", 8, 9)),
    "ends that touch may be in either order": (write("p", 0, 1, a=1), read("q", 1, 2)),
}  # fmt: skip
REFUSED = {
    "a stale read": (write("p", 0, 1, a=1), read("q", 2, 3)),
    "a value that nobody wrote": (write("p", 0, 1, a=1), read("q", 2, 3, a=7)),
    "a lost update": (
        write("p", 0, 9, a=1), write("q", 1, 8, b=2), read("r", 10, 11, b=2),
    ),
    "a lost update that both writers tell": (write("p", 0, 9, a=1), write("q", 1, 8, b=2)),
    "a read that goes back": (
        write("p", 0, 9, a=1), read("q", 1, 2, a=1), read("q", 3, 4),
    ),
    "two readers that disagree on the order of two writes": (
        write("p", 0, 9, a=1), write("q", 0, 9, a=2),
        read("r", 1, 2, a=1), read("r", 3, 4, a=2), read("s", 5, 6, a=1),
    ),
    "an interrupted write that was seen and is gone": (
        write("p", 0, float("inf"), UNKNOWN, a=1), read("q", 5, 6, a=1), read("q", 8, 9),
    ),
    "an interrupted write that has effect twice": (
        write("p", 0, float("inf"), UNKNOWN, a=1), read("q", 2, 3, a=1),
        write("q", 4, 5, a=2), read("q", 6, 7, a=1),
    ),
    "an interrupted write that has effect before it began": (
        read("q", 1, 2, a=1), write("p", 3, float("inf"), UNKNOWN, a=1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_history_of_one_server_is_accepted(name: str) -> None:
    """Whatever was under way at the same time."""
    assert fits(*ACCEPTED[name])


@pytest.mark.parametrize("name", REFUSED)
def test_a_history_that_no_server_has_is_refused(name: str) -> None:
    """And what cannot go on is told."""
    found = stuck(REFUSED[name], records, EMPTY)
    assert found
    assert all(each in REFUSED[name] for each in found)


def random_history(chance: random.Random, length: int, clients: int) -> list[Operation]:
    """What clients of one server see: each operation has effect at a moment between its ends."""
    free = [0.0] * clients
    planned = []
    for number in range(length):
        client = chance.randrange(clients)
        began = free[client] + chance.random()
        moment = began + chance.random()
        free[client] = ended = moment + chance.random()
        planned.append((moment, client, began, ended, chance.random() < 0.5, number))
    state = dict(EMPTY)
    history = []
    for _, client, began, ended, is_write, number in sorted(planned):
        changed = {chance.choice("ab"): number} if is_write else None
        state |= changed or {}
        if is_write and chance.random() < 0.1:
            history.append(Operation(client, "write", changed, UNKNOWN, began))
        else:
            name = "write" if is_write else "read"
            history.append(Operation(client, name, changed, dict(state), began, ended))
    return history


def by_trying_all(history: Sequence[Operation]) -> bool:
    """The same in the plainest way: some order of some of the interrupted fits."""
    certain = [each for each in history if each.result is not UNKNOWN]
    unsure = [each for each in history if each.result is UNKNOWN]
    chosen = (c for n in range(len(unsure) + 1) for c in combinations(unsure, n))
    return any(_fits(order) for more in chosen for order in permutations([*certain, *more]))


def _fits(order: Sequence[Operation]) -> bool:
    state = EMPTY
    for number, each in enumerate(order):
        if any(later.ended < each.began for later in order[number:]):
            return False
        state = records(state, each)
        if state is None:
            return False
    return True


@given(st.randoms(use_true_random=False), st.booleans())
def test_small_histories_are_judged_as_by_trying_all_orders(
    chance: random.Random, is_changed: bool
) -> None:
    """Right ones, and those with another result put in."""
    history = random_history(chance, 5, 3)
    if is_changed:
        place = chance.randrange(len(history))
        one, other = history[place], chance.choice(history)
        history[place] = Operation(
            one.client, one.name, one.argument, other.result, one.began, one.ended
        )
    assert fits(*history) == by_trying_all(history)


def test_long_histories_are_judged_too() -> None:
    """Three hundred operations of eight clients: accepted, and refused with one stale read."""
    history = random_history(random.Random(17), 300, 8)
    assert fits(*history)
    assert overlapping(history) > 250
    last = max(each.began for each in history)
    (early, *_) = [each for each in history if each.name == "read"]
    stale = Operation(99, "read", None, early.result, last + 9, last + 10)
    assert not fits(*history, stale)
