"""One request as the journal keeps it: a tuple of what is there anyway, read on demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ..http.field_lines import combined
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import ExtendedResponse, PreparedResponse


class Change(NamedTuple):
    """What happened to one record: `before` is None for a new one, `after` for a deleted one.

    The values are kept, not copied: whoever changes a record makes a new value.
    """

    vendor: str
    resource: str
    id: str
    version: int
    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """What it was: created, changed or deleted."""
        if self.after is None:
            return "deleted"
        return "created" if self.before is None else "changed"


class Trace(NamedTuple):
    """What state adds to an entry.

    `record` is resource, identifier and version of the one that the response shows, `size` about
    how many bytes the values of the changes take. `timers` are what follows: resource, identifier,
    moment, state.
    """

    record: tuple[str, str, int] | None = None
    changes: Sequence[Change] = ()
    size: int = 0
    timers: Sequence[tuple[str, str, datetime, str]] = ()


NO_TRACE = Trace()


class Entry(NamedTuple):
    """A request and its response, with bodies cut; the sizes are in bytes, as they were.

    `at` is when it arrived in seconds since 1970, `now` the time in its space, None for the
    same.
    """

    number: int
    at: float
    milliseconds: float
    now: datetime | None
    context: RequestContext
    body_size: int
    response: PreparedResponse
    response_size: int
    trace: Trace
    size: int

    @property
    def operation(self) -> str | None:
        """The id of its operation, None for one that was refused before that was found."""
        operation = getattr(self.context, "operation", None)
        return operation and operation.id

    @property
    def moment(self) -> float:
        """The time in its space, in seconds since 1970."""
        return self.now.timestamp() if self.now is not None else self.at


def written(context: RequestContext, body: bytes) -> bytes:
    """A request with a body as HTTP/1.1 writes it (RFC 9112 section 2.1)."""
    query = b"?" + context.query if context.query else b""
    lines = [b"%b %b%b HTTP/1.1" % (context.method.encode(), context.path.encode(), query)]
    # No server passes on line breaks, but a test may (RFC 9110 section 5.5).
    lines += [b"%b: %b" % (n, b" ".join(v.splitlines())) for n, v in context.headers.items()]
    return b"\r\n".join([*lines, b"", body])


def read(number: int, kept: tuple[Any, ...]) -> Entry:
    """The entry with a number that a journal keeps as a tuple."""
    at, seconds, received, path_length, size, vendor, operation, principal, *rest = kept
    response, fields, body, trace, now, preference, length, whole = rest
    head, _, sent = received.lstrip(b"\r\n").partition(b"\r\n\r\n")
    line, *lines = head.split(b"\r\n")
    # There may be more spaces, no version (HTTP/0.9), and a fragment, which belongs to neither.
    method, target, *_ = line.split()
    path, _, query = target.partition(b"#")[0].partition(b"?")
    # What is below the prefix of a vendor may be nothing.
    path = path.decode("utf-8", "replace")[-path_length:] if path_length > 1 else "/"
    pairs = [(name.lower(), value.strip(b" \t")) for name, _, value in map(_parts, lines)]
    context = RequestContext(method.decode(), path, combined(pairs), query)
    context.body, context.vendor = sent[:size], vendor
    context.principal, context.preference = principal, preference
    if operation is not None:
        context.operation = operation
    response = response if fields is None else ExtendedResponse(response, fields, body)
    length = len(response.body) if length is None else length
    first = number, at, max(seconds, 0) * 1000, now
    return Entry(*first, context, size, response, length, trace_of(trace), whole)


def trace_of(kept: tuple[Any, ...]) -> Trace:
    """The trace that a request left as a tuple.

    A creation leaves its record in the place of what is shown, and of the changes their place.
    """
    shown, changes, size, timers = kept
    if not isinstance(shown, tuple | None):
        (vendor, resource), record = changes, shown
        shown = resource, record.id, 1
        changes = ((vendor, *shown, None, record.value),)
    return Trace(shown, tuple(map(Change._make, changes)), size, tuple(timers))


def _parts(line: bytes) -> tuple[bytes, bytes, bytes]:
    return line.partition(b":")
