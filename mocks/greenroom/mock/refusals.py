"""Why a request is refused, and how: the vendor's own error, our reason beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .answers import Answer, header_value, problem
from .choice import Choices
from .credentials import EXPIRED, FORBIDDEN, MISSING, UNKNOWN
from .parameters import Violation

UNKNOWN_PATH = "unknown-path"
METHOD_NOT_ALLOWED = "method-not-allowed"
UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type"
NOT_ACCEPTABLE = "not-acceptable"
TOO_LARGE = "body-too-large"
MALFORMED = "malformed-body"
INVALID = "invalid-request"

# Which documented answer a refusal takes: the first of these that the operation has, then its `4XX`
# or `default`. The first one is the status where it documents none of them.
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

_MOST_VIOLATIONS = 10
_MESSAGE_LENGTH = 200


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
    reason = f"{first.location} {first.pointer or '/'}: {_short(first.message)}{more}"
    return Refusal(INVALID, reason, violations)


def explicit(kind: str, choices: Choices) -> Answer | None:
    """The answer of a status that is documented by its own code; None where there is none."""
    statuses = (status for status in STATUSES[kind] if status in choices.offers)
    return next((found for status in statuses if (found := choices.first(status))), None)


def documented(kind: str, choices: Choices) -> Answer | None:
    """The operation's own answer for a kind of refusal; None where it documents none."""
    found = explicit(kind, choices)
    # `default` speaks of errors only where something else speaks of success.
    succeeds = any(status.startswith("2") for status in choices.offers)
    if found is None and ("4XX" in choices.offers or succeeds):
        found = choices.first(STATUSES[kind][-1])
    return found


def render(
    refusal: Refusal, base: Answer | None, extra: Iterable[tuple[bytes, bytes]] = ()
) -> Answer:
    """The answer to a refused request: `base`, or problem details (RFC 9457) where it is None."""
    if base is None:
        status = int(_UNDOCUMENTED.get(refusal.kind, STATUSES[refusal.kind][0]))
        base = problem(status, refusal.reason)
    headers = [
        (b"x-greenroom-refusal", refusal.kind.encode()),
        (b"x-greenroom-reason", header_value(refusal.reason)),
        *extra,
    ]
    if refusal.violations:
        headers.append((b"x-greenroom-violations", _listed(refusal.violations)))
    return base.with_headers(headers)


def _listed(violations: Sequence[Violation]) -> bytes:
    """Violations as a JSON array, as many as a header may hold."""
    listed = [
        {"location": v.location, "pointer": _short(v.pointer), "message": _short(v.message)}
        for v in violations[:_MOST_VIOLATIONS]
    ]
    return json.dumps(listed, separators=(",", ":")).encode()


def _short(message: str) -> str:
    return message if len(message) <= _MESSAGE_LENGTH else f"{message[: _MESSAGE_LENGTH - 3]}..."
