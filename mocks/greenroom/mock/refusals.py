"""Why a request is refused, and how: the vendor's own error, our reason beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring_ascii as _quoted

from .answers import Answer, answer, header_value, problem
from .choice import Choices, succeeds
from .credentials import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from .parameters import Violation

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

_REASON, _VIOLATIONS = b"x-greenroom-reason", b"x-greenroom-violations"
_KINDS = {kind: (b"x-greenroom-refusal", kind.encode()) for kind in STATUSES}
_OURS = frozenset((b"x-greenroom-refusal", _REASON, _VIOLATIONS))

_MESSAGE_LENGTH = 200
# Servers and proxies bound a header field at 4 or 8 KiB.
_LISTED_LENGTH = 3000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision against a request: its kind (a key of STATUSES), the reason, what was violated."""

    kind: str
    reason: str
    violations: Sequence[Violation] = field(default=())


def invalid(violations: Sequence[Violation]) -> Refusal:
    """The refusal of a request that breaks its contract, all violations told."""
    first = violations[0]
    more = f" (and {len(violations) - 1} more)" if len(violations) > 1 else ""
    reason = f"{first.location} {_short(first.pointer or '/')}: {_short(first.message)}{more}"
    return Refusal(INVALID, reason, violations)


def explicit(kind: str, choices: Choices) -> Answer | None:
    """The answer of a status that is documented by its own code; None where there is none."""
    statuses = (status for status in STATUSES[kind] if status in choices.offers)
    return _lent(next((found for status in statuses if (found := choices.first(status))), None))


def documented(kind: str, choices: Choices) -> Answer | None:
    """The operation's own answer for a kind of refusal; None where it documents none."""
    found = explicit(kind, choices)
    # `default` speaks of errors only where something else speaks of success.
    if found is None and ("4XX" in choices.offers or succeeds(choices.offers)):
        found = _lent(choices.first(_status(kind)))
    return found


def render(
    refusal: Refusal, base: Answer | None, extra: Sequence[tuple[bytes, bytes]] = ()
) -> Answer:
    """The answer to a refused request: `base`, or problem details (RFC 9457) where it is None."""
    if base is None:
        base = problem(int(_status(refusal.kind)), refusal.reason)
    headers = [*base.headers, _KINDS[refusal.kind], (_REASON, header_value(refusal.reason))]
    if refusal.violations:
        headers.append((_VIOLATIONS, _listed(refusal.violations)))
    start = {"type": "http.response.start", "status": base.status, "headers": headers}
    told = Answer(base.status, tuple(headers), base.body, start, base.end)
    return told.with_headers(extra) if extra else told


def _lent(found: Answer | None) -> Answer | None:
    """A documented answer without the fields that every refusal adds."""
    if found is None or not any(name in _OURS for name, _ in found.headers):
        return found
    kept = tuple(header for header in found.headers if header[0] not in _OURS)
    return answer(found.status, kept, found.body)


def _status(kind: str) -> str:
    return _UNDOCUMENTED.get(kind, STATUSES[kind][0])


def _listed(violations: Sequence[Violation]) -> bytes:
    """Violations as a JSON array, as many as a header may hold and one at least."""
    listed: list[str] = []
    size = 0
    for v in violations:
        pointer, message = _quoted(_short(v.pointer)), _quoted(_short(v.message))
        entry = f'{{"location":"{v.location}","pointer":{pointer},"message":{message}}}'
        size += len(entry)
        if listed and size > _LISTED_LENGTH:
            break
        listed.append(entry)
    return f"[{','.join(listed)}]".encode()


def _short(message: str) -> str:
    return message if len(message) <= _MESSAGE_LENGTH else f"{message[: _MESSAGE_LENGTH - 3]}..."
