"""Calls of httpx and httpx2 clients to a server of this process: no socket, no waiting."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine
from typing import Any
from urllib.parse import unquote

import httpx2

from ..server.background import BackgroundServer
from ..server.space_access import DRIVEN

# A stream, or an error of ours, for which connexion wants one.
_NO_LOOP = "this response needs an event loop: use the mock's URL, which starts a server"


class InProcessTransport(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport for `Client` and `AsyncClient`, those of httpx too, which asks for no more.

    A server that is started runs the call itself, so that nothing is done twice at a time.
    """

    def __init__(self, server: BackgroundServer) -> None:
        self._server = server
        self._lock = threading.Lock()

    def handle_request(self, request: Any) -> Any:
        """The response to a request of a `Client`."""
        request.read()
        loop = self._server.loop
        call = _call(self._server.app, request, loop is None)
        if loop is None:
            return self._driven(call)
        return asyncio.run_coroutine_threadsafe(call, loop).result()

    async def handle_async_request(self, request: Any) -> Any:
        """The response to a request of an `AsyncClient`."""
        await request.aread()
        loop = self._server.loop
        call = _call(self._server.app, request, loop is None)
        if loop is None:
            return self._driven(call)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call, loop))

    def _driven(self, call: Coroutine[Any, Any, Any]) -> Any:
        """The response of a call that waits for nothing, which only a stream does."""
        with self._lock:
            try:
                call.send(None)
            except StopIteration as done:
                return done.value
            except RuntimeError as error:
                raise RuntimeError(_NO_LOOP) from error
            call.close()
        raise RuntimeError(_NO_LOOP)


async def _call(app: Any, request: Any, driven: bool) -> Any:
    """The response of an application (ASGI 3), as the library of the request has it."""
    path, _, query = request.url.raw_path.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 0),
        "server": (request.url.host, request.url.port),
        **({DRIVEN: True} if driven else {}),
    }
    received = iter([{"type": "http.request", "body": request.content}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(received, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    content = b"".join(part.get("body", b"") for part in parts)
    library = sys.modules[type(request).__module__.partition(".")[0]]
    return library.Response(start["status"], headers=[*start["headers"]], content=content)
