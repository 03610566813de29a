"""How a request is refused: with the error that the vendor documents, and our reason in headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from ...decision import Decision
from ...schema.violation import Violation
from ..security import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from .headers import NAMES, Headers, decision_headers, refusal_headers
from .prepared import PreparedResponse, prepare, problem
from .selection import ResponseSelector, succeeds

UNKNOWN_PATH = "unknown-path"
METHOD_NOT_ALLOWED = "method-not-allowed"
UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
NOT_ACCEPTABLE = "not-acceptable"
TOO_LARGE = "body-too-large"
MALFORMED = "malformed-body"
INVALID = "invalid-request"

# The statuses that suit each kind of refusal. The first that the operation documents is sent. Where
# it documents none of them, the status is the first one, or that in _UNDOCUMENTED, and the response
# is that of its `4XX` or `default`, else problem details.
STATUSES: Mapping[str, tuple[str, ...]] = {
    UNKNOWN_PATH: ("404",),
    METHOD_NOT_ALLOWED: ("405",),
    MISSING: ("401",),
    UNKNOWN: ("401",),
    EXPIRED: ("401",),
    FORBIDDEN: ("403",),
    UNSUPPORTED_MEDIA_TYPE: ("415", "422", "400"),
    NOT_ACCEPTABLE: ("406",),
    TOO_LARGE: ("413",),
    MALFORMED: ("400", "422"),
    INVALID: ("422", "400"),
}
_UNDOCUMENTED = {INVALID: "400"}


def explicit(
    kind: str, selector: ResponseSelector, operation: str | None = None
) -> PreparedResponse | None:
    """The response of a status that is documented by code; None where there is none.

    `operation` is the id of the operation that refuses, None where none has this path and method.
    """
    statuses = (status for status in STATUSES[kind] if status in selector.candidates)
    found = next((found for status in statuses if (found := selector.first(status))), None)
    return found and _as_refusal(found, kind, operation)


def documented(kind: str, selector: ResponseSelector) -> PreparedResponse | None:
    """The operation's own response for a kind of refusal; None where it documents none."""
    found = explicit(kind, selector, selector.operation)
    # `default` describes errors only where a success is documented too.
    if found is None and ("4XX" in selector.candidates or succeeds(selector.candidates)):
        found = selector.first(_status(kind))
        found = found and _as_refusal(found, kind, selector.operation)
    return found


def undocumented(
    kind: str, reason: str, operation: str | None = None, headers: Headers = ()
) -> PreparedResponse:
    """Problem details (RFC 9457) for an undocumented refusal, with further `headers`."""
    status = int(_status(kind))
    refusal = problem(status, reason, (*decision_headers(Decision(refusal=kind)), *headers))
    refusal.decision = Decision(operation, kind, status)
    return refusal


class Refusals:
    """The refusals of one operation, or of requests that no operation has the path and method of.

    `find` looks up the documented response for a kind of refusal, which is then kept; `headers` are
    those of undocumented refusals.
    """

    def __init__(
        self,
        find: Callable[[str], PreparedResponse | None],
        operation: str | None = None,
        headers: Headers = (),
    ) -> None:
        self.documented = cache(find)
        self._operation = operation
        self._headers = headers

    def refuse(
        self, kind: str, reason: str, violations: Sequence[Violation] = (), extra: Headers = ()
    ) -> PreparedResponse:
        """The response to a refused request, with `extra` header fields."""
        base = self.documented(kind)
        if base is None:
            base = undocumented(kind, reason, self._operation, self._headers)
        # Built by position, which is faster than `_replace`: every refused request comes this way.
        decision = Decision(*base.decision[:6], reason, violations)
        head = base.head + refusal_headers(decision)
        refused = PreparedResponse(base.status, head, base.body, decision)
        return refused.with_headers(extra) if extra else refused


def _as_refusal(found: PreparedResponse, kind: str, operation: str | None) -> PreparedResponse:
    """A documented response as a refusal, without `X-Greenroom-*` fields that are documented."""
    kept = tuple(field for field in found.headers if field[0] not in NAMES)
    decision = found.decision._replace(refusal=kind, operation=operation, status=found.status)
    return prepare(found.status, kept, found.body, decision)


def _status(kind: str) -> str:
    return _UNDOCUMENTED.get(kind, STATUSES[kind][0])
