"""Keep-alive connections over loopback that send one request after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

from .exchange import Response, WrongResponseError
from .reading import parse

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 30.0
# A connection may still wait for the last of its responses when the time is up.
_GRACE_SECONDS = 10.0

# What a source needs to check the response to a request.
Sent = TypeVar("Sent")


class Source(Protocol[Sent]):
    """Where connections get their requests from, and where the responses go."""

    stopping: bool

    def next_request(self) -> tuple[bytes, Sent]:
        """A request, and what is needed to check its response."""

    def take(self, sent: Sent, response: Response, seconds: float) -> None:
        """Take a response and its latency. Raises WrongResponseError for a wrong one."""

    def fail(self, reason: str) -> None:
        """Handle a connection that broke."""


Send = Callable[[bytes], Awaitable[Response]]


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Send]:
    """A connection, as a function that sends a request. It raises OSError or WrongResponseError."""
    reader, writer = await asyncio.open_connection(_HOST, port)

    async def send_one(request: bytes) -> Response:
        writer.write(request)
        received = b""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (response := parse(received)) is None:
                piece = await reader.read(65536)
                if not piece:
                    raise ConnectionResetError("the server closed the connection")
                received += piece
        return response

    try:
        yield send_one
    finally:
        writer.close()


async def send(port: int, request: bytes) -> Response:
    """Send one request on a new connection. Raises OSError or WrongResponseError."""
    async with connected(port) as send_one:
        return await send_one(request)


@asynccontextmanager
async def sending(port: int, count: int, source: Source[Sent]) -> AsyncIterator[None]:
    """Connections that send requests until the block ends. Raises OSError."""
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(lambda: Connection(source), _HOST, port))[1]
        for _ in range(count)
    ]
    try:
        for connection in connections:
            connection.send_next()
        yield
        source.stopping = True
        await asyncio.wait([c.closed for c in connections], timeout=_GRACE_SECONDS)
    finally:
        for connection in connections:
            connection.close()


class Connection(asyncio.Protocol, Generic[Sent]):
    """One connection, one request under way at a time, until the source is stopping."""

    def __init__(self, source: Source[Sent]) -> None:
        self._source = source
        self._received = b""
        self._began = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def send_next(self) -> None:
        """Send the next request."""
        request, self._sent = self._source.next_request()
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        received = self._received + data if self._received else data
        try:
            response = parse(received)
            if response is None:
                self._received = received
                return
            self._received = b""
            self._source.take(self._sent, response, now - self._began)
        except (WrongResponseError, ValueError) as error:
            self._fail(str(error))
            return
        if self._source.stopping:
            self._transport.close()
        else:
            self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._source.stopping and not self.closed.done():
            self._source.fail(f"the server closed the connection: {exc or 'no reason given'}")
        if not self.closed.done():
            self.closed.set_result(None)

    def close(self) -> None:
        """Close at once."""
        self._source.stopping = True
        self._transport.abort()

    def _fail(self, reason: str) -> None:
        self.closed.set_result(None)
        self._source.fail(reason)
        self._transport.abort()
