"""Faults: what goes wrong in a space, for which requests and deliveries, and how often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

from ...errors import FullError, GreenroomError

MOST_FAULTS = 1000


class FaultError(GreenroomError):
    """A fault that cannot be added; the message says why."""

    status = 409


@dataclass(slots=True)
class Fault:
    """What goes wrong (`effect`) with what has all that `match` names.

    Both are as `openapi.json` of the control routes describes them; `match` has `event` for
    deliveries. `left` is how often it still happens, None for any number of times. It happens with
    a `probability`, drawn from `seed`, except for the first `skip` times that it could. `hits` is
    how often it has happened, `met` how often something matched while it was left.
    """

    name: str
    match: Mapping[str, str]
    effect: Mapping[str, Any]
    left: int | None = None
    probability: float = 1.0
    seed: int | str = 1
    skip: int = 0
    hits: int = 0
    met: int = 0

    def strikes(self) -> bool:
        """Whether it happens to what matches now, which is counted."""
        self.met += 1
        if self.met <= self.skip or _drawn(f"{self.seed}\0{self.met}") >= self.probability:
            return False
        self.hits += 1
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The faults of a space in the order in which they were added.

    `seed` is that of faults without their own; `on_add` is called after each addition.
    """

    def __init__(self, seed: int | str = 1, on_add: Callable[[], object] = lambda: None) -> None:
        self._seed, self._on_add = seed, on_add
        self._all: dict[str, Fault] = {}
        self._number = 0

    def __bool__(self) -> bool:
        return bool(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._all.values()))

    def add(self, given: Mapping[str, Any]) -> Fault:
        """A new fault from `effect` and any of `name`, `match`, `times` and the fields of Fault.

        It takes the place of one that is used up, if it has its name or there is no room. Raises
        FaultError for the name of another one, and FullError.
        """
        self._number += 1
        name = given.get("name") or f"fault-{self._number}"
        used_up = (each.name for each in self._all.values() if each.left == 0)
        if name in self._all and self._all[name].left != 0:
            raise FaultError(f"there is a fault {name} already")
        if len(self._all) >= MOST_FAULTS and name not in self._all:
            oldest = next(used_up, None)
            if oldest is None:
                raise FullError(f"the space has {MOST_FAULTS} faults, as many as it may")
            del self._all[oldest]
        self._all.pop(name, None)
        fields = {key: given[key] for key in ("probability", "seed", "skip") if key in given}
        made = Fault(
            name, given.get("match", {}), given["effect"], given.get("times"),
            **{"seed": self._seed, **fields},
        )  # fmt: skip
        self._all[name] = made
        self._on_add()
        return made

    def take(self, fits: Callable[[Mapping[str, str]], bool]) -> Fault | None:
        """The first fault that happens to what `fits` says its `match` fits, counted as a hit."""
        for fault in self._all.values():
            if fault.left != 0 and fits(fault.match) and fault.strikes():
                return fault
        return None

    def document(self) -> dict[str, Any]:
        """All of them as JSON, and how many there were."""
        known = [asdict(each) for each in self._all.values()]
        return {"seed": self._seed, "number": self._number, "all": known}

    def load(self, document: Mapping[str, Any]) -> None:
        """Have those of a document that `document` made."""
        self._seed, self._number = document["seed"], document["number"]
        self._all = {each["name"]: Fault(**each) for each in document["all"]}
        if self._all:
            self._on_add()

    def remove(self, name: str) -> bool:
        """Remove a fault; whether there was one."""
        return self._all.pop(name, None) is not None

    def clear(self) -> None:
        """Remove all."""
        self._all.clear()


def document(fault: Fault) -> dict[str, Any]:
    """A fault as JSON."""
    shown = asdict(fault)
    del shown["met"]
    return shown


def _drawn(source: str) -> float:
    """A number from 0 up to 1 (exclusive), always the same for a text."""
    return int.from_bytes(blake2b(source.encode(), digest_size=8).digest()) / 2**64
