"""A journal that several processes write: entries go to the store, and are read from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..contract.model import Operation
from ..decision import Decision
from ..http.prefer import Preference
from ..journal.entry import Change, trace_of
from ..journal.journal import Journal
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import ExtendedResponse, PreparedResponse
from .text import text_of

REQUEST, NOTE = "request", "note"
# Changes that take more, as JSON, are left out: the store keeps a thousand entries of each space.
_LARGEST = 128 * 1024


class SharedJournal(Journal):
    """The journal of a replica: what is added is put into `added`, to be committed.

    What was committed is added by `follow`, up to `position`.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.added: list[tuple[str, bytes]] = []
        self.position = self._newest = 0

    @property
    def newest(self) -> int:
        """The number of the last entry that was kept or dropped here."""
        return max(self._newest, self.cleared)

    def append(
        self,
        context: RequestContext,
        response: PreparedResponse,
        now: datetime | None,
        received: bytes | None = None,
    ) -> int:
        """Add a request, to be committed."""
        kept = Journal(1)
        kept.append(context, response, now, received)
        self.added += ((REQUEST, _text(entry)) for entry in kept.entries)
        self.last += 1
        return self.last

    def note(self, what: str, about: Change | Mapping[str, Any] | str | None = None) -> None:
        """Add what is no request, to be committed."""
        super().note(what, about)
        _, at, _, _, moment = self.notes.pop()
        change = about._replace(before=about.before and {}, after=about.after and {}) if isinstance(
            about, Change) else about  # fmt: skip
        self.added.append((NOTE, text_of([at, what, isinstance(about, Change), change, moment])))

    def forget_until(self, cleared: int) -> None:
        """Forget what another process has cleared."""
        if cleared != self.cleared:
            self.cleared = cleared
            while self.entries and self.newest - len(self.entries) < cleared:
                gone = self.entries.popleft()[-1]
                self.size -= gone
                self._take(-gone)

    def follow(
        self,
        found: list[tuple[int, str, int, bytes]],
        read: Callable[[bytes], Any],
        operation: Callable[[str, str], Operation | None],
    ) -> None:
        """Add what was committed: position, kind, number, text; `operation` is by vendor and id."""
        for self.position, kind, number, text in found:
            value = read(text)
            if kind == NOTE:
                at, what, is_change, about, moment = value
                about = Change(*about) if is_change else about
                self.notes.append((number, at, what, about, moment))
            elif number > self.cleared:
                if number != self.newest + 1:
                    # What was in between is kept nowhere any more.
                    self.forget()
                self._newest = number
                entry, full = _entry(value, operation), len(self.entries) >= self._most
                if self._takes(entry[-1], self.entries.popleft()[-1] if full else 0):
                    self.entries.append(entry)


def _text(entry: tuple[Any, ...]) -> bytes:
    """What a journal keeps as JSON."""
    at, seconds, received, path_length, size, vendor, operation, principal, *rest = entry
    response, fields, body, trace, now, preference, length, whole = rest
    response = response if fields is None else ExtendedResponse(response, fields, body)
    trace = trace_of(trace)
    if trace.size > _LARGEST:
        trace = trace._replace(changes=(), size=0)
    return text_of([
        at, seconds, _latin(received), path_length, size, vendor, operation and operation.id,
        principal, [response.status, _latin(response.head), _latin(body), response.decision],
        trace, now,
        preference and [preference.code, preference.example, preference.dynamic, preference.seed],
        length, whole,
    ])  # fmt: skip


def _entry(value: Any, operation: Callable[[str, str], Operation | None]) -> tuple[Any, ...]:
    """What a journal keeps, from the JSON that `_text` made."""
    at, seconds, received, path_length, size, vendor, id, principal, *rest = value
    (status, head, text, decided), trace, now, preference, length, whole = rest
    decision = Decision(*decided)
    decision = decision._replace(violations=[(w, p, m) for w, p, m in decision.violations])
    record, changes, trace_size, timers = trace
    timers = [(*about, datetime.fromisoformat(due), state) for *about, due, state in timers]
    body = _bytes(text)
    return (
        at, seconds, _bytes(received), path_length, size, vendor,
        None if id is None else operation(vendor, id), principal,
        PreparedResponse(status, _bytes(head), body, decision), None, body,
        (record and tuple(record), [tuple(each) for each in changes], trace_size, timers),
        None if now is None else datetime.fromisoformat(now),
        preference and Preference(*preference), length, whole,
    )  # fmt: skip


def _latin(text: bytes) -> str:
    return text.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
