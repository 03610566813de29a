"""Calls of httpx and httpx2 clients to a server of this process: no socket, no waiting."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import unquote

import httpx2

from ..server.background import BackgroundServer
from ..server.space_access import DRIVEN
from . import broken_responses as faults
from .broken_responses import EFFECT, library_of

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
            response, effect = self._driven(call)
        else:
            response, effect = asyncio.run_coroutine_threadsafe(call, loop).result()
        if effect is None:
            return response
        time.sleep(faults.wait(effect, request))
        return faults.disturbed(effect, request, response)

    async def handle_async_request(self, request: Any) -> Any:
        """The response to a request of an `AsyncClient`."""
        await request.aread()
        loop = self._server.loop
        call = _call(self._server.app, request, loop is None)
        if loop is None:
            response, effect = self._driven(call)
        else:
            future = asyncio.run_coroutine_threadsafe(call, loop)
            response, effect = await asyncio.wrap_future(future)
        if effect is None:
            return response
        await asyncio.sleep(faults.wait(effect, request))
        return faults.disturbed(effect, request, response)

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
    """The response of an application (ASGI 3), as the library of the request has it.

    With it comes the effect of a fault, after which there may be no response, or None.
    """
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
        EFFECT: None,
        **({DRIVEN: True} if driven else {}),
    }
    received = iter([{"type": "http.request", "body": request.content}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(received, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    if not sent:
        return None, scope[EFFECT]
    start, *parts = sent
    content = b"".join(part.get("body", b"") for part in parts)
    response = library_of(request).Response(
        start["status"], headers=[*start["headers"]], content=content
    )
    return response, scope[EFFECT]
