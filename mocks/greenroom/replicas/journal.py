"""A journal that several processes write: entries go to the store, and are read from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..contract.model import Operation
from ..decision import Decision
from ..http.prefer import Preference
from ..journal.entry import NO_TRACE, Change, Entry, Trace
from ..journal.journal import Journal
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse
from .text import text_of

REQUEST, NOTE = "request", "note"
# Changes that take more, as JSON, are left out: the store keeps a thousand entries of each space.
_LARGEST = 128 * 1024


class SharedJournal(Journal):
    """The journal of a replica: what is added is put into `added`, to be committed.

    What was committed is added by `follow`, up to `position`; `cleared` is the number up to which
    entries were removed.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.added: list[tuple[str, bytes]] = []
        self.position = self.cleared = 0

    def append(
        self,
        context: RequestContext,
        response: PreparedResponse,
        at: float,
        milliseconds: float,
        now: datetime | None,
        trace: Trace = NO_TRACE,
    ) -> int:
        """Add a request, to be committed."""
        kept = Journal(1)
        kept.append(context, response, at, milliseconds, now, trace)
        entry = next(kept.after(), None)
        if entry is not None:
            self.added.append((REQUEST, _text(entry)))
        self.last += 1
        return self.last

    def note(self, what: str, about: Change | Mapping[str, Any] | None = None) -> None:
        """Add what is no request, to be committed."""
        super().note(what, about)
        _, at, _, _, moment = self.notes.pop()
        change = about._replace(before=about.before and {}, after=about.after and {}) if isinstance(
            about, Change) else about  # fmt: skip
        self.added.append((NOTE, text_of([at, what, isinstance(about, Change), change, moment])))

    def clear(self) -> None:
        """Forget all entries; numbers go on."""
        super().clear()
        self.cleared = self.last

    def forget_until(self, cleared: int) -> None:
        """Forget what another process has cleared."""
        if cleared != self.cleared:
            self.cleared = cleared
            while self._entries and self._entries[0].number <= cleared:
                self._drop()

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
                self._insert(_entry(number, value, operation))
        first = self._entries[0].number if self._entries else self.last + 1
        self.dropped = first - 1 - self.cleared

    def _insert(self, entry: Entry) -> None:
        while self._entries and (
            len(self._entries) >= self._most or self.size + entry.size > self._largest
        ):
            self._drop()
        if not self._take(entry.size):
            self.forget()
            return
        self._entries.append(entry)
        self.size += entry.size


def _text(entry: Entry) -> bytes:
    """An entry as JSON."""
    context, response, trace = entry.context, entry.response, entry.trace
    preference, operation = context.preference, getattr(context, "operation", None)
    if trace.size > _LARGEST:
        trace = trace._replace(changes=(), size=0)
    return text_of([
        entry.at, entry.milliseconds, entry.now, entry.body_size, entry.response_size, entry.size,
        [context.method, context.path, _latin(context.query), _latin(context.body), context.vendor],
        [[_latin(name), _latin(value)] for name, value in context.headers.items()],
        operation and operation.id, context.principal, context.space,
        preference and [preference.code, preference.example, preference.dynamic, preference.seed],
        [response.status, _latin(response.head), _latin(response.body), response.decision], trace,
    ])  # fmt: skip


def _entry(
    number: int, value: Any, operation: Callable[[str, str], Operation | None]
) -> Entry:  # fmt: skip
    at, milliseconds, now, size, response_size, whole, request, fields, id, *rest = value
    principal, space, preference, (status, head, body, decided), trace = rest
    method, path, query, sent, vendor = request
    headers = {_bytes(name): _bytes(text) for name, text in fields}
    context = RequestContext(method, path, headers, _bytes(query), _bytes(sent))
    context.vendor, context.principal, context.space = vendor, principal, space
    if id is not None and (known := operation(vendor, id)) is not None:
        context.operation = known
    context.preference = preference and Preference(*preference)
    decision = Decision(*decided)
    decision = decision._replace(violations=[(w, p, m) for w, p, m in decision.violations])
    record, changes, trace_size, timers = trace
    timers = [(*about, datetime.fromisoformat(due), state) for *about, due, state in timers]
    changed = [Change(*each) for each in changes]
    kept = Trace(record and tuple(record), changed, trace_size, timers)
    moment = None if now is None else datetime.fromisoformat(now)
    response = PreparedResponse(status, _bytes(head), _bytes(body), decision)
    return Entry(
        number, at, milliseconds, moment, context, size, response, response_size, kept, whole
    )


def _latin(text: bytes) -> str:
    return text.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
