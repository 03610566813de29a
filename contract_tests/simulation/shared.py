"""Random histories of a space in memory, and of one that servers share: the same bytes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import cycle
from typing import Any, ClassVar
from urllib.parse import quote

from contracts import Client
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from greenroom.contract.model import Contract, Operation
from greenroom.state.rules.fault import Fault
from wire import Reply

from .faults import FaultMachine
from .life import START, Key
from .machine import LivingMachine
from .space import SPACE, access_of

_CONTROL = f"/_greenroom/spaces/{SPACE}"
_IN_PATH = {"safe": ""}


class SharedClient(Client):
    """A server that shares spaces by a store, in this process; requests run in an event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, store: str, *contracts: Contract) -> None:
        super().__init__(*contracts, store=store)
        served: Any = self.app
        self.access = access_of(served)

        async def driven(scope: Any, receive: Any, send: Any) -> None:
            loop.run_until_complete(served(scope, receive, send))

        self.app = driven


class SharedMachine(FaultMachine, LivingMachine):
    """Does everything in spaces of a store too, with two servers in turn.

    Each response is compared, and in the end all records. `store` is the URL of the store.
    """

    store: ClassVar[str]

    @initialize()
    def begin(self) -> None:
        """The same new space in both."""
        self._loop = asyncio.new_event_loop()
        self._both = [SharedClient(self._loop, self.store, self.contract) for _ in range(2)]
        self._servers = cycle(self._both)
        self._control("PUT", "", {"now": START.isoformat().replace("+00:00", "Z")})
        super().begin()

    def teardown(self) -> None:
        """Both have the same records."""
        try:
            if hasattr(self, "space"):
                self._has_the_same()
        finally:
            if hasattr(self, "_loop"):
                self._loop.run_until_complete(_ended())
                for server in self._both:
                    redis = server.access._store._redis
                    self._loop.run_until_complete(redis.aclose(close_connection_pool=True))
                self._loop.close()

    def _control(self, method: str, route: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        fields = [("content-type", "application/json")] if content else []
        fields.append(("content-length", str(len(content))))
        reply = next(self._servers).send(method, f"{_CONTROL}{route}", fields, [content])
        assert reply.status < 300, (method, route, reply)
        return reply.json if reply.body else None

    def _catch_up(self) -> None:
        """Do what is due; before a request that happens by itself."""
        self._advance(timedelta())
        self._control("POST", "/clock/advance", {"by": "PT0S"})

    def _has_the_same(self) -> None:
        self._catch_up()
        here = json.loads(json.dumps(self.spaces.snapshot(SPACE)))
        there = self._control("GET", "/snapshot")
        assert there == here, [*_differing(there, here)]

    def _request(
        self, operation: Operation, path: Mapping[str, Any], query: Mapping[str, Any], body: Any
    ) -> Reply:
        here, self.client = self.client, next(self._servers)
        try:
            there = super()._request(operation, path, query, body)
        finally:
            self.client = here
        reply = super()._request(operation, path, query, body)
        assert there == reply
        self.steps["the same bytes"] += 1
        return reply

    def _advance(self, length: timedelta) -> None:
        number = self.space.changes
        super()._advance(length)
        if not length:
            # Every request does so itself.
            return
        told = self._control("POST", "/clock/advance", {"by": f"PT{int(length.total_seconds())}S"})
        assert told["pending"] == 0
        expected = [t for t in self.space.transitions if t.number > number]
        assert told["transitions"] == json.loads(json.dumps([t.document() for t in expected]))

    def _restore(self, data: st.DataObject) -> None:
        count = self.steps["restore"]
        super()._restore(data)
        if self.steps["restore"] > count:
            self._control("PUT", "/snapshot", json.loads(json.dumps(self.spaces.snapshot(SPACE))))

    def _take_snapshot(self) -> None:
        self._has_the_same()
        super()._take_snapshot()

    def _reset(self) -> None:
        super()._reset()
        self._control("POST", "/reset", {})

    def _update(self, key: Key, patch: Any) -> None:
        self._catch_up()
        super()._update(key, patch)
        self._control("PATCH", self._record(key), patch)

    def _transition(self, key: Key, to: str) -> None:
        self._catch_up()
        super()._transition(key, to)
        self._control("POST", f"{self._record(key)}/transition", {"to": to})

    def _record(self, key: Key) -> str:
        return f"/{self.contract.name}/resources/{key[0]}/{quote(key[1], **_IN_PATH)}"

    def _add(self, fault: dict[str, Any]) -> Fault:
        added = super()._add(fault)
        assert self._control("POST", "/faults", fault)["name"] == added.name
        return added

    def _remove(self, fault: Fault) -> None:
        super()._remove(fault)
        self._control("DELETE", f"/faults/{fault.name}")


def _differing(one: Any, other: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The places at which two JSON values differ, with what is there."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            yield from _differing(one.get(name), other.get(name), f"{place}/{name}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from _differing(*pair, f"{place}/{number}")
    elif one != other:
        yield place, one, other


async def _ended() -> None:
    """End what the servers have begun."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    for task in others:
        with suppress(asyncio.CancelledError):
            await task
