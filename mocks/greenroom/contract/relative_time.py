"""Times of request examples that are relative to their use (`x-relative-time`, specs/README.md)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ..schema import json_pointer as ptr

# Full dates and date-times of RFC 3339 section 5.6; the parts behind the date are optional.
_TIME = re.compile(
    r"\d{4}-\d\d-\d\d(?:(?P<separator>[Tt ])\d\d:\d\d(?P<seconds>:\d\d(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>[Zz]|[+-]\d\d:\d\d)?)?"
)
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)


def written_at(value: Any, relative_times: Mapping[str, str], now: datetime | None) -> Any:
    """The value of an example, its relative times written as `now` plus their durations.

    `relative_times` are durations (RFC 3339, appendix A) by JSON pointer. Each time keeps the form
    of the documented one: a date, or a date-time with its offset and digits. Without `now`, an
    aware datetime, the value is the documented one.
    """
    if now is None:
        return value
    for pointer, duration in relative_times.items():
        value = _replaced(value, pointer, partial(_time, duration=duration, now=now))
    return value


def without_times(value: Any, relative_times: Mapping[str, str]) -> Any:
    """A value in which relative times are null, so that two that differ in them alone are equal."""
    for pointer in relative_times:
        value = _replaced(value, pointer, lambda _: None)
    return value


def _replaced(value: Any, pointer: str, change: Callable[[str], Any]) -> Any:
    """A copy with the text at a pointer changed; the same value where there is no text."""
    try:
        found = ptr.look_up(value, pointer)
    except LookupError:
        return value
    return ptr.with_value(value, pointer, change(found)) if isinstance(found, str) else value


def _time(text: str, duration: str, now: datetime) -> str:
    """The moment in the form of a documented time; any other text as it is."""
    form, lasts = _TIME.fullmatch(text), _DURATION.fullmatch(duration)
    if form is None or lasts is None:
        return text
    years, months, weeks, days, hours, minutes, seconds = (int(n or 0) for n in lasts.groups())
    zone = form["zone"] or "Z"
    offset = datetime.strptime(zone.upper(), "%z").tzinfo or UTC
    try:
        moment = _months_later(now.astimezone(offset), 12 * years + months) + timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds
        )
    except (ValueError, OverflowError):
        return text
    if form["separator"] is None:
        return moment.strftime("%Y-%m-%d")
    written = f"{moment:%Y-%m-%d}{form['separator']}{moment:%H:%M}"
    if form["seconds"]:
        written += f":{moment:%S}"
    if form["fraction"]:
        digits = len(form["fraction"])
        written += "." + f"{moment:%f}".ljust(digits, "0")[:digits]
    return written + (form["zone"] or "")


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day some months later, or the last day of that month if it has fewer days."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    return moment.replace(
        year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1])
    )
