"""A journal that several processes write: entries go to the store, and are read from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..contract.model import Operation
from ..decision import Decision
from ..http.prefer import Preference
from ..journal.entry import NO_TRACE, Change, Entry
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
        trace: tuple[Any, ...] = NO_TRACE,
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
            while self._entries and self._entries[0][0] <= cleared:
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
        first = self._entries[0][0] if self._entries else self.last + 1
        self.dropped = first - 1 - self.cleared

    def _insert(self, entry: tuple[Any, ...]) -> None:
        size = entry[-1]
        while self._entries and (
            len(self._entries) >= self._most or self.size + size > self._largest
        ):
            self._drop()
        if not self._take(size):
            self.forget()
            return
        self._entries.append(entry)
        self.size += size

    def _drop(self) -> None:
        gone = self._entries.popleft()[-1]
        self.size -= gone
        self._take(-gone)
        self.dropped += 1


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
        operation and operation.id, context.principal,
        preference and [preference.code, preference.example, preference.dynamic, preference.seed],
        [response.status, _latin(response.head), _latin(response.body), response.decision], trace,
    ])  # fmt: skip


def _entry(
    number: int, value: Any, operation: Callable[[str, str], Operation | None]
) -> tuple[Any, ...]:
    """An entry as journals keep it."""
    at, milliseconds, now, size, response_size, whole, request, fields, id, *rest = value
    principal, preference, (status, head, body, decided), trace = rest
    method, path, query, sent, vendor = request
    decision = Decision(*decided)
    decision = decision._replace(violations=[(w, p, m) for w, p, m in decision.violations])
    record, changes, trace_size, timers = trace
    timers = [(*about, datetime.fromisoformat(due), state) for *about, due, state in timers]
    done = record and tuple(record), [tuple(each) for each in changes], trace_size, timers
    moment = None if now is None else datetime.fromisoformat(now)
    response = PreparedResponse(status, _bytes(head), _bytes(body), decision)
    names, values = ("\n".join(each) for each in zip(*fields, strict=True)) if fields else ("", "")
    return (
        number, at, milliseconds, moment, size, response, response_size, done, vendor,
        None if id is None else operation(vendor, id), method, path, _bytes(names), _bytes(values),
        _bytes(query), _bytes(sent), principal, preference and Preference(*preference), whole,
    )  # fmt: skip


def _latin(text: bytes) -> str:
    return text.decode("latin-1")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
