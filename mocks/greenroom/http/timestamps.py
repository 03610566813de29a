"""Times as report files write them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(seconds: float) -> str:
    """Seconds since 1970 as a time of RFC 3339 in UTC, to the millisecond."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(seconds: float) -> str:
    """The day of a time in UTC: `2026-11-22`."""
    return rfc3339(seconds)[:10]


def seconds_of(text: str) -> float | None:
    """A time of RFC 3339 in seconds since 1970, None for what is none or names no zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo is not None else None
