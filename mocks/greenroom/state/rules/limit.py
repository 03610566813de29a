"""Rate limits of a space: what each client has left, by the clock of the space."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from email.utils import formatdate
from math import ceil
from typing import Any, NamedTuple

from ...contract.behaviour.rate_limit import RateLimit

# Windows that are kept, one for each client and limit; the one that was not used for longest goes.
# The same holds for all their times together.
MOST_WINDOWS, MOST_TIMES = 10_000, 100_000
# Into how many parts a sliding window is divided at most.
_PARTS = 1000
# The end of the year 9999.
_LAST = 253_402_300_799


class Quota(NamedTuple):
    """What a client has left of a rate limit: its requests, and when there are more.

    `reset` is in seconds since 1970, `wait` are the seconds until another request is taken.
    """

    limit: RateLimit
    remaining: int
    reset: float
    wait: float = 0.0


class Limits:
    """What the clients of a space have sent within the windows of the limits."""

    def __init__(self) -> None:
        # Times with the requests then: one of a fixed window, the oldest first of a sliding one.
        self._sent: OrderedDict[tuple[str, str], deque[tuple[float, int]]] = OrderedDict()
        self._times = 0

    def take(self, limits: Sequence[RateLimit], client: str, now: float) -> list[Quota]:
        """Count a request of a client, unless one of the limits is used up: then none counts it.

        `now` is in seconds since 1970.
        """
        quotas = [self._quota(limit, client, now) for limit in limits]
        if any(each.wait for each in quotas):
            return quotas
        return [self._count(each, client, now) for each in quotas]

    def document(self) -> list[Any]:
        """All windows as JSON, the one that was not used for longest first."""
        return [[*key, [*sent]] for key, sent in self._sent.items() if sent]

    def load(self, document: Iterable[Sequence[Any]]) -> None:
        """Have those of a document that `document` made."""
        self._sent.clear()
        for counter, client, sent in document:
            self._sent[counter, client] = deque((at, number) for at, number in sent)
        self._times = sum(map(len, self._sent.values()))

    def _window(self, limit: RateLimit, client: str) -> deque[tuple[float, int]]:
        sent = self._sent.setdefault((limit.counter, client), deque())
        self._sent.move_to_end((limit.counter, client))
        while len(self._sent) > MOST_WINDOWS or (self._times > MOST_TIMES and len(self._sent) > 1):
            self._times -= len(self._sent.popitem(last=False)[1])
        return sent

    def _quota(self, limit: RateLimit, client: str, now: float) -> Quota:
        sent = self._window(limit, client)
        before = len(sent)
        while sent and now >= sent[0][0] + limit.seconds:
            sent.popleft()
        while sent and sent[-1][0] > now:
            # The clock was put back.
            sent.pop()
        self._times -= before - len(sent)
        reset = (sent[0][0] if sent else now) + limit.seconds
        left = limit.requests - sum(number for _, number in sent)
        return Quota(limit, max(left, 0), reset, 0.0 if left > 0 else reset - now)

    def _count(self, quota: Quota, client: str, now: float) -> Quota:
        limit, sent = quota.limit, self._window(quota.limit, client)
        apart = limit.seconds / _PARTS if limit.sliding else limit.seconds
        if sent and now - sent[-1][0] <= apart:
            sent[-1] = (sent[-1][0], sent[-1][1] + 1)
        else:
            sent.append((now, 1))
            self._times += 1
        return quota._replace(remaining=quota.remaining - 1)


def fields(quotas: Iterable[Quota], now: float) -> dict[str, str]:
    """The header fields that a response has by the limits, by name.

    Of several limits with the same field it is that of the one that is nearest to its end.
    """
    found: dict[str, str] = {}
    for each in sorted(quotas, key=lambda quota: (quota.wait, -quota.remaining)):
        names = each.limit.headers
        found |= {names[n]: str(v) for n, v in quota_values(each, now).items() if n in names}
    return found


def quota_values(quota: Quota, now: float) -> dict[str, int | str]:
    """The values of header fields and members about a quota, by `limit`, `remaining` and so on."""
    limit, remaining, reset, wait = quota
    values = {"limit": limit.requests, "remaining": remaining, "reset": _reset(limit, reset, now)}
    return {**values, "retry-after": ceil(wait)} if wait else values


def _reset(limit: RateLimit, reset: float, now: float) -> int | str:
    match limit.reset_is:
        case "unix-seconds":
            return ceil(reset)
        case "unix-milliseconds":
            return ceil(reset * 1000)
        case "date":
            return formatdate(min(ceil(reset), _LAST), usegmt=True)
        case _:
            return ceil(reset - now)
