"""Why a request is refused, and how: the vendor's own error, our reason beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring_ascii as _quoted

from ...schema.violation import Violation
from ..security import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from .prepared import PreparedResponse, answer, header_value, problem
from .selection import ResponseSelector, succeeds

UNKNOWN_PATH = "unknown-path"
METHOD_NOT_ALLOWED = "method-not-allowed"
UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
NOT_ACCEPTABLE = "not-acceptable"
TOO_LARGE = "body-too-large"
MALFORMED = "malformed-body"
INVALID = "invalid-request"

# Which documented answer a refusal takes: the first of these that the operation has. Where it has
# none the first of all, or what _UNDOCUMENTED says: by its `4XX` or `default`, else undocumented.
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

_KIND, _REASON, _VIOLATIONS = (
    b"x-greenroom-refusal",
    b"x-greenroom-reason",
    b"x-greenroom-violations",
)

_REASON_LENGTH = 1000
_MESSAGE_LENGTH = 200
# Servers and proxies bound a header field at 4 or 8 KiB.
_LISTED_LENGTH = 3000


def because(reason: str) -> bytes:
    """The header field that tells the reason of a refusal."""
    return b"x-greenroom-reason: %b\r\n" % header_value(reason, _REASON_LENGTH)


def reason_of(violations: Sequence[Violation]) -> str:
    """Why a request with these violations is invalid, in a line."""
    location, pointer, message = violations[0]
    reason = f"{location} {_cut(pointer) or '/'}: {_cut(message)}"
    return f"{reason} (and {len(violations) - 1} more)" if len(violations) > 1 else reason


def told(violations: Sequence[Violation]) -> bytes:
    """The header fields that tell why a request is invalid, and what it violates.

    The latter is a JSON array of as much as a header field may hold, one violation at least.
    """
    location, pointer, message = violations[0]
    reason = f"{location} {pointer or '/'}: {message}"
    # Nearly all are like this: every step of it is felt in how fast requests are refused.
    if (
        len(violations) == 1
        and len(reason) <= _MESSAGE_LENGTH
        and reason.isascii()
        and reason.isprintable()
    ):
        return (
            f"x-greenroom-reason: {reason}\r\nx-greenroom-violations: "
            f'[{{"location":"{location}","pointer":{_quoted(pointer)},"message":{_quoted(message)}}}]\r\n'
        ).encode()
    listed = f"x-greenroom-violations: [{_listed(violations)}]\r\n"
    return because(reason_of(violations)) + listed.encode()


def _listed(violations: Sequence[Violation]) -> str:
    """As many violations as a header may hold."""
    listed = ""
    for location, pointer, message in violations:
        where, what = _quoted(_cut(pointer)), _quoted(_cut(message))
        entry = f'{{"location":"{location}","pointer":{where},"message":{what}}}'
        if listed and len(listed) + len(entry) >= _LISTED_LENGTH:
            break
        listed += f",{entry}" if listed else entry
    return listed


def explicit(kind: str, selector: ResponseSelector) -> PreparedResponse | None:
    """The answer of a status that is documented by its own code; None where there is none."""
    statuses = (status for status in STATUSES[kind] if status in selector.candidates)
    found = next((found for status in statuses if (found := selector.first(status))), None)
    return found and _lent(found, kind)


def documented(kind: str, selector: ResponseSelector) -> PreparedResponse | None:
    """The operation's own answer for a kind of refusal; None where it documents none."""
    found = explicit(kind, selector)
    # `default` speaks of errors only where something else speaks of success.
    if found is None and ("4XX" in selector.candidates or succeeds(selector.candidates)):
        found = selector.first(_status(kind))
        found = found and _lent(found, kind)
    return found


def undocumented(kind: str, reason: str) -> PreparedResponse:
    """Problem details (RFC 9457), for a refusal that nobody documents."""
    return _lent(problem(int(_status(kind)), reason), kind)


def render(
    base: PreparedResponse, fields: bytes, extra: Sequence[tuple[bytes, bytes]] = ()
) -> PreparedResponse:
    """The answer to a refused request, from one of the three above and what tells the reason."""
    refused = PreparedResponse(base.status, base.head + fields, base.body)
    return refused.with_headers(extra) if extra else refused


def _lent(found: PreparedResponse, kind: str) -> PreparedResponse:
    """An answer with the kind of the refusal, and without the other fields that each adds."""
    kept = tuple(field for field in found.headers if field[0] not in (_KIND, _REASON, _VIOLATIONS))
    return answer(found.status, (*kept, (_KIND, kind.encode())), found.body)


def _status(kind: str) -> str:
    return _UNDOCUMENTED.get(kind, STATUSES[kind][0])


def _cut(text: str) -> str:
    return text if len(text) <= _MESSAGE_LENGTH else f"{text[: _MESSAGE_LENGTH - 3]}..."
