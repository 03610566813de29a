"""The deliveries of a space: made of its events, tried, repeated, and kept in a ring."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from weakref import proxy

from ..contract.behaviour.subscription import Subscription
from ..errors import FullError, GreenroomError
from ..http.timestamps import retry_after
from ..journal.entry import Change
from ..state import store
from ..state.identifiers import identifier
from ..state.life.emission import About, Emission, Receiver
from ..state.merging import value_at
from ..state.record import Record
from ..state.space import Space
from ..state.world import World
from .delivery import MOST_HOPS, Attempt, Delivery
from .delivery_faults import Held, planned
from .destination import ReceiverError, Receivers
from .payload import Payloads
from .pending import Pending, Room
from .subscriptions import address, is_active, subscribed, tracked

MOST_KEPT, MOST_BYTES = 1000, 8 * 1024 * 1024
MOST_ATTEMPTS = 100
# In seconds, where the contract says nothing.
TIMEOUT = 10.0
# Those that are to be sent now.
MOST_OPEN = 10_000
# Of them for one subscription, so that a receiver that never answers leaves room for others.
MOST_WAITING = 1000
# In seconds.
_LONGEST_WAIT = 24 * 60 * 60.0


class Deliveries:
    """The deliveries of one space, the newest last.

    `ready` are those to be sent now; whoever sends one calls `attempted`. Those that are `open` are
    ready or being sent. `receivers` says who may be sent to, at each time that it is called, and
    `take` is asked for room for what is kept. `dropped` counts those that had to go for newer ones.
    `space` is the name of the space.
    """

    def __init__(
        self, space: Space, receivers: Callable[[], Receivers], take: Callable[[int], bool]
    ) -> None:
        # What a space holds does not hold the space.
        self._space, self.space = proxy(space), space.name
        self._receivers, self._room = receivers, Room(take)
        self._payloads: dict[str, Payloads] = {}
        self._kept, self._size = deque[Delivery](), 0
        self._pending, self._held = Pending(self._room), Held()
        self.last = self.dropped = 0
        self.ready: deque[Delivery] = deque()
        self.open: set[Delivery] = set()
        self._waiting: Counter[About] = Counter()

    def emit(self, emission: Emission) -> None:
        """Make a delivery of an event for each of its subscriptions, in the order of creation."""
        world = self._space.world(emission.vendor)
        for resource in world.api.behaviour.resources.values():
            if (subscription := resource.subscription) is not None:
                for record in subscribed(world, subscription, emission):
                    self._make(world, subscription, record, emission)

    def due(self, delivery: Delivery) -> None:
        """Send a delivery whose time on the agenda has come."""
        if delivery.state == "pending":
            self._send(delivery)

    def resend(self, delivery: Delivery) -> None:
        """Send a delivery once more, whatever became of it."""
        if delivery.payload is not None:
            delivery.state, delivery.reason = "pending", ""
            delivery.by_hand = True
            self._address(delivery)
        if delivery.state == "pending":
            self._send(delivery)

    def begins(self, delivery: Delivery) -> bool:
        """Whether a delivery is attempted now; not one whose receiver was switched off."""
        if delivery.state != "pending" or delivery.by_hand:
            return delivery.state == "pending"
        record, subscription = self._registered(delivery)
        if record is not None and is_active(record, subscription):
            return True
        _, resource, id = delivery.subscription
        delivery.state, delivery.reason = "dropped", f"{resource} {id} gets no webhooks any more"
        self._close(delivery)
        self._settle(delivery)
        self._space.journal.note("delivery", delivery.head())
        return False

    def attempted(self, delivery: Delivery, attempt: Attempt, fields: Mapping[str, str]) -> None:
        """Take the result of an attempt; `fields` are those of the response by lower-case name."""
        delivery.attempts.append(attempt)
        del delivery.attempts[:-MOST_ATTEMPTS]
        self._close(delivery)
        if delivery.state != "pending":
            return
        policy = self._world(delivery).api.behaviour.delivery
        if attempt.is_one_of(policy.gone):
            delivery.state = "disabled"
        elif attempt.is_one_of(policy.success):
            delivery.state = "delivered"
        else:
            delivery.failures += 1
            if delivery.failures > len(policy.retries):
                delivery.state = "failed"
            else:
                given = retry_after(fields.get("retry-after"), attempt.at)
                asked = timedelta(seconds=min(given or 0, _LONGEST_WAIT))
                pause = max(policy.retries[delivery.failures - 1], asked)
                # Somebody may have moved the time since.
                self._later(delivery, pause - (self._space.now() - attempt.now))
        self._track(delivery, attempt)
        self._space.journal.note("delivery", delivery.head())
        if delivery.copies and delivery.state == "delivered":
            delivery.copies -= 1
            delivery.state = "pending"
            self._send(delivery)
        if delivery.state != "pending":
            self._settle(delivery)

    def close(self) -> None:
        """Send nothing more: the space is gone."""
        for delivery in (d for d in (*self._kept, *self.open) if d.state == "pending"):
            delivery.state, delivery.reason = "dropped", "the space was made anew or removed"
        self._room.close()
        self.open.clear()
        self._waiting.clear()
        self.ready.clear()
        self._pending = Pending(self._room)

    def inherit(self, before: Receiver) -> None:
        """Keep what those of the space before have kept, and go on with their numbers."""
        assert isinstance(before, Deliveries), "all spaces have deliveries of one kind"
        self.last, self.dropped = before.last, before.dropped
        for delivery in before._kept:
            self._keep(delivery)

    def kept(self) -> list[Delivery]:
        """Those that are kept, the newest last."""
        return [*self._kept]

    def passing(self) -> Callable[[float], datetime]:
        """The time in the space some seconds from now, if nobody moves it."""
        after: Callable[[float], datetime] = self._space.clock.passing()
        return after

    def timeout(self, delivery: Delivery) -> float:
        """How many seconds an attempt may take."""
        documented = self._world(delivery).api.behaviour.delivery.timeout
        return documented.total_seconds() if documented is not None else TIMEOUT

    def _make(
        self, world: World, subscription: Subscription, record: Record, emission: Emission
    ) -> None:
        self.last += 1
        vendor, number = emission.vendor, self.last
        if vendor not in self._payloads:
            self._payloads[vendor] = Payloads(world.api, str(self._space.seed))
        delivery = Delivery(
            number, identifier("", f"{self._space.seed}\0delivery", number, is_uuid=True),
            # Its record is not needed any more.
            emission._replace(value=None), About(vendor, subscription.resource, record.id),
            address(record, subscription), hops=self._space.hops + 1,
        )  # fmt: skip
        try:
            delivery.payload = self._payloads[vendor].payload(
                emission, number, subscription, record.value
            )
            self._address(delivery)
        except GreenroomError as error:
            delivery.state, delivery.reason = "failed", str(error)
        self._keep(delivery)
        if delivery.state == "pending":
            self._begin(delivery)
        if delivery.state != "pending":
            self._settle(delivery)
            self._space.journal.note("delivery", delivery.head())

    def _begin(self, delivery: Delivery) -> None:
        """Send a new delivery, unless there are too many or a fault happens to it."""
        event, vendor = delivery.emission.event, delivery.emission.vendor
        waiting = self._waiting[delivery.subscription]
        is_full = len(self.open) >= MOST_OPEN or waiting >= MOST_WAITING
        if is_full or not self._pending.takes(delivery, MOST_WAITING):
            delivery.state, delivery.reason = "dropped", "too many are to be sent already"
            return
        fault = self._space.faults.take(
            lambda match: (
                match.get("event") in ("*", event) and match.get("vendor") in (None, vendor)
            )
        )
        delay = planned(delivery, fault)
        if delivery.state == "pending" and delay is not None:
            self._later(delivery, delay)
        elif delivery.state == "pending":
            for each in self._held.released(delivery, str(self._space.seed)):
                self._send(each)

    def _address(self, delivery: Delivery) -> None:
        """Find out where a delivery goes, by the address that its subscription has now."""
        record, subscription = self._registered(delivery)
        try:
            if record is None:
                _, resource, id = delivery.subscription
                raise ReceiverError(f"{resource} {id} is not there any more")
            if delivery.hops > MOST_HOPS and not delivery.by_hand:
                raise ReceiverError(f"{MOST_HOPS} webhooks led to it, each to a server of mocks")
            url = value_at(record.value, subscription.url)
            delivery.destination = self._receivers().allowed(url)
        except ReceiverError as error:
            delivery.state, delivery.reason = "withheld", str(error)

    def _send(self, delivery: Delivery) -> None:
        self._pending.hold(delivery)
        order = self._world(delivery).api.behaviour.delivery.order
        if order == "fifo" and not self._pending.is_first(delivery):
            return
        if delivery not in self.open:
            self.open.add(delivery)
            self._waiting[delivery.subscription] += 1
        self.ready.append(delivery)

    def _close(self, delivery: Delivery) -> None:
        if delivery in self.open:
            self.open.discard(delivery)
            self._waiting -= Counter((delivery.subscription,))

    def _settle(self, delivery: Delivery) -> None:
        if (following := self._pending.settle(delivery)) is not None:
            self._send(following)

    def _later(self, delivery: Delivery, delay: timedelta) -> None:
        agenda = self._space.agenda
        if delay <= timedelta():
            self._send(delivery)
            return
        try:
            due = self._space.now() + delay
        except OverflowError:
            delivery.state, delivery.reason = "failed", "it would be due when no clock tells time"
            return
        if len(agenda) >= agenda.most:
            delivery.state, delivery.reason = "failed", "the agenda of the space is full"
        else:
            agenda.add(due, delivery)

    def _keep(self, delivery: Delivery) -> None:
        while self._kept and (
            len(self._kept) >= MOST_KEPT or self._size + delivery.size > MOST_BYTES
        ):
            self._forget()
        if not self._room.add(delivery):
            while self._kept:
                self._forget()
            self.dropped += 1
            return
        self._kept.append(delivery)
        self._size += delivery.size

    def _forget(self) -> None:
        gone = self._kept.popleft()
        self._size -= gone.size
        self._room.remove(gone)
        self.dropped += 1

    def _world(self, delivery: Delivery) -> World:
        world: World = self._space.world(delivery.emission.vendor)
        return world

    def _registered(self, delivery: Delivery) -> tuple[Record | None, Subscription]:
        """The record that registered a receiver, if it is still there, and what it tells."""
        world, about = self._world(delivery), delivery.subscription
        subscription = world.api.behaviour.resources[about.resource].subscription
        assert subscription is not None, "only such resources have deliveries"
        return world.get(about.resource, about.id), subscription

    def _track(self, delivery: Delivery, attempt: Attempt) -> None:
        """Write into the record of a subscription what the vendor shows of its deliveries."""
        world, about = self._world(delivery), delivery.subscription
        record, subscription = self._registered(delivery)
        if record is None:
            return
        example = world.api.makers[about.resource].base.record
        value = tracked(record.value, subscription, delivery.state, attempt, example)
        if value is record.value:
            return
        after = record.changed(value)
        with suppress(FullError):
            world.commit([store.Change(about.resource, record, after)])
            self._space.journal.note("record", Change(*about, after.version, {}, {}))
