"""A moment in the form of a documented one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from ..contract.relative_time import written_at

_USUAL = re.compile(
    r"\d{4}-\d\d-\d\d([Tt ])\d\d:\d\d:\d\d(\.\d{3}|\.\d{6})?([Zz]|\+00:00|)", re.ASCII
)
# Numbers from here on count milliseconds since 1970: as seconds they would be after the year 5000.
_MILLISECONDS = 10**11


def in_form_of(example: Any, now: datetime) -> Any:
    """A moment as an example of a time has it; the example itself where it is not a time.

    The forms are dates and date-times of RFC 3339, and seconds or milliseconds since 1970, as
    a number or as a text of digits. Without an example it is a date-time.
    """
    separator, parts, zone = _form(example) if type(example) is str else ("", "", "")
    if parts:
        in_utc = now if now.tzinfo is UTC else now.astimezone(UTC)
        return in_utc.isoformat(separator, parts)[:-6] + zone
    if isinstance(example, bool):
        return example
    if isinstance(example, (int, float)):
        seconds = now.timestamp() * (1000 if abs(example) >= _MILLISECONDS else 1)
        return seconds if isinstance(example, float) else int(seconds)
    if example is None:
        return in_form_of("1970-01-01T00:00:00Z", now)
    if isinstance(example, str) and example.isascii() and example.isdigit():
        return str(in_form_of(int(example), now))
    return written_at(example, {"": "PT0S"}, now)


@lru_cache(maxsize=256)
def _form(example: str) -> tuple[str, str, str]:
    """Separator, `timespec` and zone of the usual date-times in UTC, which are written at once."""
    found = _USUAL.fullmatch(example)
    parts = {1: "seconds", 4: "milliseconds", 7: "microseconds"}
    return (found[1], parts[len(found[2] or ".")], found[3]) if found else ("", "", "")


def moment(value: Any, end_of_day: bool = False) -> float | None:
    """Seconds since 1970 of a value that is a time in one of these forms; None for any other.

    A date begins its day, with `end_of_day` it ends it. Times without a zone are UTC.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value / 1000 if abs(value) >= _MILLISECONDS else float(value)
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    if end_of_day and len(value) == len("2026-01-05"):
        found += timedelta(days=1, microseconds=-1)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
