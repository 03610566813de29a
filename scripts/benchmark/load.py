"""The load generator: keep-alive connections that repeat one request and check every answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

_HOST = "127.0.0.1"
_CONTENT_LENGTH = b"\r\ncontent-length: "
_PATIENCE_SECONDS = 30.0
# A connection may still wait for the last of its answers when the time is up.
_GRACE_SECONDS = 5.0


class WrongAnswerError(Exception):
    """An answer that is not the one the contract documents, or none at all."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how hard a server is asked; no round sends more than `requests`."""

    connections: int
    seconds: float
    warm_up_seconds: float = 0.2
    requests: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One round: requests a second, latency in milliseconds, CPU in microseconds a request.

    `generator` is the share of a core that the generator itself used: near 1 it is what was
    measured. `cpu` is None where the system does not tell.
    """

    rate: float
    p50: float
    p99: float
    cpu: float | None
    generator: float


async def ask(port: int, request: bytes) -> Answer:
    """Send one request on a connection of its own. Raises OSError or WrongAnswerError."""
    reader, writer = await asyncio.open_connection(_HOST, port)
    try:
        writer.write(request)
        received = b""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while (answer := parse(received)) is None:
                piece = await reader.read(65536)
                if not piece:
                    raise ConnectionResetError("the server closed the connection")
                received += piece
        return answer
    finally:
        writer.close()


async def measure(
    port: int,
    request: bytes,
    expected: Answer,
    limits: Limits,
    cpu_seconds: Callable[[], float | None],
) -> Sample:
    """Repeat a request for a while. Raises WrongAnswerError at the first wrong answer."""
    loop = asyncio.get_running_loop()
    run = _Run(request, expected, loop.create_future())
    connections = [
        (await loop.create_connection(lambda: _Connection(run), _HOST, port))[1]
        for _ in range(limits.connections)
    ]
    try:
        for connection in connections:
            connection.ask()
        await run.until(limits.warm_up_seconds)
        run.begin(limits.requests)
        spent, own, began = cpu_seconds(), time.process_time(), time.perf_counter()
        await run.until(limits.seconds)
        # A machine that is busy with other things may leave a server nothing for so long.
        while not run.latencies and time.perf_counter() < began + _PATIENCE_SECONDS:
            await run.until(limits.seconds)
        elapsed, own = time.perf_counter() - began, time.process_time() - own
        after, latencies = cpu_seconds(), sorted(run.latencies)
        run.stopping = True
        await asyncio.wait([c.closed for c in connections], timeout=_GRACE_SECONDS)
    finally:
        for connection in connections:
            connection.close()
    if not latencies:
        raise WrongAnswerError(f"no answer within {_PATIENCE_SECONDS:g} s")
    count = len(latencies)
    return Sample(
        rate=count / elapsed,
        p50=latencies[count // 2] * 1e3,
        p99=latencies[count * 99 // 100] * 1e3,
        cpu=None if spent is None or after is None else (after - spent) / count * 1e6,
        generator=own / elapsed,
    )


def parse(received: bytes) -> Answer | None:
    """The answer at hand, None while it is incomplete. Raises WrongAnswerError."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    at = head.find(_CONTENT_LENGTH)
    if at < 0:
        raise WrongAnswerError(f"an answer without Content-Length: {head[:200]!r}")
    length = int(head[at + len(_CONTENT_LENGTH) :].partition(b"\r\n")[0])
    if len(received) < end + 4 + length:
        return None
    return Answer(int(head[9:12]), received[end + 4 :])


class _Run:
    """What the connections of one round share."""

    def __init__(self, request: bytes, expected: Answer, ended: asyncio.Future[None]) -> None:
        self.request = request
        self.expected = expected
        self.latencies: list[float] = []
        self.stopping = False
        self._most = float("inf")
        self._ended = ended

    def begin(self, most: int) -> None:
        """Count from now on."""
        self.latencies = []
        self._most = most

    def count(self, seconds: float) -> None:
        """Take note of a right answer."""
        self.latencies.append(seconds)
        if len(self.latencies) >= self._most and not self._ended.done():
            self._ended.set_result(None)

    def fail(self, error: WrongAnswerError) -> None:
        """End the round with an error."""
        if not self._ended.done():
            self._ended.set_exception(error)

    async def until(self, seconds: float) -> None:
        """Wait for the end of the time, or of the round."""
        done, _ = await asyncio.wait([self._ended], timeout=seconds)
        for ended in done:
            ended.result()


class _Connection(asyncio.Protocol):
    """One connection, one request under way at a time."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self._received = b""
        self._asked = 0.0
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def ask(self) -> None:
        """Send the request."""
        self._asked = time.perf_counter()
        self._transport.write(self._run.request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        run = self._run
        received = self._received + data if self._received else data
        try:
            answer = parse(received)
        except (WrongAnswerError, ValueError) as error:
            self._fail(str(error))
            return
        if answer is None:
            self._received = received
            return
        self._received = b""
        if answer != run.expected:
            self._fail(f"expected {run.expected}, got {answer}")
            return
        run.count(now - self._asked)
        if run.stopping:
            self._transport.close()
        else:
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._run.stopping:
            self._fail(f"the server closed the connection: {exc or 'no reason given'}")
        if not self.closed.done():
            self.closed.set_result(None)

    def close(self) -> None:
        """Close at once."""
        self._run.stopping = True
        self._transport.abort()

    def _fail(self, reason: str) -> None:
        self._run.fail(WrongAnswerError(reason))
        self._transport.abort()
