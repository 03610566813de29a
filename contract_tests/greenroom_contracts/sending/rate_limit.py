"""How fast requests may follow each other: the vendor's documented limits, and `Retry-After`.

pyrate-limiter, which comes with schemathesis, was tried and is not used. Its `Limiter` needs one
bucket for the API and one for an operation, and charges the first while it waits for the second, so
that a window of the API held 4 requests where 3 are documented. It takes no clock or sleep function
from tests, adds 50 ms to each wait, and keeps a thread for each limiter.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from greenroom.contract.model import Contract
from greenroom.schema import json_pointer as ptr

KEY = "x-rate-limit"


@dataclass(frozen=True, slots=True)
class Limit:
    """The most requests in a sliding window of some seconds."""

    requests: int
    seconds: float


@dataclass(slots=True)
class _Window:
    limit: Limit
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
        limits: Mapping[str, Limit],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`limits` are by operation id; those of the whole API have an empty id."""
        self._windows = {name: _Window(limit) for name, limit in limits.items()}
        self._clock = clock
        self.sleep = sleep

    def wait(self, operation: str) -> None:
        """Wait until a request of an operation may be sent, and count it."""
        windows = [w for name in ("", operation) if (w := self._windows.get(name)) is not None]
        while (seconds := max((w.wait(self._clock()) for w in windows), default=0.0)) > 0:
            self.sleep(seconds)
        for window in windows:
            window.sent.append(self._clock())


def limits_of(contract: Contract) -> dict[str, Limit]:
    """The limits that a contract documents, by operation id, `""` for the whole API."""
    nodes = [("", contract.document.get(KEY))]
    nodes += [
        (o.id, ptr.look_up(contract.document, o.pointer).get(KEY)) for o in contract.operations
    ]
    found = {}
    for name, node in nodes:
        # A house rule checks the form; other documents may have a key of this name.
        match node:
            case {"requests": int(requests), "seconds": int(seconds) | float(seconds)}:
                found[name] = Limit(max(requests, 1), seconds)
    return found


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds to wait by a `Retry-After` field (RFC 9110 section 10.2.3), None if malformed.

    `now` is in seconds since 1970, for a value that is a date.
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(date.timestamp() - now, 0.0)
