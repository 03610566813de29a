"""A space: an account of one's own on the mock, where what is created stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from ..errors import GreenroomError
from ..journal.entry import NO_TRACE
from ..journal.journal import Journal
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse
from .api import Api
from .life.agenda import Agenda
from .life.clock import Clock
from .life.emission import Happening, Receiver
from .rules.fault import Faults
from .rules.limit import Limits
from .store import Store
from .world import World

Mode = Literal["stateful", "examples"]
SEED = 1


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


class Space:
    """Records, time and journal of an account, apart from all others.

    `apis` are by the name of the vendor; `make_stores` gives what makes stores within one bound.
    `frozen` is where its time stands, None where it is that of the wall clock. `deliveries` get its
    events; they may put retries on its `agenda`. In the mode `examples` requests get the documented
    examples. `made_by` says how it was named first; `on_rule` is called where the space gets faults
    or `limits`, which it has while rate limits are kept.
    `created` and `last_used` are in seconds since 1970.
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
        self.name = name
        self.seed = seed
        self.clock = Clock(frozen)
        self.agenda = Agenda()
        self.deliveries: Receiver | None = None
        self.faults = Faults(seed, on_rule)
        self.limits: Limits | None = None
        self._on_rule = on_rule
        self.mode = mode
        self.made_by = made_by
        self.journal = journal
        self.created = self.last_used = time.time()
        self.field = b"x-greenroom-space: %b\r\n" % name.encode()
        self._apis = apis
        self._make_stores = make_stores
        self._make_store = make_stores()
        self._worlds: dict[str, World] = {}

    def now(self) -> datetime:
        """The time in the space, in UTC."""
        return self.clock.now()

    @property
    def rate_limits(self) -> bool:
        """Whether the limits that contracts state are kept; set anew, all windows are empty."""
        return self.limits is not None

    @rate_limits.setter
    def rate_limits(self, kept: bool) -> None:
        self.limits = Limits() if kept else None
        if kept:
            self._on_rule()

    def next_due(self) -> datetime | None:
        """When the next thing is due, None where nothing is."""
        due = self.agenda.next()
        return due and due.at

    def step(self, until: datetime) -> Happening | None:
        """Do the next thing that is due up to a moment, None where nothing is.

        The clock stands at its moment from then on, until `clock.move`. Its events are given to
        `deliveries` before this returns. What is due and no transition is given back, for whoever
        put it on the agenda to do it.
        """
        due = self.agenda.next()
        if due is None or due.at > until:
            return None
        self.agenda.drop(due.number)
        self.clock.standing = max(due.at, self.clock.now())
        return Happening(self.clock.standing, due=due.what)

    def world(self, vendor: str) -> World:
        """The records of a vendor, seeded when they are first needed. Raises KeyError."""
        if vendor not in self._worlds:
            api = self._apis[vendor]()
            self._worlds[vendor] = World(api, self._make_store(), str(self.seed))
        return self._worlds[vendor]

    def keep(self, context: RequestContext, response: PreparedResponse) -> None:
        """Keep a request with its response in the journal."""
        milliseconds = (time.perf_counter() - context.began) * 1000
        trace = context.trace or NO_TRACE
        self.journal.append(context, response, time.time(), milliseconds, self.now(), trace)

    @property
    def vendors(self) -> tuple[str, ...]:
        """The vendors whose records it may have."""
        return tuple(self._apis)

    @property
    def records(self) -> int:
        """How many records it has, those of examples among them once they were needed."""
        return sum(
            world.count(resource)
            for world in self._worlds.values()
            for resource in world.api.behaviour.resources
        )

    def document(self) -> dict[str, Any]:
        """The snapshot (`snapshot.SCHEMA`): seed, time, records; the same for the same history.

        A vendor whose records are those of the examples is left out.
        """
        worlds = sorted(self._worlds.items())
        return {
            "version": 1,
            "seed": self.seed,
            "now": None if self.clock.running else self.now().isoformat(),
            "vendors": {name: w.store.document() for name, w in worlds if not w.is_new},
        }

    def load(
        self, worlds: Mapping[str, Mapping[str, Any]], seed: int | str, frozen: datetime | None
    ) -> None:
        """Replace all records, the seed and the time by those of a checked snapshot.

        Raises FullError, after which everything is as it was.
        """
        make_store, loaded = self._make_stores(), {}
        for vendor, document in worlds.items():
            loaded[vendor] = world = World(self._apis[vendor](), make_store(), str(seed))
            world.store.load(document)
            world.is_new = False
        self._make_store, self._worlds = make_store, loaded
        self.seed, self.clock = seed, Clock(frozen)
