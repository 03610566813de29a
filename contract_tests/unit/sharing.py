"""Applications in this process that share a fake store, in one event loop of the test."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import fakeredis
import pytest
from living_contract import living

from greenroom.contract.model import Contract
from greenroom.replicas import store
from greenroom.replicas.replicas import Replicas
from greenroom.server.app import build_app, space_access
from greenroom.server.middleware import ServerSettings
from wire import Reply

KEY = {"x-key": "test-key"}
NINE = "2026-01-05T09:00:00Z"
SPACE = "here"


class Node:
    """One application, as a process would have it."""

    def __init__(self, api: Contract, **settings: Any) -> None:
        chosen = ServerSettings(**{"store": "redis://127.0.0.1:1/0", **settings})
        self.api = api
        self.access: Any = space_access([api], chosen)
        self._app = build_app([api], chosen, spaces=self.access)

    @property
    def replicas(self) -> Replicas:
        """The spaces that it shares."""
        found: Replicas = self.access.replicas
        return found

    async def send(
        self, method: str, path: str, value: Any = None, headers: dict[str, str] | None = None
    ) -> Reply:
        """The response to one request; `path` is below the space, or of a control route."""
        body = b"" if value is None else json.dumps(value).encode()
        own = "/acme" if headers else f"/~{SPACE}/acme"
        base = "" if path.startswith("/_greenroom") else own
        target, _, query = f"{base}{path}".partition("?")
        fields = {"host": "127.0.0.1", "content-length": str(len(body)), **KEY, **(headers or {})}
        if body:
            fields["content-type"] = "application/json"
        scope = {
            "type": "http", "method": method, "path": target, "raw_path": target.encode(),
            "query_string": query.encode(), "client": ("127.0.0.1", 5),
            "headers": [(n.encode(), v.encode()) for n, v in fields.items()],
        }  # fmt: skip
        messages = [{"type": "http.request", "body": body}]
        sent: list[Any] = []

        async def receive() -> Any:
            if not messages:
                await asyncio.Event().wait()
            return messages.pop()

        async def collect(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, collect)
        start, end = sent
        headers = {name.decode(): text.decode("latin-1") for name, text in start["headers"]}
        return Reply(start["status"], headers, end.get("body", b""))

    async def control(self, method: str, path: str, value: Any = None) -> Any:
        """The JSON that a control route of the space gives; None without any."""
        reply = await self.send(method, f"/_greenroom/spaces/{SPACE}{path}", value)
        assert reply.status < 300, reply.body
        return reply.json if reply.body else None


class Shared:
    """Nodes with one store; `redis` is a client of it."""

    def __init__(self, server: fakeredis.FakeServer) -> None:
        self.server = server
        self.redis = fakeredis.FakeRedis(server=server)

    def node(self, api: Contract | None = None, **settings: Any) -> Node:
        """One more."""
        return Node(api or living(), **settings)


@contextmanager
def shared_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """A store that is there as long as the block."""
    server = fakeredis.FakeServer(version=(7,))
    monkeypatch.setattr(store, "connected", lambda url: fakeredis.FakeAsyncRedis(server=server))
    yield Shared(server)


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test in an event loop, and end what it has left there."""
    asyncio.run(asyncio.wait_for(work(), 30))
