"""A space: an account of one's own on the mock, where what is created stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from weakref import proxy

from ..errors import FullError, GreenroomError
from ..journal.journal import Journal
from .api import Api
from .life.agenda import Agenda
from .life.clock import Clock
from .life.emission import About
from .life.life import Life
from .rules.fault import Faults
from .rules.limit import Limits
from .store import Store
from .world import World

Mode = Literal["stateful", "examples"]
SEED = 1
_COUNTS = ("timers", "transitions", "events")


class SpaceError(GreenroomError):
    """A space that cannot be made, or made so; the message says why."""


def instant(text: str) -> datetime:
    """The moment of a date-time (RFC 3339) in UTC.

    Raises SpaceError for one at which no clock can stand: a leap second, or beyond all years.
    """
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise SpaceError(f"now: no clock can stand at {text}") from error


class Space(Life):
    """Records, time and journal of an account, apart from all others.

    `apis` are by the name of the vendor; `make_stores` gives what makes stores within one bound.
    `frozen` is where its time stands, None where it is that of the wall clock; `made` are seed and
    time that it was made with. `receivers` are other addresses for those of its subscriptions that
    begin as the keys do. In the mode `examples` requests get the documented examples. `made_by`
    says how it was named first; `created` and `last_used` are in seconds since 1970. `on_rule` is
    called where the space gets faults or `limits`, which it has while rate limits are kept.
    """

    def __init__(
        self,
        name: str,
        apis: Mapping[str, Callable[[], Api]],
        make_stores: Callable[[], Callable[[], Store]],
        journal: Journal,
        made_by: str = "control",
        seed: int | str = SEED,
        frozen: datetime | None = None,
        mode: Mode = "stateful",
        on_rule: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__(journal, frozen)
        own = proxy(self)
        journal.moment = lambda: own.now().timestamp()
        self.name = name
        self.seed = seed
        self.made = seed, frozen
        self.faults = Faults(seed, on_rule)
        self.limits: Limits | None = None
        self._on_rule = on_rule
        self.receivers: Mapping[str, str] = {}
        self.mode = mode
        self.made_by = made_by
        self.created = self.last_used = time.time()
        self.field = b"x-greenroom-space: %b\r\n" % name.encode()
        self._apis = apis
        self._make_stores = make_stores
        self._make_store = make_stores()
        self.worlds: dict[str, World] = {}

    @property
    def rate_limits(self) -> bool:
        """Whether the limits that contracts state are kept; set anew, all windows are empty."""
        return self.limits is not None

    @rate_limits.setter
    def rate_limits(self, kept: bool) -> None:
        self.limits = Limits() if kept else None
        if kept:
            self._on_rule()

    def world(self, vendor: str) -> World:
        """The records of a vendor, seeded when they are first needed. Raises KeyError."""
        world = self.worlds.get(vendor)
        if world is None:
            api = self._apis[vendor]()
            world = World(api, self._make_store(), str(self.seed), proxy(self))
            self.worlds[vendor] = world
        return world

    def close(self, journal: bool = True) -> None:
        """Give back what the space takes, that of its `journal` too; nobody uses it any more."""
        _close(self.worlds)
        if journal:
            self.journal.close()
        if self.deliveries is not None:
            self.deliveries.close()

    def forget(self) -> None:
        """Begin without records and anything due, to be filled by whoever keeps them elsewhere."""
        _close(self.worlds)
        self._make_store, self.worlds, self.agenda = self._make_stores(), {}, Agenda()

    @property
    def vendors(self) -> tuple[str, ...]:
        """The vendors whose records it may have."""
        return tuple(self._apis)

    def uses(self, vendor: str) -> bool:
        """Whether the records of a vendor were needed."""
        return vendor in self.worlds

    @property
    def records(self) -> int:
        """How many records it has, those of examples among them once they were needed."""
        return sum(
            world.count(resource)
            for world in self.worlds.values()
            for resource in world.api.behaviour.resources
        )

    def document(self) -> dict[str, Any]:
        """The snapshot (`documents`): seed, clock, records; the same for the same history.

        A vendor whose records are those of the examples is left out.
        """
        worlds = sorted(self.worlds.items())
        counts = self.agenda.last, self.changes, self.events
        return {
            "version": 1,
            "seed": self.seed,
            **self.clock.document(),
            **({"counts": dict(zip(_COUNTS, counts, strict=True))} if any(counts) else {}),
            "vendors": {name: w.store.document() for name, w in worlds if not w.is_new},
        }

    def load(self, document: Mapping[str, Any], seed: int | str, now: datetime | None) -> None:
        """Replace all records, the seed and the time by those of a checked snapshot.

        The clock stands at `now`, if given. What is on the agenda and no timer of a record stays.
        Raises FullError, after which everything is as it was.
        """
        make_store, agenda = self._make_stores(), Agenda(self.agenda.most)
        loaded: dict[str, World] = {}
        counts = document.get("counts", dict.fromkeys(_COUNTS, 0))
        agenda.last = counts["timers"]
        try:
            for vendor, held in document["vendors"].items():
                loaded[vendor] = world = World(
                    self._apis[vendor](), make_store(), str(seed), proxy(self)
                )
                world.store.load(held)
                world.is_new = False
                for due, about, number in world.timers():
                    agenda.add(due, about, number)
            if len(agenda) > agenda.most:
                most = agenda.most
                raise FullError(f"the snapshot has {len(agenda)} timers; at most {most} may be")
        except FullError:
            _close(loaded)
            raise
        _close(self.worlds)
        for other in self.agenda.all():
            if not isinstance(other.what, About):
                agenda.add(other.at, other.what)
        self._make_store, self.worlds, self.agenda = make_store, loaded, agenda
        self.seed, self.clock = seed, Clock(now) if now is not None else Clock.read(document)
        self.changes, self.events = counts["transitions"], counts["events"]
        # Their numbers will be given again.
        self.transitions.clear()


def _close(worlds: Mapping[str, World]) -> None:
    for world in worlds.values():
        world.store.close()
