"""A moment in the form of a documented one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ..contract.relative_time import written_at

# Numbers from here on count milliseconds since 1970: as seconds they would be after the year 5000.
_MILLISECONDS = 10**11


def in_form_of(example: Any, now: datetime) -> Any:
    """A moment as an example of a time has it; the example itself where it is not a time.

    The forms are dates and date-times of RFC 3339, and seconds or milliseconds since 1970, as
    a number or as a text of digits.
    """
    if isinstance(example, bool):
        return example
    if isinstance(example, int | float):
        seconds = now.timestamp() * (1000 if abs(example) >= _MILLISECONDS else 1)
        return seconds if isinstance(example, float) else int(seconds)
    if isinstance(example, str) and example.isascii() and example.isdigit():
        return str(in_form_of(int(example), now))
    return written_at(example, {"": "PT0S"}, now)


def moment(value: Any, end_of_day: bool = False) -> float | None:
    """Seconds since 1970 of a value that is a time in one of these forms; None for any other.

    A date begins its day, with `end_of_day` it ends it. Times without a zone are UTC.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value / 1000 if abs(value) >= _MILLISECONDS else float(value)
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    if end_of_day and len(value) == len("2026-01-05"):
        found += timedelta(days=1, microseconds=-1)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
