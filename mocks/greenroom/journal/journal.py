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
from .entry import NO_TRACE, Change, Entry, Trace

LONGEST_BODY = 16 * 1024
# What an entry costs beside its texts: its tuples, and each header field.
_ENTRY_SIZE, _FIELD_SIZE = 600, 120


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
        self._entries: deque[Entry] = deque()

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
        trace: Trace = NO_TRACE,
    ) -> int:
        """Add a request whose response is known, refused ones too; returns its number.

        `at` is when it arrived, in seconds since 1970, `milliseconds` how long the response took.
        The journal keeps `context` and cuts its body; nobody else may use it any more.
        """
        size, result = len(context.body), response.body
        # They lead to the connection and all that was received, to the space, and to large values.
        context.receive_body = context.validate_body = context.body_value = None
        context.account = context.trace = context.applied = None
        if size > LONGEST_BODY:
            context.body = context.body[:LONGEST_BODY]
        if len(result) > LONGEST_BODY:
            cut = result[:LONGEST_BODY]
            response = PreparedResponse(response.status, response.head, cut, response.decision)
        if trace.size * 2 > self._largest:
            # The entry would take the place of all others.
            trace = trace._replace(changes=(), size=0)
        whole = _ENTRY_SIZE + len(context.path) + len(context.query) + len(context.body)
        whole += len(response.head) + len(response.body) + trace.size
        for _, pointer, message in response.decision.violations:
            whole += len(pointer) + len(message)
        whole += len(context.headers) * _FIELD_SIZE + len(b"".join(context.headers.values()))
        self.last += 1
        entry = Entry(
            self.last, at, milliseconds, now, context, size, response, len(result), trace, whole
        )
        while self._entries and (
            len(self._entries) >= self._most or self.size + whole > self._largest
        ):
            self._drop()
        if whole > self._largest or not self._take(whole):
            # Numbers of entries have no gaps.
            self.forget()
            self.dropped += 1
            return self.last
        self._entries.append(entry)
        self.size += whole
        return self.last

    def forget(self) -> None:
        """Drop all entries, to make room."""
        while self._entries:
            self._drop()

    def close(self) -> None:
        """Give back all room; what is added from now on counts nowhere."""
        self.forget()
        self._take = lambda _: True

    def _drop(self) -> None:
        gone = self._entries.popleft().size
        self.size -= gone
        self._take(-gone)
        self.dropped += 1

    def note(self, what: str, about: Change | Mapping[str, Any] | None = None) -> None:
        """Add what is no request, for those who follow the journal."""
        self.noted += 1
        self.notes.append((self.noted, time.time(), what, about, self.moment()))

    def after(self, number: int = 0) -> Iterator[Entry]:
        """The kept entries after a number, the newest last."""
        first = self._entries[0].number if self._entries else 0
        return islice(self._entries, max(0, number + 1 - first), None)

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        self.forget()
        self.dropped = 0
