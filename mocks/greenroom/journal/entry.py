"""One request as the journal keeps it: a tuple of what is there anyway, read on demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ..contract.model import Operation
from ..decision import Decision
from ..http.prefer import Preference
from ..mock.pipeline import RequestContext
from ..mock.response.prepared import PreparedResponse

# What is kept of a body, in bytes.
LONGEST_BODY = 16 * 1024
# A request line and header fields are cut by the server at about this many bytes.
_LONGEST_PATH = 8 * 1024
# What an entry costs beside its texts: the tuple, numbers, and the items of its header fields.
_ENTRY_SIZE, _FIELD_SIZE = 600, 120


class Change(NamedTuple):
    """What a request or a control route did to one record.

    `before` is None for a new record, `after` for a deleted one. The values are kept, not copied:
    whoever changes a record makes a new value.
    """

    vendor: str
    resource: str
    id: str
    version: int
    before: Any
    after: Any


class Trace(NamedTuple):
    """What state adds to an entry: the record, the changes, and its steps of the decision.

    `record` is resource, identifier and version of the one that the response shows. Each step is
    its name, what it said and details. `size` is about how many bytes the values of the changes
    take.
    """

    record: tuple[str, str, int] | None = None
    changes: Sequence[Change] = ()
    steps: Sequence[tuple[str, str, str]] = ()
    size: int = 0


NO_TRACE = Trace()


class Entry(NamedTuple):
    """A request with its response; `at` is in seconds since 1970, `now` the time in its space.

    `path` and `query` are raw, `path` below space and vendor. `operation` is None where the request
    was refused before one was found. Bodies are cut at LONGEST_BODY; `body_size` and
    `response_size` are how long they were.
    """

    number: int
    at: float
    milliseconds: float
    now: datetime
    vendor: str
    operation: Operation | None
    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    body_size: int
    status: int
    response_head: bytes
    response_body: bytes
    response_size: int
    decision: Decision
    principal: str | None
    preference: Preference | None
    trace: Trace
    size: int


def entry_of(
    number: int,
    context: RequestContext,
    response: PreparedResponse,
    at: float,
    milliseconds: float,
    now: datetime,
    trace: Trace,
) -> Entry:
    """The entry of a request, which shares what it can with the request and its response."""
    body, response_body, headers = context.body, response.body, context.headers
    head = response.head
    size = (
        _ENTRY_SIZE
        + min(len(body), LONGEST_BODY)
        + min(len(response_body), LONGEST_BODY)
        + min(len(context.path), _LONGEST_PATH)
        + len(context.query)
        + len(head)
        + len(headers) * _FIELD_SIZE
        + sum(map(len, headers.values()))
        + trace.size
    )
    return Entry(
        number,
        at,
        milliseconds,
        now,
        context.vendor,
        getattr(context, "operation", None),
        context.method,
        context.path[:_LONGEST_PATH],
        context.query,
        headers,
        body[:LONGEST_BODY],
        len(body),
        response.status,
        head,
        response_body[:LONGEST_BODY],
        len(response_body),
        response.decision,
        context.principal,
        context.preference,
        trace,
        size,
    )
