"""The journal of a space, bounded by number and size."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import count, islice
from time import time
from typing import Any

from ..mock.pipeline import RequestContext
from ..mock.response.prepared import ExtendedResponse, PreparedResponse
from .entry import NO_TRACE, Change, Entry, read, trace_of, written

LONGEST_BODY = 16 * 1024
# What an entry costs beside its texts.
_ENTRY_SIZE, _STEP = 512, 256


class Journal:
    """The requests of one space, the newest last, numbered from 1.

    At most `entries` of them and about `size` bytes are kept. `cleared` is the number up to which
    they were forgotten on request. `token` tells it from every other journal.
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
        self.last = self.cleared = self.size = self.noted = 0
        self.moment: Callable[[], float] = time
        self.notes: deque[tuple[int, float, str, Any, float]] = deque(maxlen=entries)
        self._most, self._largest, self._take = entries, size, take
        # What `read` makes entries of, which takes longer.
        self.entries: deque[tuple[Any, ...]] = deque()

    @property
    def newest(self) -> int:
        """The number of the last entry that was kept or dropped."""
        return self.last

    @property
    def kept(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    @property
    def dropped(self) -> int:
        """How many entries had to go for newer ones since the journal was cleared."""
        return self.newest - self.cleared - len(self.entries)

    def append(
        self,
        context: RequestContext,
        response: PreparedResponse,
        now: datetime | None,
        received: bytes | None = None,
    ) -> int:
        """Add a request whose response is known, refused ones too; returns its number.

        What is kept of `context` is copied, and bodies are cut. `received` is the message as it
        arrived, if it is in one piece of at most `LONGEST_BODY` bytes and not in chunks; what comes
        after its body is disregarded.
        """
        sent, at, trace = context.body, context.began, context.trace or NO_TRACE
        if received is None:
            received = written(context, sent[:LONGEST_BODY])
        kept, body, length, fields = response, response.body, None, None
        if len(body) > LONGEST_BODY:
            length, body = len(body), body[:LONGEST_BODY]
            kept = PreparedResponse(response.status, response.head, body, response.decision)
        elif isinstance(response, ExtendedResponse):
            kept, fields = response.other, response.fields
        if trace[2] * 2 > self._largest:
            # The entry would take the place of all others.
            trace = trace_of(trace)._replace(changes=(), size=0)
        size = _ENTRY_SIZE + len(received) + len(kept.head) + len(body) + trace[2]
        if violations := response.decision.violations:
            size += sum(len(pointer) + len(message) for _, pointer, message in violations)
        # Most are as large as the one that goes, in steps of so many bytes.
        size &= -_STEP
        self.last = number = self.last + 1
        entries = self.entries
        gone = entries.popleft()[-1] if len(entries) >= self._most else 0
        if size == gone or self._takes(size, gone):
            # What is long and shared by nobody is in few pieces, which are quickly forgotten.
            entries.append((
                at, time() - at, received, len(context.path), len(sent), context.vendor,
                getattr(context, "operation", None), context.principal, kept, fields, body,
                trace, now, context.preference, length, size,
            ))  # fmt: skip
        return number

    def _takes(self, size: int, gone: int) -> bool:
        """Make room for an entry, in the place of one that is gone; false where there is none."""
        entries, left = self.entries, self._largest - size
        while entries and self.size - gone > left:
            gone += entries.popleft()[-1]
        self.size -= gone
        if left < 0 or not self._take(size - gone):
            self._take(-gone)
            # Numbers of entries have no gaps.
            self.forget()
            return False
        self.size += size
        return True

    def forget(self) -> None:
        """Drop all entries, to make room."""
        self.entries.clear()
        size, self.size = self.size, 0
        self._take(-size)

    def close(self) -> None:
        """Give back all room; what is added from now on counts nowhere."""
        self.forget()
        self._take = lambda _: True

    def note(self, what: str, about: Change | Mapping[str, Any] | str | None = None) -> None:
        """Add what is no request, for those who follow the journal; a text says more of it."""
        self.noted += 1
        self.notes.append((self.noted, time(), what, about, self.moment()))

    def after(self, number: int = 0) -> Iterator[Entry]:
        """The kept entries after a number, the newest last."""
        first = self.newest - len(self.entries) + 1
        start = max(number + 1, first)
        return map(read, count(start), islice(self.entries, start - first, None))

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        self.forget()
        self.cleared = self.last
