"""A connection of a caller: requests and responses of HTTP/1.1, bounded in bytes and time.

uvicorn is not used: it changes the case of field names, and the reason phrase.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress

import h11

from greenroom.mock.response.prepared import PreparedResponse, phrase, problem

Fields = Iterable[tuple[bytes, bytes]]
# Bytes of a head, and received bytes that nobody has asked for yet.
_MOST_HEAD = 64 * 1024
_MOST_UNREAD = 256 * 1024
_MOST_CONNECTIONS = 200
# Connections over that number that get a response; further ones are closed without.
_REFUSED_AT_ONCE = 16
# Seconds for a head, from the end of the response before; without progress in a body or a
# response; and for what a caller still sends after its response.
_HEAD_SECONDS, _IDLE_SECONDS, _LINGER_SECONDS = 30.0, 30.0, 2.0


class Connection(asyncio.Protocol):
    """Calls `handle` with itself and the head of each request, and cancels it if the caller leaves.

    `all_open` are the connections of the server.
    """

    def __init__(
        self,
        handle: Callable[[Connection, h11.Request], Awaitable[None]],
        all_open: set[Connection],
    ) -> None:
        self._handle = handle
        self._open = all_open
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_MOST_HEAD)
        self._received = bytearray()
        self._arrived, self._writable = asyncio.Event(), asyncio.Event()
        self._writable.set()
        self._method = b""
        self._in_exchange = self._last = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve, unless there are too many connections."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # asyncio knows only sockets with an explicit protocol. Without it a body waits for the
        # acknowledgement of its head.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._open.add(self)
        excess = len(self._open) - _MOST_CONNECTIONS
        self.task = asyncio.create_task(self._serve(is_refused=excess > 0))
        if excess > _REFUSED_AT_ONCE:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is being done for the caller."""
        self._open.discard(self)
        self.task.cancel()

    def data_received(self, data: bytes) -> None:
        """Keep a piece until it is asked for."""
        self._received += data
        if len(self._received) > _MOST_UNREAD:
            self._transport.pause_reading()
        self._arrived.set()

    def pause_writing(self) -> None:
        """The caller reads slowly."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The caller has read."""
        self._writable.set()

    async def body(self) -> AsyncIterator[bytes]:
        """The body of the request in pieces. Raises h11.RemoteProtocolError and TimeoutError."""
        while isinstance(event := await self._event(_IDLE_SECONDS), h11.Data):
            yield bytes(event.data)

    async def begin(self, status: int, reason: bytes, fields: Fields) -> None:
        """Send the head of a response."""
        await self._send(h11.Response(status_code=status, headers=list(fields), reason=reason))

    async def send(self, piece: bytes) -> None:
        """Send a piece of the body."""
        await self._send(h11.Data(data=piece))

    async def end(self) -> None:
        """End the response."""
        await self._send(h11.EndOfMessage())

    async def respond(self, response: PreparedResponse) -> None:
        """Send a whole response of our own."""
        await self.begin(response.status, phrase(response.status).encode(), response.headers)
        if self._method != b"HEAD":
            await self.send(response.body)
        await self.end()

    @property
    def has_begun(self) -> bool:
        """Whether the head of the response was sent."""
        return self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE)

    def finish(self) -> asyncio.Task[None]:
        """Accept no further request. Returns the task that completes the present one."""
        self._last = True
        if not self._in_exchange:
            self._transport.close()
        return self.task

    def abort(self) -> None:
        """Break the connection, so that the caller sees that a response is not complete."""
        self._transport.abort()

    async def _serve(self, is_refused: bool) -> None:
        try:
            if is_refused:
                await self._fail(503, "too many connections are open")
                return
            while await self._exchange():
                self._http.start_next_cycle()
            await self._linger()
        finally:
            self._transport.close()

    async def _exchange(self) -> bool:
        """Receive a request and have it handled. Returns whether another may follow."""
        try:
            request = await self._event(_HEAD_SECONDS, whole=True)
            if not isinstance(request, h11.Request):
                return False
            self._method, self._in_exchange = request.method, True
            await self._handle(self, request)
        except h11.RemoteProtocolError as error:
            await self._fail(error.error_status_hint, f"the request is not valid HTTP/1.1: {error}")
        except TimeoutError:
            if self._http.trailing_data[0] or self._http.their_state is not h11.IDLE:
                await self._fail(408, "the request did not arrive in time")
        self._in_exchange = False
        states = {self._http.our_state, self._http.their_state}
        return states == {h11.DONE} and not (self._last or self._transport.is_closing())

    async def _fail(self, status: int, detail: str) -> None:
        if self.has_begun:
            self.abort()
        else:
            await self.respond(problem(status, detail, ((b"connection", b"close"),)))

    async def _linger(self) -> None:
        """Drop what is still sent, or the caller might lose the response (RFC 9112 section 9.6)."""
        if self._http.their_state is h11.SEND_BODY and not self._transport.is_closing():
            self._transport.write_eof()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LINGER_SECONDS):
                    while True:
                        await self._piece()

    async def _event(self, seconds: float, whole: bool = False) -> object:
        """The next event of the request, all of it or each piece of it within some seconds."""
        async with asyncio.timeout(seconds) as limit:
            while (event := self._http.next_event()) is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    await self._send(h11.InformationalResponse(status_code=100, headers=[]))
                piece = await self._piece()
                if not whole:
                    limit.reschedule(asyncio.get_running_loop().time() + seconds)
                self._http.receive_data(piece)
        return event

    async def _piece(self) -> bytes:
        while not self._received:
            self._transport.resume_reading()
            self._arrived.clear()
            await self._arrived.wait()
        piece = bytes(self._received)
        self._received.clear()
        return piece

    async def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data and not self._transport.is_closing():
            self._transport.write(data)
            try:
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._writable.wait()
            except TimeoutError:
                self.abort()
