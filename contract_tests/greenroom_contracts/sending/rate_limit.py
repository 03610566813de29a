"""How fast requests may follow each other: the vendor's documented limits.

pyrate-limiter, which comes with schemathesis, was tried and is not used. Its `Limiter` needs one
bucket for the API and one for an operation, and charges the first while it waits for the second, so
that a window of the API held 4 requests where 3 are documented. It takes no clock or sleep function
from tests, adds 50 ms to each wait, and keeps a thread for each limiter.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from greenroom.contract.behaviour.rate_limit import RateLimit


@dataclass(slots=True)
class _Window:
    limit: RateLimit
    sent: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        """Seconds until another request fits."""
        while self.sent and self.sent[0] <= now - self.limit.seconds:
            self.sent.popleft()
        full = len(self.sent) >= self.limit.requests
        return self.sent[0] + self.limit.seconds - now if full else 0.0


class RateLimiter:
    """Waits so that no documented limit is exceeded, of the API or of an operation."""

    def __init__(
        self,
        limits: Mapping[str, Sequence[RateLimit]],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`limits` are by operation id; those of the whole API have an empty id."""
        found: dict[str, _Window] = {}
        self._windows = {
            name: [found.setdefault(each.counter, _Window(each)) for each in several]
            for name, several in limits.items()
        }
        self._clock = clock
        self.sleep = sleep

    def wait(self, operation: str) -> None:
        """Wait until a request of an operation may be sent, and count it."""
        windows = [w for name in ("", operation) for w in self._windows.get(name, ())]
        while (seconds := max((w.wait(self._clock()) for w in windows), default=0.0)) > 0:
            self.sleep(seconds)
        for window in windows:
            window.sent.append(self._clock())
