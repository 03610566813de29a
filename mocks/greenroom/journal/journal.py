"""The journal of a space, bounded by number and size."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse
from .entry import NO_TRACE, Change, Entry, read

LONGEST_BODY = 16 * 1024
# What an entry costs beside its texts: its tuples, and each header field but for a separator.
_ENTRY_SIZE, _FIELD_SIZE = 601, 119


class Journal:
    """The requests of one space, the newest last, numbered from 1.

    At most `entries` of them and about `size` bytes are kept; `dropped` counts those that had to go
    for newer ones since the journal was cleared. `token` tells it from every other journal.
    `take` is asked for room for an entry, and told of it when it goes; where it refuses, all do.
    `notes` are what else happened: number, time, what, about that a change of a record, or what
    those who follow the journal are told, and the time that `moment` gave, which is a space's.
    """

    def __init__(
        self,
        entries: int = 1000,
        size: int = 8 * 1024 * 1024,
        take: Callable[[int], bool] = lambda _: True,
    ) -> None:
        self.token = secrets.token_hex(4)
        self.last = self.dropped = self.size = self.noted = 0
        self.moment: Callable[[], float] = time.time
        self.notes: deque[tuple[int, float, str, Any, float]] = deque(maxlen=entries)
        self._most, self._largest, self._take = entries, size, take
        # What `read` makes entries of, which takes longer.
        self._entries: deque[tuple[Any, ...]] = deque()

    @property
    def kept(self) -> int:
        """How many entries there are."""
        return len(self._entries)

    def append(
        self,
        context: RequestContext,
        response: PreparedResponse,
        at: float,
        milliseconds: float,
        now: datetime | None,
        trace: tuple[Any, ...] = NO_TRACE,
    ) -> int:
        """Add a request whose response is known, refused ones too; returns its number.

        `at` is when it arrived, in seconds since 1970, `milliseconds` how long the response took.
        What is kept of `context` is copied, and bodies are cut. `trace` has the values of a `Trace`
        in its order.
        """
        body, result, headers = context.body, response.body, context.headers
        size, length = len(body), len(result)
        if size > LONGEST_BODY:
            body = body[:LONGEST_BODY]
        if length > LONGEST_BODY:
            result = result[:LONGEST_BODY]
            response = PreparedResponse(response.status, response.head, result, response.decision)
        if trace[2] * 2 > self._largest:
            # The entry would take the place of all others.
            trace = trace[0], (), 0, trace[3]
        values = b"\n".join(headers.values())
        if values.count(b"\n") >= len(headers) > 0:
            # What no server passes on, but for a test (RFC 9110 section 5.5).
            values = b"\n".join([each.replace(b"\n", b" ") for each in headers.values()])
        whole = (
            _ENTRY_SIZE + len(context.path) + len(context.query) + len(body) + len(response.head)
            + len(result) + trace[2] + len(headers) * _FIELD_SIZE + len(values)
        )  # fmt: skip
        for _, pointer, message in response.decision.violations:
            whole += len(pointer) + len(message)
        self.last = number = self.last + 1
        entries, most, left, gone = self._entries, self._most, self._largest - whole, 0
        while entries and (len(entries) >= most or self.size - gone > left):
            gone += entries.popleft()[-1]
            self.dropped += 1
        self.size -= gone
        # Most are as large as the one that goes.
        if left < 0 or (whole != gone and not self._take(whole - gone)):
            self._take(-gone)
            # Numbers of entries have no gaps.
            self.forget()
            self.dropped += 1
            return number
        # What is long and shared by nobody is in few pieces, which are quickly forgotten.
        entries.append((
            number, at, milliseconds, now, size, response, length, trace, context.vendor,
            getattr(context, "operation", None), context.method, context.path, b"\n".join(headers),
            values, context.query, body, context.principal, context.preference, whole,
        ))  # fmt: skip
        self.size += whole
        return number

    def forget(self) -> None:
        """Drop all entries, to make room."""
        self.dropped += len(self._entries)
        self._entries.clear()
        size, self.size = self.size, 0
        self._take(-size)

    def close(self) -> None:
        """Give back all room; what is added from now on counts nowhere."""
        self.forget()
        self._take = lambda _: True

    def note(self, what: str, about: Change | Mapping[str, Any] | None = None) -> None:
        """Add what is no request, for those who follow the journal."""
        self.noted += 1
        self.notes.append((self.noted, time.time(), what, about, self.moment()))

    def after(self, number: int = 0) -> Iterator[Entry]:
        """The kept entries after a number, the newest last."""
        first = self._entries[0][0] if self._entries else 0
        return map(read, islice(self._entries, max(0, number + 1 - first), None))

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        self.forget()
        self.dropped = 0
