"""Whether concurrent operations had effect one after the other, each between its ends.

The search of J. Wing and C. Gong, "Testing and Verifying Concurrent Objects" (1993), which tries
the operations that can be next, with the memo of G. Lowe, "Testing for Linearizability" (2017): the
same operations done and the same state reached before lead nowhere again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

# As the result of an operation of which nothing came back.
UNKNOWN: Any = type("Unknown", (), {"__repr__": lambda _: "?"})()


@dataclass(frozen=True)
class Operation:
    """Something that a client did, from `began` to `ended`, in seconds of one clock.

    The result of one that was interrupted is UNKNOWN: it has effect at some time after it began,
    or never, so that `ended` is infinite.
    """

    client: Hashable
    name: str
    argument: Any
    result: Any
    began: float
    ended: float = field(default=inf)


# The state after an operation, given that before it; None where its result does not fit.
Model = Callable[[Any, Operation], Any]


def stuck(history: Sequence[Operation], model: Model, state: Hashable) -> list[Operation]:
    """The operations of which none can be next where the search got furthest; none if all fit.

    An empty list says that the history is linearizable, from a state on which `model` is defined.
    """
    operations = sorted(history, key=lambda each: each.began)
    needed = sum(1 << n for n, each in enumerate(operations) if each.result is not UNKNOWN)
    seen = {(0, state)}
    steps: list[Iterator[tuple[int, Any]]] = [_next(operations, 0, state, model)]
    furthest = 0
    while steps:
        found = next(steps[-1], None)
        if found is None:
            steps.pop()
        elif found not in seen:
            done, state = found
            if done & needed == needed:
                return []
            furthest = max(furthest, done, key=int.bit_count)
            seen.add(found)
            steps.append(_next(operations, done, state, model))
    return [operations[n] for n in _possible(operations, furthest)] if needed else []


def _next(
    operations: Sequence[Operation], done: int, state: Any, model: Model
) -> Iterator[tuple[int, Any]]:
    found = []
    for number in _possible(operations, done):
        after = model(state, operations[number])
        if after == state:
            # What changes nothing may as well be next: it is in the way of no other.
            return iter([(done | 1 << number, state)])
        if after is not None:
            found.append((done | 1 << number, after))
    return iter(found)


def _possible(operations: Sequence[Operation], done: int) -> Iterator[int]:
    """The numbers of those that may come next: they began before any that is left had ended."""
    # All before the lowest bit that is not set are done.
    number = (~done & (done + 1)).bit_length() - 1
    left: list[int] = []
    first_end = inf
    while number < len(operations) and operations[number].began <= first_end:
        if not done >> number & 1:
            left.append(number)
            first_end = min(first_end, operations[number].ended)
        number += 1
    return (each for each in left if operations[each].began <= first_end)


def overlapping(history: Sequence[Operation]) -> int:
    """How many operations were under way together with one of another client."""
    return sum(
        any(
            one.client != other.client and one.began <= other.ended and other.began <= one.ended
            for other in history
        )
        for one in history
    )


def records(state: frozenset[tuple[str, Any]], operation: Operation) -> Any:
    """The model of one record: a state is the set of its properties with their values.

    `write` merges properties into it, `read` changes nothing; the result of both is what the record
    was then, as far as it is about properties that the state has.
    """
    known = dict(state)
    if operation.name == "write":
        known |= operation.argument
    result = operation.result
    fits = result is UNKNOWN or {name: result.get(name) for name in known} == known
    return frozenset(known.items()) if fits else None
