"""Calls of httpx and httpx2 clients to a server of this process: no socket, no waiting."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any
from urllib.parse import unquote

import httpx2

from ..server.background import BackgroundServer

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
        call = _Call(request)
        if self._server.loop is None:
            self._drive(call)
        else:
            coroutine = call.run(self._server.app)
            asyncio.run_coroutine_threadsafe(coroutine, self._server.loop).result()
        return call.response()

    async def handle_async_request(self, request: Any) -> Any:
        """The response to a request of an `AsyncClient`."""
        await request.aread()
        call = _Call(request)
        if self._server.loop is None:
            self._drive(call)
        else:
            coroutine = call.run(self._server.app)
            future = asyncio.run_coroutine_threadsafe(coroutine, self._server.loop)
            await asyncio.wrap_future(future)
        return call.response()

    def _drive(self, call: _Call) -> None:
        """Run a call, which waits for nothing unless its response is a stream."""
        coroutine = call.run(self._server.app)
        with self._lock:
            try:
                coroutine.send(None)
            except StopIteration:
                return
            except RuntimeError as error:
                raise RuntimeError(_NO_LOOP) from error
            coroutine.close()
        raise RuntimeError(_NO_LOOP)


class _Call:
    """A request as an ASGI application receives it, and what it sends."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._messages: list[Any] = []

    async def run(self, app: Any) -> None:
        """Have the application respond (ASGI 3)."""
        request = self._request
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
        }
        received = iter([{"type": "http.request", "body": request.content}])

        async def receive() -> Any:
            return next(received, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            self._messages.append(message)

        await app(scope, receive, send)

    def response(self) -> Any:
        """The response as the library of the request has it."""
        library = sys.modules[type(self._request).__module__.partition(".")[0]]
        start, *parts = self._messages
        content = b"".join(part.get("body", b"") for part in parts)
        return library.Response(start["status"], headers=[*start["headers"]], content=content)
