"""The ring of requests that reached no space; a server without spaces imports nothing else here."""

from __future__ import annotations

from collections import deque
from itertools import count
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ..decision import Decision

if TYPE_CHECKING:
    from ..mock.pipeline import RequestContext
    from ..mock.response.prepared import PreparedResponse

_LONGEST_PATH = 2048
# Of the violations of a request, which may be a thousand times as large as the request.
_MOST_VIOLATIONS, _LONGEST = 20, 500


class Head(NamedTuple):
    """A request that reached no space; `space` is the one it named, and was refused before."""

    n: int
    at: float
    vendor: str
    method: str
    path: str
    status: int
    decision: Decision
    space: str | None = None


class RequestRing:
    """The last requests that reached no space: heads only, so that these stay fast."""

    def __init__(self, most: int = 200) -> None:
        # With the values of `Head` in its order, which take longer to make.
        self._heads: deque[tuple[Any, ...]] = deque(maxlen=most)
        self._append = self._heads.append
        self._number = count(1).__next__

    def note(self, context: RequestContext, response: PreparedResponse) -> None:
        """Add a request and its response."""
        decision = response.decision
        if decision.violations:
            found = decision.violations[:_MOST_VIOLATIONS]
            short = [(place, at[:_LONGEST], text[:_LONGEST]) for place, at, text in found]
            decision = decision._replace(violations=short)
        self._append((
            self._number(), time(), context.vendor, context.method, context.path[:_LONGEST_PATH],
            response.status, decision, context.space,
        ))  # fmt: skip

    def heads(self) -> list[Head]:
        """The newest last."""
        return [Head(*head) for head in self._heads]
