"""Header fields of responses: values made safe, and `X-Greenroom-*` written from the decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring_ascii as _quoted

from ...decision import Decision
from ...schema.violation import Violation

Headers = tuple[tuple[bytes, bytes], ...]

# The fields of a decision that have a header field, in this order; `refusal_headers` has the rest.
_DECISION_FIELDS = ("example", "basis", "operation", "seed", "refusal", "fault")
NAMES = frozenset(
    f"x-greenroom-{name}".encode()
    for name in (*_DECISION_FIELDS, "resource", "reason", "violations", "warning", "space")
)

_MESSAGE_LENGTH = 200
# Servers and proxies bound a header field at 4 or 8 KiB.
_LISTED_LENGTH = 3000


def header_value(text: str, limit: int = 1000) -> bytes:
    """Text made safe for a header field (RFC 9110 section 5.5): visible ASCII, bounded."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text.strip().encode()
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if c.isprintable() else " " for c in text)
    raw = text.encode("ascii", "backslashreplace").strip()
    return raw if len(raw) <= limit else raw[: limit - 3] + b"..."


def decision_headers(decision: Decision) -> Iterator[tuple[bytes, bytes]]:
    """The `X-Greenroom-*` fields of a decision, except those of `refusal_headers`."""
    for name in _DECISION_FIELDS:
        value = getattr(decision, name)
        if value is not None:
            yield f"x-greenroom-{name}".encode(), header_value(value)
    if decision.warnings:
        yield b"x-greenroom-warning", header_value("; ".join(decision.warnings))


def refusal_headers(decision: Decision) -> bytes:
    """The header fields that give the reason of a refusal, and the violations of the request.

    The violations are a JSON array of as many as a header field may hold, but at least one.
    """
    reason, violations = decision.reason, decision.violations
    if not violations:
        return b"x-greenroom-reason: %b\r\n" % header_value(reason)
    listed = ""
    for location, pointer, message in violations:
        # Every refused request pays for each step here, and few have long messages.
        if len(pointer) + len(message) > _MESSAGE_LENGTH:
            pointer, message = _cut(pointer), _cut(message)
        where, what = _quoted(pointer), _quoted(message)
        entry = f'{{"location":"{location}","pointer":{where},"message":{what}}}'
        if listed and len(listed) + len(entry) >= _LISTED_LENGTH:
            break
        listed = f"{listed},{entry}" if listed else entry
    if not (reason.isascii() and reason.isprintable()):
        reason = header_value(reason).decode()
    return f"x-greenroom-reason: {reason}\r\nx-greenroom-violations: [{listed}]\r\n".encode()


def summarize(violations: Sequence[Violation]) -> str:
    """Why a request with these violations is invalid, in one line."""
    reason = in_words(violations[0])
    return f"{reason} (and {len(violations) - 1} more)" if len(violations) > 1 else reason


def in_words(violation: Violation) -> str:
    """One violation in one line."""
    location, pointer, message = violation
    if len(pointer) + len(message) > _MESSAGE_LENGTH:
        pointer, message = _cut(pointer), _cut(message)
    return f"{location} {pointer or '/'}: {message}"


def _cut(text: str) -> str:
    return text if len(text) <= _MESSAGE_LENGTH else f"{text[: _MESSAGE_LENGTH - 3]}..."
