"""The replicas of a process, each held by one task at a time."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from ..contract.model import Operation
from .replica import Replica
from .spaces import SharedSpaces
from .store import ConflictError, Store, StoreError

_T = TypeVar("_T")
# How often something is done again because others were faster, and the longest pause, in seconds.
MOST_TRIES, _LONGEST_PAUSE = 64, 0.05
logger = logging.getLogger("greenroom")


class Replicas:
    """The replicas of a process. `digest` is that of the contracts that all processes must have.

    `idle` is how long a space lives without a request, in seconds; `retries` counts what was done
    again because another process was faster. `operation` finds one by vendor and id.
    """

    def __init__(
        self,
        store: Store,
        spaces: SharedSpaces,
        digest: str,
        idle: float,
        operation: Callable[[str, str], Operation | None],
    ) -> None:
        self.store, self.spaces, self.digest, self.idle = store, spaces, digest, idle
        self.operation = operation
        self.retries, self._token = 0, secrets.token_hex(4)
        self.store_id = ""
        self._all: dict[str, Replica] = {}
        spaces.is_held = self._is_held

    @property
    def owner(self) -> str:
        """The name of this process, which may be a copy of another one."""
        return f"{self._token}-{os.getpid()}"

    def of(self, name: str) -> Replica:
        """The replica of a name, for whoever holds its lock."""
        if name not in self._all:
            if len(self._all) > 2 * self.spaces.most:
                for other in [*self._all]:
                    if self.spaces.held(other) is None and not self._is_held(other):
                        del self._all[other]
            self._all[name] = Replica(name, self)
        return self._all[name]

    async def run(
        self,
        name: str,
        work: Callable[[Replica], _T | Awaitable[_T]],
        follow: bool = False,
        anew: bool = False,
    ) -> _T:
        """What `work` gives, done in the space as it is, and committed.

        It is done again where another process was faster. Raises StoreError.
        """
        if not self.store_id:
            self.store_id = await self.store.id()
        replica = self.of(name)
        replica.users += 1
        try:
            return await self._run(replica, work, follow, anew)
        finally:
            replica.users -= 1

    async def _run(
        self,
        replica: Replica,
        work: Callable[[Replica], _T | Awaitable[_T]],
        follow: bool,
        anew: bool,
    ) -> _T:
        async with replica.lock:
            replica.done = None
            for number in range(MOST_TRIES):
                await replica.pull(follow, anew)
                try:
                    found = work(replica)
                    done: Any = await found if isinstance(found, Awaitable) else found
                    await replica.commit()
                except ConflictError:
                    self.retries += 1
                    await asyncio.sleep(random.random() * min(0.001 * 2**number, _LONGEST_PAUSE))
                except BaseException:
                    replica.invalidate()
                    raise
                else:
                    result: _T = done
                    return result
        name = replica.name
        raise StoreError(f"others have changed the space {name} {MOST_TRIES} times meanwhile")

    async def is_other(self, known: str) -> bool:
        """Whether the store is not the one that was known but a new one, which is logged once."""
        before, self.store_id = self.store_id, await self.store.id()
        if before != self.store_id:
            text = f"the store {self.store.shown} is empty: all spaces are new"
            logger.warning("store", extra={"members": {"warnings": [text]}})
        return known != self.store_id

    def _is_held(self, name: str) -> bool:
        return name in self._all and self._all[name].users > 0
