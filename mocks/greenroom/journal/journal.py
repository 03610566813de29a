"""The journal of a space: a ring of entries, bounded by number and size, and of changes."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse
from .entry import NO_TRACE, Change, Entry, Trace, entry_of

ENTRIES, SIZE = 1000, 8 * 1024 * 1024
_CHANGES = 1000


class ChangeRow(NamedTuple):
    """That something changed: `kind` is created, changed, deleted, or what was done to the space.

    `cause` is `{"request": n}` or `{"control": n}`, `at` in seconds since 1970.
    """

    n: int
    at: float
    cause: Mapping[str, int]
    kind: str
    vendor: str | None = None
    resource: str | None = None
    id: str | None = None
    version: int | None = None


class Journal:
    """The requests of one space, the newest last, numbered from 1.

    At most `entries` of them and about `size` bytes are kept; `dropped` counts those that had to go
    for newer ones since the journal was cleared. `token` tells it from every other journal.
    """

    def __init__(self, entries: int = ENTRIES, size: int = SIZE) -> None:
        self.token = secrets.token_hex(4)
        self.last = 0
        self.dropped = 0
        self.size = 0
        self.changes: deque[ChangeRow] = deque(maxlen=_CHANGES)
        self.last_change = 0
        self._controls = 0
        self._most, self._largest = entries, size
        self._entries: deque[Entry] = deque()

    def append(
        self,
        context: RequestContext,
        response: PreparedResponse,
        at: float,
        milliseconds: float,
        now: datetime,
        trace: Trace = NO_TRACE,
    ) -> int:
        """Add a request whose response is known, refused ones too; returns its number.

        `at` is when it arrived, in seconds since 1970, `milliseconds` how long the response took,
        `now` the time in the space. It costs some microseconds: nothing is copied but what is
        longer than a body may be, nothing formatted.
        """
        if trace.size * 2 > self._largest:
            # The entry would take the place of all others.
            trace = trace._replace(changes=(), size=0)
        self.last += 1
        entry = entry_of(self.last, context, response, at, milliseconds, now, trace)
        self._entries.append(entry)
        self.size += entry.size
        while len(self._entries) > self._most or self.size > self._largest:
            self.size -= self._entries.popleft().size
            self.dropped += 1
        if trace.changes:
            self._note(at, {"request": self.last}, trace.changes)
        return self.last

    def note(self, kind: str, changes: Sequence[Change] = ()) -> None:
        """Add what a control route did: `changes` of records, else `kind` to the whole space."""
        self._controls += 1
        cause = {"control": self._controls}
        if changes:
            self._note(time.time(), cause, changes)
        else:
            self.last_change += 1
            self.changes.append(ChangeRow(self.last_change, time.time(), cause, kind))

    def _note(self, at: float, cause: Mapping[str, int], changes: Sequence[Change]) -> None:
        for change in changes:
            kind = "changed" if change.before is not None else "created"
            kind = "deleted" if change.after is None else kind
            self.last_change += 1
            named = (change.vendor, change.resource, change.id, change.version)
            self.changes.append(ChangeRow(self.last_change, at, cause, kind, *named))

    @property
    def total(self) -> int:
        """How many entries are kept."""
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        """The kept entries, the newest last."""
        return iter(self._entries)

    def get(self, number: int) -> Entry | None:
        """The entry of a number, None where it was dropped, cleared or is yet to come."""
        first = self._entries[0].number if self._entries else 0
        place = number - first
        return self._entries[place] if 0 <= place < len(self._entries) else None

    def after(self, number: int) -> Iterator[Entry]:
        """The kept entries after a number, the newest last."""
        first = self._entries[0].number if self._entries else 0
        return islice(self._entries, max(0, number + 1 - first), None)

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        self._entries.clear()
        self.dropped = self.size = 0


class Head(NamedTuple):
    """A request that named no space, or one that it was refused before reaching it."""

    at: float
    vendor: str
    method: str
    path: str
    status: int
    decision: Any
    space: str | None = None


class RequestRing:
    """The last requests without a space: heads only, so that a mock without spaces stays fast."""

    def __init__(self, most: int = 200) -> None:
        self.total = 0
        self._heads: deque[tuple[Any, ...]] = deque(maxlen=most)

    def append(self, head: tuple[Any, ...]) -> None:
        """Add a tuple with the values of `Head` in its order."""
        self.total += 1
        self._heads.append(head)

    def __iter__(self) -> Iterator[Head]:
        """The heads, the newest last."""
        return (Head(*head) for head in self._heads)

    def __len__(self) -> int:
        return len(self._heads)
