"""Calls of httpx and httpx2 clients to a server of this process: no socket, no waiting."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
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
        if (loop := self._server.loop) is None:
            response, effect = self._driven(request)
        else:
            call = _call(self._server.app, request)
            response, effect = asyncio.run_coroutine_threadsafe(call, loop).result()
        if effect is None:
            return response
        time.sleep(faults.wait(effect, request))
        return faults.disturbed(effect, request, response)

    async def handle_async_request(self, request: Any) -> Any:
        """The response to a request of an `AsyncClient`."""
        await request.aread()
        if (loop := self._server.loop) is None:
            response, effect = self._driven(request)
        else:
            call = _call(self._server.app, request)
            future = asyncio.run_coroutine_threadsafe(call, loop)
            response, effect = await asyncio.wrap_future(future)
        if effect is None:
            return response
        if seconds := faults.wait(effect, request):
            await asyncio.sleep(seconds)
        return faults.disturbed(effect, request, response)

    def _driven(self, request: Any) -> Any:
        """The response of a call that waits for nothing, which only a stream does.

        The server is started if webhooks are to be sent then.
        """
        then: list[Callable[[], object]] = []
        call = _call(self._server.app, request, **{DRIVEN: then})
        with self._lock:
            try:
                call.send(None)
            except StopIteration as done:
                found = done.value
            except RuntimeError as error:
                raise RuntimeError(_NO_LOOP) from error
            else:
                call.close()
                raise RuntimeError(_NO_LOOP)
        for go_on in then:
            self._server.start()
            assert self._server.loop is not None, "a server that is started has a loop"
            self._server.loop.call_soon_threadsafe(go_on)
        return found


async def _call(app: Any, request: Any, **more: Any) -> Any:
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
        **more,
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
