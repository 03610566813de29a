"""Timestamps of RFC 3339, and the times of HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# A moment in a sentence, as `format` writes it.
WRITTEN = "%a %d %b %Y %H:%M:%S"


def rfc3339(seconds: float) -> str:
    """Seconds since 1970 as a timestamp in UTC, to the millisecond; 1970 if out of range."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(seconds: float) -> str:
    """Seconds since 1970 as a date in UTC, such as `2026-11-22`."""
    return rfc3339(seconds)[:10]


def seconds_of(text: str) -> float | None:
    """A timestamp in seconds since 1970; None if it is not valid or has no time zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds to wait by a `Retry-After` field (RFC 9110 section 10.2.3), None if malformed.

    `now` is in seconds since 1970, for a value that is a date.
    """
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(date.timestamp() - now, 0.0)
