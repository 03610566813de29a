"""Forwarding requests of callers to a sandbox, and its responses as they came."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterable

import h11
import httpx2

from greenroom.http.exchange import Fields
from greenroom.mock.response.prepared import PreparedResponse, problem, with_content
from greenroom.printable import plain

from .connection import Connection
from .copies import Copy, Room
from .observer import Observer, Passage
from .permission import NotAllowedError, Permission
from .upstream import Upstream, end_to_end

_HEALTH = b"/_greenroom/health"
# Bytes of a body on which a decision depends.
_MOST_DECIDING = 1024 * 1024
_GRACE_SECONDS = 3
_SWITCH_SECONDS = 0.0005


class Proxy:
    """Serves one vendor at `/<name>`, followed by the vendor's own paths."""

    def __init__(
        self, name: str, upstream: Upstream, permission: Permission, observer: Observer
    ) -> None:
        self._prefix = f"/{name}"
        self._upstream, self._permission, self._observer = upstream, permission, observer
        self._room = Room()
        self._open: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, sock: socket.socket) -> None:
        """Accept requests on a listening socket."""
        # What passes does not wait for the thread that judges what has passed.
        sys.setswitchinterval(_SWITCH_SECONDS)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(self._handle, self._open), sock=sock
        )

    async def stop(self) -> None:
        """Complete what is being forwarded; end what still is after some seconds."""
        if self._server is not None:
            self._server.close()
        tasks = [connection.finish() for connection in tuple(self._open)]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=_GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.wait(tasks)
        await self._upstream.close()

    async def _handle(self, caller: Connection, head: h11.Request) -> None:
        target = head.target.decode("latin-1")
        path = target.partition("?")[0]
        if head.target == _HEALTH:
            await caller.respond(with_content(200, "application/json", b'{"status":"ok"}', ()))
            return
        if not f"{path}/".startswith(f"{self._prefix}/"):
            detail = f"this proxy forwards what is below {self._prefix}/"
            await caller.respond(_problem(404, detail, b"unknown-path"))
            return
        if "#" in target:
            detail = "a request target has no fragment (RFC 9112 section 3.2)"
            await caller.respond(_problem(400, detail, b"fragment"))
            return
        method = head.method.decode("latin-1")
        url = self._upstream.url(target[len(self._prefix) :])
        headers = _to_sandbox(head, self._upstream.host)
        passage = Passage(
            method, url, _texts(headers), Copy(self._room), Copy(self._room), time.time()
        )
        body = caller.body()
        try:
            body = await self._admitted(passage, body)
        except NotAllowedError as error:
            passage.release()
            self._observer.refused(error.operation, str(error))
            detail = plain(f"{error.operation}: {error}" if error.operation else str(error))
            await caller.respond(_problem(403, detail, b"not-allowed"))
            return
        clock = time.monotonic()
        try:
            await self._forward(caller, passage, head.method, headers, body)
        finally:
            passage.seconds = time.monotonic() - clock
            self._observer.passed(passage)

    async def _admitted(self, passage: Passage, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The body to send, of which as much has been received as the decision needs."""
        method, url = passage.method, passage.url
        if not self._permission.needs_body(method, url):
            self._permission.check(method, url, passage.headers)
            return body
        known = b""
        async for piece in body:
            known += piece
            if len(known) > _MOST_DECIDING:
                raise NotAllowedError("", f"the body is larger than {_MOST_DECIDING} bytes")
        self._permission.check(method, url, passage.headers, known)
        return _once(known)

    async def _forward(
        self,
        caller: Connection,
        passage: Passage,
        method: bytes,
        headers: list[tuple[bytes, bytes]],
        body: AsyncIterator[bytes],
    ) -> None:
        try:
            response = await self._upstream.send(
                method, passage.url, headers, _copied(body, passage.sent)
            )
            is_whole = False
            try:
                reason = response.extensions["reason_phrase"]
                fields = end_to_end(response.headers.raw)
                passage.status, passage.reason = response.status_code, reason.decode("latin-1")
                passage.fields = _texts(fields)
                await caller.begin(response.status_code, reason, fields)
                assert isinstance(response.stream, httpx2.AsyncByteStream)
                async for piece in response.stream:
                    await caller.send(piece)
                    passage.received.add(piece)
                is_whole = True
            finally:
                passage.is_longer = await self._upstream.end(response, is_whole)
            await caller.end()
            passage.error = ""
        except asyncio.CancelledError:
            passage.error = "the caller went away, or the proxy was ended"
            raise
        except (h11.RemoteProtocolError, TimeoutError):
            passage.error = "the request of the caller was not complete"
            raise
        except (httpx2.TransportError, h11.LocalProtocolError) as error:
            is_late = isinstance(error, httpx2.TimeoutException)
            passage.error = "no response in time" if is_late else f"no response: {error}"
            if caller.has_begun:
                # The caller has to see that the response is not complete.
                caller.abort()
            else:
                detail = plain(f"the sandbox: {passage.error}")
                status, kind = (504, b"timeout") if is_late else (502, b"unreachable")
                await caller.respond(_problem(status, detail, b"sandbox-" + kind))


def _to_sandbox(head: h11.Request, host: bytes) -> list[tuple[bytes, bytes]]:
    """The header fields to send: one `Host`, one way to see where the body ends, and `Via`."""
    sent = head.headers.raw_items()
    names = {name.lower() for name, _ in sent}
    is_chunked = b"transfer-encoding" in names
    headers = [
        (name, host if name.lower() == b"host" else value)
        for name, value in end_to_end(sent)
        # A server that prefers it would see another request in the body (RFC 9112 section 6.1).
        if not (is_chunked and name.lower() == b"content-length")
    ]
    if b"host" not in names:
        headers.insert(0, (b"Host", host))
    # A gateway has to name itself to the server, but not to its callers (RFC 9110 section 7.6.3).
    headers.append((b"Via", head.http_version + b" greenroom"))
    return [*headers, (b"Transfer-Encoding", b"chunked")] if is_chunked else headers


async def _copied(body: AsyncIterator[bytes], copy: Copy) -> AsyncIterator[bytes]:
    async for piece in body:
        copy.add(piece)
        yield piece


async def _once(body: bytes) -> AsyncIterator[bytes]:
    if body:
        yield body


def _problem(status: int, detail: str, kind: bytes) -> PreparedResponse:
    return problem(status, detail, ((b"x-greenroom-refusal", kind),))


def _texts(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in fields)
