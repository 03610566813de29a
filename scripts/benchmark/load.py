"""One round of load: connections send requests all the time, and every response is checked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count

from .connection import sending
from .exchange import Exchange, Limits, Response, Sample, WrongResponseError

_PATIENCE_SECONDS = 30.0
# They continue from round to round, so that no server gets the same request twice.
_numbers = count()
_MOST_NUMBERS = 10**8


async def measure(
    port: int,
    exchange: Exchange,
    limits: Limits,
    cpu_seconds: Callable[[], float | None],
    awake: bool = True,
) -> Sample:
    """Send requests for a while. Raises WrongResponseError at the first wrong response.

    This process stays `awake`, so that the server does not have to wake it: that would cost it some
    microseconds for a response, the more often the slower it is.
    """
    loop = asyncio.get_running_loop()
    run = _Run(exchange, loop.create_future())
    async with sending(port, limits.connections, run):
        if awake:
            loop.call_soon(run.stay_awake)
        await run.until(limits.warm_up_seconds)
        run.begin(limits.requests)
        spent, own, began = cpu_seconds(), time.process_time(), time.perf_counter()
        await run.until(limits.seconds)
        # On a busy machine a server may get no CPU time for so long.
        while not run.latencies and time.perf_counter() < began + _PATIENCE_SECONDS:
            await run.until(limits.seconds)
        elapsed = time.perf_counter() - began
        own = run.busy if awake else time.process_time() - own
        after, latencies = cpu_seconds(), sorted(run.latencies)
    if not latencies:
        raise WrongResponseError(f"no response within {_PATIENCE_SECONDS:g} s")
    received = len(latencies)
    return Sample(
        rate=received / elapsed,
        p50=latencies[received // 2] * 1e3,
        p99=latencies[received * 99 // 100] * 1e3,
        cpu=None if spent is None or after is None else (after - spent) / received * 1e6,
        generator=own / elapsed,
    )


class _Run:
    """The state that the connections of one round share."""

    def __init__(self, exchange: Exchange, ended: asyncio.Future[None]) -> None:
        self.latencies: list[float] = []
        # Seconds of the turns of the event loop that had responses.
        self.busy = 0.0
        self.stopping = False
        self._turn = (0, 0.0)
        self._exchange = exchange
        self._requests = exchange.requests
        self._kinds = len(exchange.requests)
        self._correct: Response | None = None
        self._most = float("inf")
        self._ended = ended

    def stay_awake(self) -> None:
        """Look for responses again and again."""
        (before, began), now = self._turn, time.perf_counter()
        self._turn = len(self.latencies), now
        if len(self.latencies) > before:
            self.busy += now - began
        if not self.stopping:
            self._ended.get_loop().call_soon(self.stay_awake)

    def next_request(self) -> tuple[bytes, None]:
        """A request that was not sent before."""
        number = next(_numbers) % _MOST_NUMBERS
        return self._requests[number % self._kinds].numbered(number), None

    def begin(self, most: int) -> None:
        """Count from now on."""
        self.latencies, self.busy = [], 0.0
        self._most = most

    def take(self, sent: None, response: Response, seconds: float) -> None:
        """Count a response; one that equals the last correct one is not checked again."""
        if response != self._correct:
            self._exchange.check(response)
            self._correct = response
        self.latencies.append(seconds)
        if len(self.latencies) >= self._most and not self._ended.done():
            self._ended.set_result(None)

    def fail(self, reason: str) -> None:
        """End the round with an error."""
        if not self._ended.done():
            self._ended.set_exception(WrongResponseError(reason))

    async def until(self, seconds: float) -> None:
        """Wait for the end of the time, or of the round."""
        done, _ = await asyncio.wait([self._ended], timeout=seconds)
        for ended in done:
            ended.result()
