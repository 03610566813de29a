"""Time in spaces that several processes share: each step is committed, and work is claimed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from datetime import datetime
from random import random
from typing import Any
from weakref import ref

from ...http.timestamps import WRITTEN
from ...replicas.deliveries import LEASE, SharedDeliveries
from ...replicas.fragments import deliveries_of
from ...replicas.replica import Replica
from ...replicas.replicas import Replicas
from ...replicas.store import ConflictError, StoreError
from ...state.space import Space
from ...webhooks.delivery import Delivery
from ...webhooks.destination import Destination
from ...webhooks.worker import Sending, Worker, sent
from .living import MOST_SECONDS, SETTLE_SECONDS, Advanced, Living, TimeError, ended

# How often each process looks for what others have left undone, in seconds.
POLL_SECONDS = 2.0
_PAUSE_SECONDS = 0.02
# What is caught up with in one commit.
_STEPS = 100


class SharedWorker(Worker):
    """Attempts deliveries that this process has claimed."""

    def __init__(self, replicas: Replicas) -> None:
        super().__init__()
        self._replicas = replicas

    async def _in_room(self, sending: Sending, receiver: Destination) -> None:
        name, number = sending.deliveries.space, sending.delivery.number

        def begin(replica: Replica) -> tuple[SharedDeliveries, Delivery] | None:
            deliveries = replica.space and deliveries_of(replica.space)
            found = deliveries.find(number) if deliveries else None
            if not deliveries or found is None or not deliveries.claim(found):
                return None
            return (deliveries, found) if deliveries.begins(found) else None

        # Where the store is gone the claim ends, and somebody attempts it later.
        with suppress(StoreError):
            begun = await self._replicas.run(name, begin)
            if begun is None or begun[1].destination is None:
                return
            attempt, fields = await sent(*begun, begun[1].destination, time.time())

            def end(replica: Replica) -> SharedDeliveries | None:
                deliveries = replica.space and deliveries_of(replica.space)
                found = deliveries.find(number) if deliveries else None
                if not deliveries or found is None or not deliveries.claim(found):
                    return None
                deliveries.attempted(found, attempt, fields)
                return deliveries

            deliveries = await self._replicas.run(name, end)
            if deliveries is not None:
                sending.following += self.submit(deliveries)


class SharedLiving(Living):
    """Runs what is due in spaces of which this process has replicas.

    Whoever calls it holds the space.
    """

    def __init__(self, replicas: Replicas) -> None:
        self._replicas = replicas
        super().__init__(replicas.spaces)
        self._tasks: set[asyncio.Task[None]] = set()
        self._poll: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Look from now on for what others have left undone."""
        if self._poll is None or self._poll.get_loop() is not asyncio.get_running_loop():
            self._poll = asyncio.create_task(self._polling())

    async def advance(self, space: Space, to: datetime, seconds: float = MOST_SECONDS) -> Advanced:
        """Move the time of a space as in memory; who does so has claimed that.

        Raises TimeError and StoreError.
        """
        replica = self._replicas.of(space.name)
        if replica.done is None:
            claimed = replica.advancing
            if claimed is not None and claimed[1] > time.time():
                raise TimeError(409, f"the time of {space.name} is being moved already")
            if to < space.now():
                raise TimeError(400, f"{to:{WRITTEN}} is before now, {space.now():{WRITTEN}}")
            space.clock.standing = min(space.now(), to)
            self._claim(replica, to.isoformat())
            await replica.commit()
            found = await self._advanced(space, to, seconds)
            # What is done with it may be done again, but not this.
            replica.done = found, space.now()
        self._require_own(replica, space)
        done: Advanced
        done, reached = replica.done
        if space.clock.standing is not None or reached > space.now():
            space.clock.move(max(reached, space.now()))
        replica.advancing = None
        return done

    async def settle(self, space: Space, seconds: float = SETTLE_SECONDS) -> int:
        """Wait until all deliveries that are due are attempted; how many are not in time."""
        replica, deadline = self._replicas.of(space.name), time.monotonic() + seconds
        self.leave(space)
        while True:
            deliveries = replica.space and deliveries_of(replica.space)
            if not deliveries or not deliveries.open or time.monotonic() > deadline:
                return len(deliveries.open) if deliveries else 0
            await _let(replica, asyncio.sleep(_PAUSE_SECONDS))
            await replica.pull()

    def _make_worker(self) -> Worker:
        return SharedWorker(self._replicas)

    async def _commit(self, space: Space) -> bool:
        replica = self._replicas.of(space.name)
        is_done = True
        try:
            self._claim(replica, replica.advancing[2] if replica.advancing else "")
            await replica.commit()
        except ConflictError:
            is_done = False
            await self._pull(replica, space)
        return is_done

    async def _turn(self, space: Space) -> None:
        replica = self._replicas.of(space.name)
        await _let(replica, asyncio.sleep(0))
        await self._pull(replica, space)

    async def _wait(self, space: Space, sendings: list[Sending], seconds: float) -> None:
        replica, deadline = self._replicas.of(space.name), time.monotonic() + seconds
        while not all(each.ended.is_set() for each in sendings):
            left = min(deadline - time.monotonic(), LEASE / 3)
            if left <= 0:
                break
            await _let(replica, ended(sendings, left))
            await self._pull(replica, space)
            # The claim goes on; done again where somebody was faster.
            while not await self._commit(space):
                pass

    async def _pull(self, replica: Replica, space: Space) -> None:
        """Go on with moving the time of a space, if it is still there and nobody else does so."""
        await replica.pull()
        self._require_own(replica, space)

    def _require_own(self, replica: Replica, space: Space) -> None:
        claimed = replica.advancing
        if replica.space is not space or claimed is None or claimed[0] != self._replicas.owner:
            raise TimeError(409, f"{space.name} was made anew, or its time is moved by another")

    def _claim(self, replica: Replica, to: str) -> None:
        replica.advancing = [self._replicas.owner, time.time() + LEASE, to]

    def _wake(self, waiting: ref[Space]) -> None:
        space = waiting()
        if space is not None and self._spaces.get(space.name) is space:
            self._timers.pop(space, None)
            self._start(self._resumed(space.name))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _polling(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS * (0.5 + random()))
            with suppress(StoreError):
                for name in await self._replicas.store.due():
                    taken = await self._replicas.store.take(name, 2 * POLL_SECONDS)
                    self._start(self._resumed(name, taken))

    async def _resumed(self, name: str, taken: int = 0) -> None:
        """Do what is due in a space, and what another process has left undone."""
        with suppress(StoreError, TimeError):
            store = self._replicas.store
            if taken and not await store.has(name):
                await store.forget(name)
                return
            await self._replicas.run(name, self._resume)  # type: ignore[arg-type]
            space, replica = self._spaces.get(name), self._replicas.of(name)
            if space is not None:
                self.leave(space)
            if taken:
                await store.put_off(name, taken, replica.due())

    async def _resume(self, replica: Replica) -> None:
        space, claimed = replica.space, replica.advancing
        if space is None:
            return
        if claimed is not None and claimed[1] <= time.time():
            await self.advance(space, max(space.now(), datetime.fromisoformat(claimed[2])))
        if (deliveries := deliveries_of(space)) is not None:
            deliveries.take_over()
        space.catch_up(_STEPS)


async def _let(replica: Replica, waiting: Awaitable[None]) -> None:
    """Let others have a space while something is waited for."""
    replica.lock.release()
    try:
        await waiting
    finally:
        is_cancelled = False
        while True:
            try:
                await replica.lock.acquire()
                break
            except asyncio.CancelledError:
                is_cancelled = True
        if is_cancelled:
            raise asyncio.CancelledError
