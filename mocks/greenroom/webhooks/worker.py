"""Sends the deliveries of all spaces, a bounded number at once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from ..errors import GreenroomError
from ..state.life.emission import About
from .deliveries import Deliveries
from .delivery import Attempt, Delivery
from .delivery_faults import signed
from .destination import Destination
from .sender import send

MOST_AT_ONCE = 32
# At one address, so that one that never answers leaves room for others.
MOST_OF_RECEIVER = 4
# The deliveries of one subscription.
_Key = tuple[Deliveries, About]


@dataclass(slots=True, eq=False)
class Sending:
    """A delivery that is to be attempted; `ended` is set when it was.

    `following` are those that are ready since it was, copies of it for example.
    """

    deliveries: Deliveries
    delivery: Delivery
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    following: list[Sending] = field(default_factory=list)


class Worker:
    """Attempts deliveries: those of one subscription one after another, in order.

    It works in the event loop in which it is used, and ends with it.
    """

    def __init__(self) -> None:
        self._queues: dict[_Key, deque[Sending]] = {}
        self._tasks: dict[_Key, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._rooms: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    def submit(self, deliveries: Deliveries) -> list[Sending]:
        """Attempt what is ready. Raises RuntimeError without an event loop.

        What was submitted in a loop that has ended is attempted too.
        """
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self._tasks.clear()
            self._users.clear()
            self._rooms.clear()
            self._room = asyncio.Semaphore(MOST_AT_ONCE)
        made = []
        while deliveries.ready:
            made.append(sending := Sending(deliveries, deliveries.ready.popleft()))
            key = deliveries, sending.delivery.subscription
            self._queues.setdefault(key, deque()).append(sending)
        for key in self._queues.keys() - self._tasks.keys():
            self._tasks[key] = loop.create_task(self._attempt_all(key))
        return made

    async def _attempt_all(self, key: _Key) -> None:
        """Attempt what is in a queue until that is empty."""
        queue = self._queues[key]
        try:
            while queue:
                await self._attempt(queue[0])
                queue.popleft().ended.set()
            del self._queues[key]
        finally:
            if self._tasks.get(key) is asyncio.current_task():
                del self._tasks[key]

    async def _attempt(self, sending: Sending) -> None:
        delivery = sending.delivery
        receiver = delivery.destination
        assert receiver is not None, "what has no destination is withheld"
        address = receiver.shown.partition("?")[0]
        room = self._rooms.setdefault(address, asyncio.Semaphore(MOST_OF_RECEIVER))
        self._users[address] += 1
        try:
            async with room, self._room:
                await self._in_room(sending, receiver)
        finally:
            self._users[address] -= 1
            if not self._users[address]:
                del self._users[address], self._rooms[address]

    async def _in_room(self, sending: Sending, receiver: Destination) -> None:
        """Attempt one, now that it may be."""
        deliveries, delivery = sending.deliveries, sending.delivery
        if deliveries.begins(delivery):
            attempt, fields = await sent(deliveries, delivery, receiver, time.time())
            deliveries.attempted(delivery, attempt, fields)
            sending.following += self.submit(deliveries)


async def sent(
    deliveries: Deliveries, delivery: Delivery, receiver: Destination, at: float,
) -> tuple[Attempt, dict[str, str]]:  # fmt: skip
    """An attempt, and the header fields of the response by lower-case name."""
    fields: tuple[tuple[str, str], ...] = ()
    now = deliveries.passing()
    try:
        payload, signature = signed(delivery, at)
        about = {"Delivery": delivery.id, "Space": deliveries.space, "Hops": str(delivery.hops)}
        own = ((f"X-Greenroom-{name}", value) for name, value in about.items())
        fields = (*payload.fields, *signature, *own)
        if payload.query:
            receiver = receiver.with_query(payload.query)
        response = await send(
            payload.method, fields, payload.body, receiver, deliveries.timeout(delivery)
        )
    except GreenroomError as error:
        took = max(time.time() - at, 0)
        return Attempt(at, now(took), None, str(error), took * 1000, False, fields), {}
    took, verified = response.seconds, response.is_verified
    attempt = Attempt(at, now(took), response.status, None, took * 1000, verified, fields)
    return attempt, {name.lower(): value for name, value in response.fields}
