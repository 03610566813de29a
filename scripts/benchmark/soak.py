"""The state of a load run, and the verdict on it."""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from random import Random
from statistics import median

from .exchange import Response, WrongResponseError
from .mix import OK, SHARES, LoadRequest
from .table import plain

_SCHEDULE = 20_000
_MOST_NUMBERS = 10**8
_MOST_REASONS = 10
# Memory is flat where its median hardly differs between the third and the last quarter of a run:
# in the first half the caches of the server fill, whose size is bounded.
_GROWTH = 1.02
_SETTLING = 2


@dataclass(slots=True)
class Soak:
    """The requests, their maximum number, and the results so far; `memory` is in MB over time."""

    requests: Sequence[LoadRequest]
    most: int
    ended: asyncio.Future[None]
    stopping: bool = False
    errors: int = 0
    reasons: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: array[float] = field(default_factory=lambda: array("f"))
    memory: list[float] = field(default_factory=list)
    _bodies: dict[str, bytes] = field(default_factory=dict)
    _numbers: count[int] = field(default_factory=count)
    _schedule: cycle[LoadRequest] = field(init=False)

    def __post_init__(self) -> None:
        self._schedule = cycle(schedule(self.requests))

    @property
    def received(self) -> int:
        """The number of responses."""
        return len(self.latencies)

    async def learn(self, send: Callable[[bytes], Awaitable[Response]]) -> None:
        """Send every request once. Raises WrongResponseError for a wrong response."""
        for each in self.requests:
            response = await send(each.template.numbered(next(self._numbers)))
            self._check(each, response)
            self._bodies[each.title] = response.body

    def next_request(self) -> tuple[bytes, LoadRequest]:
        """A request that was not sent before; the last one ends the run."""
        each = next(self._schedule)
        return each.template.numbered(next(self._numbers) % _MOST_NUMBERS), each

    def take(self, sent: LoadRequest, response: Response, seconds: float) -> None:
        """Count a response, right or wrong."""
        self.latencies.append(seconds)
        self.kinds[sent.kind] += 1
        self.statuses[response.status] += 1
        try:
            self._check(sent, response)
        except WrongResponseError as error:
            self.fail(str(error))
        if self.received >= self.most:
            self.stopping = True
            if not self.ended.done():
                self.ended.set_result(None)

    def fail(self, reason: str) -> None:
        """Count a wrong response, or a connection that broke; the run continues without it."""
        self.errors += 1
        if len(self.reasons) < _MOST_REASONS:
            self.reasons.append(reason)

    def sample(self, megabytes: float | None) -> None:
        """Record the memory of the server, if it is known."""
        if megabytes is not None:
            self.memory.append(megabytes)

    def _check(self, sent: LoadRequest, response: Response) -> None:
        if response.status not in sent.statuses:
            raise WrongResponseError(f"{sent.title}: {response.status} {response.body[:200]!r}")
        # A documented body is the same for every request.
        known = self._bodies.get(sent.title)
        if sent.kind == OK and known is not None and response.body != known:
            raise WrongResponseError(f"{sent.title}: another body, {response.body[:200]!r}")


def schedule(requests: Sequence[LoadRequest]) -> list[LoadRequest]:
    """The requests of all kinds in their shares and in an order that is the same every time."""
    random = Random(1)
    found: list[LoadRequest] = []
    for kind, share in SHARES.items():
        alike = [request for request in requests if request.kind == kind]
        wanted = _SCHEDULE * share // sum(SHARES.values())
        found += [alike[i % len(alike)] for i in range(wanted)] if alike else []
    random.shuffle(found)
    return found


def halves(memory: Sequence[float]) -> tuple[float, float] | None:
    """Memory in each half of the second half of a run; None for too few samples."""
    settled = memory[len(memory) // _SETTLING :]
    middle = len(settled) // 2
    return (median(settled[:middle]), median(settled[middle:])) if middle else None


def verdict(soak: Soak, seconds: float) -> tuple[str, bool]:
    """The result of a run, and whether every response was right and memory flat."""
    latencies = sorted(soak.latencies)
    rows = [("responses to", "requests")]
    rows += [(kind, f"{soak.kinds[kind]:,}") for kind in SHARES]
    found = [plain(rows)]
    if latencies:
        p50, p99 = (latencies[len(latencies) * share // 100] * 1e3 for share in (50, 99))
        found.append(
            f"{soak.received:,} requests in {seconds:.0f} s, {soak.received / seconds:,.0f}/s, "
            f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {latencies[-1] * 1e3:.0f} ms"
        )
    statuses = ", ".join(f"{status}: {n:,}" for status, n in sorted(soak.statuses.items()))
    found += [f"statuses {statuses}", f"{soak.errors} errors"]
    found += [f"  {reason}" for reason in soak.reasons]
    complete = soak.received >= soak.most
    if not complete:
        found.append(f"not complete: {soak.received:,} of {soak.most:,} requests in the time given")
    both = halves(soak.memory)
    flat = both is None or both[1] <= both[0] * _GROWTH
    if both is None:
        found.append("memory unknown: too few samples, or a system that does not provide it")
    else:
        change = f"{both[0]:.1f} MB in the third quarter, {both[1]:.1f} MB in the last"
        found.append(f"memory {'flat' if flat else 'GROWS'}: {change}")
    passed = complete and not soak.errors and flat
    return "\n".join([*found, "passed" if passed else "FAILED"]), passed
