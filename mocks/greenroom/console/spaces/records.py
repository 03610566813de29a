"""Records of a space: what a table shows of them, and the states that one may go into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...contract.behaviour.resource import Resource
from ..wording import length

_MOST_COLUMNS, _LONGEST = 4, 60


@dataclass(frozen=True, slots=True)
class Move:
    """A state that a record may go into: `why` it may, empty where nothing declares it from here,
    and what follows.
    """

    state: str
    why: str
    follows: str


def columns(records: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    """The names of the first short scalars of records."""
    found: dict[str, None] = {}
    for record in records:
        for name, value in record["value"].items():
            is_short = isinstance(value, str | int | float) and len(str(value)) <= _LONGEST
            if is_short and str(value) not in (record["id"], record["state"]):
                found[name] = None
    return [*found][:_MOST_COLUMNS]


def moves(resource: Resource, state: str | None) -> Sequence[Move]:
    """The states that a record in one may go into, the declared ones first."""
    life = resource.lifecycle
    if life is None:
        return ()
    here = life.states.get(state or "")
    why: dict[str, list[str]] = {}
    if here is not None:
        for operation, to in here.on.items():
            why.setdefault(to, []).append(f"by {operation}")
        for wait, to in here.after:
            why.setdefault(to, []).append(f"after {length(wait)}")
        for pointer, to in here.at:
            why.setdefault(to, []).append(f"at {pointer}")
    found = []
    for name, entered in life.states.items():
        sets = [f"sets {', '.join(each.pointer for each in entered.sets)}"] if entered.sets else []
        fires = [f"sends {event}" for event in entered.emit]
        makes = [f"makes {each.resource}" for each in entered.creates]
        follows = ", ".join((*sets, *makes, *fires))
        if name != state:
            found.append(Move(name, " or ".join(why.get(name, ())), follows))
    return sorted(found, key=lambda move: not move.why)
