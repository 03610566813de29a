"""The spaces of a server: made when first used, bounded in number, forgotten when unused."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from ..contract.behaviour.binding import Behaviour
from ..contract.model import Contract
from ..errors import GreenroomError
from ..journal.journal import Journal
from ..mock.security import SPACE_NAME, SPACE_NAME_RULE
from .api import Api
from .documents import check, play
from .life.clock import Clock
from .life.emission import Receiver
from .space import SEED, Mode, Space, SpaceError
from .store import Store

MOST_SPACES = 1000
IDLE_SECONDS = 3600.0


class Spaces:
    """All spaces by name.

    `behaviour_of` reads what a contract says about state, `make_stores` makes what makes the stores
    of one space. Above `most` the one that was not used for longest is forgotten, and any after
    `idle` seconds without a request. `deliveries_of` makes what gets the events of a space.
    `with_rules` gets the names of those that have faults or limits; with `rate_limits` all do.
    """

    def __init__(
        self,
        contracts: Sequence[Contract],
        behaviour_of: Callable[[Contract], Behaviour],
        make_stores: Callable[[], Callable[[], Store]],
        make_journal: Callable[[], Journal] = Journal,
        most: int = MOST_SPACES,
        idle: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.time,
        deliveries_of: Callable[[Space], Receiver | None] = lambda space: None,
        with_rules: set[str] | None = None,
        rate_limits: bool = False,
    ) -> None:
        self._with_rules = set() if with_rules is None else with_rules
        self._rate_limits = rate_limits
        self._apis = {
            each.name: cache(partial(lambda c: Api(c, behaviour_of(c)), each)) for each in contracts
        }
        self._make_stores = make_stores
        self._make_journal = make_journal
        self.most, self._idle, self._clock = most, idle, clock
        self._deliveries_of = deliveries_of
        self._spaces: OrderedDict[str, Space] = OrderedDict()

    def api(self, vendor: str) -> Api:
        """What the contract of a vendor says about state."""
        return self._apis[vendor]()

    def use(self, name: str, made_by: str = "control") -> Space:
        """The space of a name, made if there is none. Raises SpaceError for an invalid name."""
        now, space = self._clock(), self._spaces.get(name)
        if space is None or (now - space.last_used > self._idle and not space.is_living):
            space = self._add(self._new(name, made_by))
        space.last_used = now
        self._spaces.move_to_end(name)
        return space

    def get(self, name: str) -> Space | None:
        """The space of a name, None where there is none."""
        self._forget()
        return self._spaces.get(name)

    def put(
        self,
        name: str,
        seed: int | str | None = None,
        now: datetime | None = None,
        mode: Mode = "stateful",
        from_: Mapping[str, Any] | None = None,
        scenario: Mapping[str, Any] | None = None,
        made_by: str = "control",
        rate_limits: bool | None = None,
    ) -> tuple[Space, bool]:
        """A new space in place of the one of that name; and whether there was none.

        `now`, with a time zone, is where its time stands. `from_` is a snapshot to begin with, or
        `{"space": NAME}` to copy; `scenario` is played then (`scenario.play`). Raises SpaceError
        and FullError, after which everything is as it was.
        """
        source = from_
        if from_ is not None and "space" in from_:
            copied = self.get(str(from_["space"]))
            if copied is None:
                raise SpaceError(f"there is no space {from_['space']}")
            source = copied.document()
        if source is not None:
            self._check(source)
            seed, clock = source["seed"] if seed is None else seed, Clock.read(source)
            now = clock.now() if now is None and not clock.running else now
        space = self._new(name, made_by, SEED if seed is None else seed, now, mode)
        try:
            if source is not None:
                space.load(source, space.seed, now)
            if scenario is not None:
                play(space, scenario)
        except GreenroomError:
            space.close()
            raise
        if rate_limits is not None:
            space.rate_limits = rate_limits
        is_new = self.get(name) is None
        self._add(space)
        return space, is_new

    def remove(self, name: str) -> bool:
        """Forget a space; whether there was one."""
        self._with_rules.discard(name)
        space = self._spaces.pop(name, None)
        if space is not None:
            space.close()
        return space is not None

    def reset(self, name: str, keep: Sequence[str] = ()) -> Space:
        """The space as it was made; what is in `keep` stays: requests, faults, deliveries, clock.

        Raises SpaceError for an invalid name.
        """
        before = self.use(name)
        journal = before.journal if "requests" in keep else None
        space = self._new(name, before.made_by, *before.made, before.mode, journal)
        space.receivers = before.receivers
        space.rate_limits = before.rate_limits
        if "faults" in keep:
            space.faults = before.faults
        if "clock" in keep:
            space.clock = before.clock
        self._add(space)
        if "deliveries" in keep and space.deliveries is not None and before.deliveries is not None:
            space.deliveries.inherit(before.deliveries)
        return space

    def snapshot(self, name: str) -> dict[str, Any]:
        """The snapshot of a space. Raises KeyError where there is none."""
        return self._spaces[name].document()

    def restore(self, name: str, document: Any) -> Space:
        """Replace records, seed and time of a space by those of a snapshot.

        Raises SpaceError for one that is not valid, with everything that is wrong, and FullError.
        """
        _check_name(name)
        self._check(document)
        space = self.use(name)
        space.load(document, document["seed"], None)
        return space

    def all(self) -> list[Space]:
        """Every space, by name."""
        self._forget()
        return [self._spaces[name] for name in sorted(self._spaces)]

    def _check(self, document: Any) -> None:
        check(document, {name: api() for name, api in self._apis.items()})

    def _new(
        self,
        name: str,
        made_by: str,
        seed: int | str = SEED,
        now: datetime | None = None,
        mode: Mode = "stateful",
        journal: Journal | None = None,
    ) -> Space:
        _check_name(name)
        journal = journal or self._make_journal()
        space = Space(
            name, self._apis, self._make_stores, journal, made_by, seed, now, mode,
            partial(self._with_rules.add, name),
        )  # fmt: skip
        space.rate_limits = self._rate_limits
        space.deliveries = self._deliveries_of(space) if mode == "stateful" else None
        return space

    def _add(self, space: Space) -> Space:
        before = self._spaces.get(space.name)
        if before is not None:
            before.close(before.journal is not space.journal)
        self._spaces[space.name] = space
        self._spaces.move_to_end(space.name)
        space.last_used = self._clock()
        self._forget()
        return space

    def make_room(self) -> bool:
        """Forget unused spaces, or else the journal of the one not used for longest that has one.

        Returns whether there was anything to forget.
        """
        before = len(self._spaces)
        self._forget()
        if len(self._spaces) < before:
            return True
        journals = (space.journal for space in self._spaces.values() if space.journal.size)
        journal = next(journals, None)
        if journal is not None:
            journal.forget()
        return journal is not None

    def _forget(self) -> None:
        """Forget the spaces at the front, which are the ones not used for longest."""
        oldest = self._clock() - self._idle
        while self._spaces:
            first = next(iter(self._spaces.values()))
            if len(self._spaces) > self.most:
                self.remove(first.name)
            elif first.last_used >= oldest:
                return
            elif first.is_living:
                # As if it were used now.
                first.last_used = self._clock()
                self._spaces.move_to_end(first.name)
            else:
                self.remove(first.name)


def _check_name(name: str) -> None:
    if not SPACE_NAME.fullmatch(name):
        raise SpaceError(f"{name!r}: {SPACE_NAME_RULE}")
