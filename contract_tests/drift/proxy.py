"""A server on this machine that responds as the mock does, except for one drift at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom.http.exchange import Request, Response
from greenroom.mock.addresses import base_path, origin
from greenroom.server.run import Server, listen

from .mutation import Mutation
from .original import Original, response_of

_HOST = "127.0.0.1"
_START_SECONDS = 10
_OPERATION = "x-greenroom-operation"
# Statuses that carry no content (RFC 9110 section 6.4.1).
_BARE = (204, 205, 304)


class Proxy:
    """An ASGI application in front of the mock of a contract.

    `mutation` changes the responses of its operation; all others stay as they are. `changed` counts
    the responses that it changed.
    """

    def __init__(self, original: Original) -> None:
        self._original = original
        self.mutation: Mutation | None = None
        self.changed = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request (ASGI 3)."""
        if scope["type"] != "http" or self.mutation is None:
            await self._original.app(scope, receive, send)
            return
        body, messages = await _body(receive), []

        async def again() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def keep(message: Any) -> None:
            messages.append(message)

        await self._original.app(scope, again, keep)
        for message in self._passed(scope, body, messages):
            await send(message)

    def _passed(self, scope: Any, body: bytes, messages: list[Any]) -> list[Any]:
        response, mutation = response_of(messages), self.mutation
        if mutation is None or response.header(_OPERATION) != mutation.operation:
            return messages
        changed = mutation.apply(_request(scope, body), response)
        if changed == response:
            return messages
        self.changed += 1
        return _messages(changed, bare=scope["method"] == "HEAD")


class DriftingServer:
    """The mock of one contract behind a proxy, served in a thread: a context manager.

    `base_url` takes the place of the vendor's.
    """

    def __init__(self, contract: Contract) -> None:
        self.original = Original(contract)
        self.proxy = Proxy(self.original)
        self._socket = listen(_HOST, 0)
        address = origin(_HOST, self._socket.getsockname()[1])
        self.base_url = address + base_path(contract, at_root=False)
        self._ready = threading.Event()
        self._server = Server(self.proxy, self._ready.set)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="drift", daemon=True
        )

    def __enter__(self) -> DriftingServer:
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise GreenroomError(f"the server did not start within {_START_SECONDS} seconds")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    @contextmanager
    def drifting(self, mutation: Mutation | None) -> Iterator[Proxy]:
        """Serve with a mutation; without one the server conforms."""
        self.proxy.mutation, self.proxy.changed = mutation, 0
        try:
            yield self.proxy
        finally:
            self.proxy.mutation = None


async def _body(receive: Any) -> bytes:
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(chunks)


def _request(scope: Any, body: bytes) -> Request:
    headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
    path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
    url = f"http://{_HOST}{path}{f'?{query}' if query else ''}"
    return Request(scope["method"], url, headers, body)


def _messages(response: Response, bare: bool) -> list[Any]:
    body = b"" if response.status in _BARE else response.body
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers
        if name.lower() != "content-length"
    ]
    if response.status not in _BARE:
        headers.append((b"content-length", str(len(body)).encode()))
    return [
        {"type": "http.response.start", "status": response.status, "headers": headers},
        {"type": "http.response.body", "body": b"" if bare else body},
    ]
