"""Time in spaces: what is due happens at its moment, and the webhooks that it sends go out."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary, ref

from ...errors import GreenroomError
from ...http.timestamps import WRITTEN
from ...state.life.emission import Transition
from ...state.space import Space
from ...state.spaces import IDLE_SECONDS, Spaces
from ...webhooks.deliveries import Deliveries
from ...webhooks.delivery import Delivery
from ...webhooks.worker import Sending, Worker

MOST_SECONDS, SETTLE_SECONDS = 30.0, 5.0
# Of one advance, as MOST_SECONDS are; states can follow each other for ever.
MOST_STEPS = 100_000
MOST_SHOWN, MOST_SHOWN_BYTES = 10_000, 32 * 1024 * 1024
# How often others get a turn while much is due, in steps.
_TURN = 100
_PAUSE_SECONDS = 0.005


class TimeError(GreenroomError):
    """A space whose time cannot be moved so; `status` is that of a response."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Advanced:
    """What happened while time was moved, the newest last.

    `pending` are deliveries that are not attempted yet, and what was not done.
    """

    transitions: deque[Transition] = field(default_factory=lambda: deque(maxlen=MOST_SHOWN))
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=MOST_SHOWN))
    pending: int = 0


class Living:
    """Runs what is due in spaces; everything else hands it a time, and waits."""

    def __init__(self, spaces: Spaces) -> None:
        self._spaces = spaces
        self._worker = self._make_worker()
        self._advancing: set[Space] = set()
        self._timers: WeakKeyDictionary[Space, asyncio.TimerHandle] = WeakKeyDictionary()

    def leave(self, space: Space) -> None:
        """Send the webhooks of what was done in a space, and wait for what is due next there.

        Without an event loop they stay until there is one.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._submitted(space)
        if (timer := self._timers.pop(space, None)) is not None:
            timer.cancel()
        due = space.next_due() if space not in self._advancing else None
        seconds = space.clock.seconds_until(due) if due is not None else None
        if seconds is not None:
            # A space that waits for something is used, and must not be forgotten.
            delay = min(seconds, IDLE_SECONDS / 2)
            self._timers[space] = loop.call_later(delay, self._wake, ref(space))

    async def advance(self, space: Space, to: datetime, seconds: float = MOST_SECONDS) -> Advanced:
        """Move the time of a space, which stands at each moment at which something is due.

        Then what is due there happens, and its webhooks are attempted, for some `seconds` of wall
        time at most; the others are attempted later. Raises TimeError for a moment that is past,
        and, with the status 409, while another one does so.
        """
        if space in self._advancing:
            raise TimeError(409, f"the time of {space.name} is being moved already")
        if to < space.now():
            raise TimeError(400, f"{to:{WRITTEN}} is before now, {space.now():{WRITTEN}}")
        self._advancing.add(space)
        try:
            return await self._advanced(space, to, seconds)
        finally:
            self._advancing.discard(space)
            if space.clock.standing is not None:
                space.clock.move(space.clock.standing)
            self.leave(space)

    async def _advanced(self, space: Space, to: datetime, seconds: float) -> Advanced:
        done, began = Advanced(), time.monotonic()
        deadline, latest = began + seconds, began + MOST_SECONDS
        events, tried = set[int](), dict[Delivery, None]()
        deliveries = deliveries_of(space)
        space.clock.standing = min(space.now(), to)
        sendings: list[Sending] = []
        size = 0
        for number in range(1, MOST_STEPS + 1):
            due = space.next_due()
            if sendings and (due is None or due > space.now()):
                # All of a moment has happened. Receivers may add to what is due then.
                await self._wait(space, sendings, deadline - time.monotonic())
                sendings.clear()
            result = space.step(to)
            if result is None:
                # Somebody may have let it run on meanwhile.
                space.clock.move(max(to, space.now()))
                break
            if result.due is not None and deliveries is not None:
                deliveries.due(result.due)
            if not await self._commit(space):
                continue
            done.transitions += result.transitions
            events |= {emission.number for emission in result.emissions}
            begun = self._submitted(space)
            sendings += begun
            for sending in begun:
                size += 0 if sending.delivery in tried else sending.delivery.size
                tried[sending.delivery] = None
            while size > MOST_SHOWN_BYTES:
                oldest = next(iter(tried))
                del tried[oldest]
                size -= oldest.size
            if number % _TURN == 0:
                await self._turn(space)
                if time.monotonic() > latest:
                    break
        if space.clock.standing is not None:
            done.pending += len(space.agenda)
        if deliveries is not None:
            tried |= {each: None for each in deliveries.kept() if each.emission.number in events}
            done.pending += len(deliveries.open)
        done.deliveries.extend(sorted(tried, key=lambda each: each.number))
        return done

    async def settle(self, space: Space, seconds: float = SETTLE_SECONDS) -> int:
        """Wait until all deliveries that are due are attempted; how many are not in time."""
        self.leave(space)
        deliveries, deadline = deliveries_of(space), time.monotonic() + seconds
        if deliveries is None:
            return 0
        while deliveries.open and time.monotonic() < deadline:
            await asyncio.sleep(_PAUSE_SECONDS)
        return len(deliveries.open)

    def _make_worker(self) -> Worker:
        return Worker()

    async def _commit(self, space: Space) -> bool:
        """Whether a step is done; if not, what is due has to be looked at again."""
        return True

    async def _turn(self, space: Space) -> None:
        """Let others have their turn."""
        await asyncio.sleep(0)

    async def _wait(self, space: Space, sendings: list[Sending], seconds: float) -> None:
        """Wait for attempts, for some seconds at most."""
        await ended(sendings, seconds)

    def _submitted(self, space: Space) -> list[Sending]:
        deliveries = deliveries_of(space)
        if deliveries is None or not deliveries.ready:
            return []
        return self._worker.submit(deliveries)

    def _wake(self, waiting: ref[Space]) -> None:
        space = waiting()
        if space is not None and self._spaces.get(space.name) is space:
            del self._timers[space]
            self._spaces.use(space.name)
            space.catch_up(_TURN)
            self.leave(space)


def deliveries_of(space: Space) -> Deliveries | None:
    """The deliveries of a space, None for one that gives the documented examples."""
    return space.deliveries if isinstance(space.deliveries, Deliveries) else None


async def ended(sendings: list[Sending], seconds: float) -> None:
    """Wait until all are attempted, for some seconds at most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            # Copies, and what had to wait for another, belong to the same moment.
            for sending in sendings:
                await sending.ended.wait()
                sendings += sending.following
