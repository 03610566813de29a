"""Calls of httpx and httpx2 clients to a server of this process: no socket, no waiting."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from ..server.background import BackgroundServer

    # Both libraries declare base classes of the same form; an object can only have one of them.
    _Transport = Any
else:
    _Transport = object


class InProcessTransport(_Transport):  # type: ignore[misc]
    """A transport for `Client` and `AsyncClient` of httpx and httpx2."""

    def __init__(self, server: BackgroundServer) -> None:
        self._server = server
        self._lock = threading.Lock()

    def handle_request(self, request: Any) -> Any:
        """The response to a request of a `Client`."""
        request.read()
        loop, call = self._server.loop, _Call(request, self._server)
        if loop is None:
            with self._lock:
                _drive(call.run())
        else:
            asyncio.run_coroutine_threadsafe(call.run(), loop).result()
        return call.response()

    async def handle_async_request(self, request: Any) -> Any:
        """The response to a request of an `AsyncClient`."""
        await request.aread()
        loop, call = self._server.loop, _Call(request, self._server)
        if loop is None:
            with self._lock:
                _drive(call.run())
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call.run(), loop))
        return call.response()

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> InProcessTransport:
        return self

    async def __aenter__(self) -> InProcessTransport:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    async def __aexit__(self, *_: object) -> None:
        pass


class _Call:
    """One ASGI call (ASGI 3)."""

    def __init__(self, request: Any, server: BackgroundServer) -> None:
        self._request, self._app = request, server.app
        self._started: Mapping[str, Any] = {}
        self._body: list[bytes] = []

    async def run(self) -> None:
        """Have the application respond."""
        target: bytes = self._request.url.raw_path
        path, _, query = target.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": "http",
            "path": unquote(path.decode("ascii")),
            "raw_path": path,
            "query_string": query,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "client": ("127.0.0.1", 0),
            "server": (self._request.url.host, self._request.url.port),
        }
        messages = iter([{"type": "http.request", "body": self._request.content}])

        async def receive() -> Any:
            return next(messages, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._started = message
            else:
                self._body.append(message.get("body", b""))

        await self._app(scope, receive, send)

    def response(self) -> Any:
        """The response as the library of the request has it."""
        library = sys.modules[type(self._request).__module__.partition(".")[0]]
        return library.Response(
            self._started["status"],
            headers=[*self._started["headers"]],
            content=b"".join(self._body),
            request=self._request,
        )


def _drive(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that never waits; one that does needs the loop of a started server."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("this response takes time: use the URL of the mock, which starts a server")
