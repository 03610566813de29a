"""Durations of ISO 8601 that a clock can add: weeks, days, hours, minutes and seconds."""

from __future__ import annotations

import re
from datetime import timedelta

_FORM = re.compile(
    r"P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,8})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


def duration(text: str) -> timedelta:
    """A duration. Raises ValueError for years, months, signs, and anything that is not one."""
    found = _FORM.fullmatch(text)
    parts = {k: float(v) for k, v in found.groupdict().items() if v} if found else {}
    if not parts:
        raise ValueError(f"{text!r} is not a duration in weeks to seconds, as in 'P2DT30M'")
    return timedelta(**parts)


def written(length: timedelta) -> str:
    """A duration as text: days, hours, minutes and seconds."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f"{seconds + length.microseconds / 10**6:f}".rstrip("0").rstrip(".")
    parts = [f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n]
    parts += [f"{rest}S"] if rest != "0" or not (length.days or parts) else []
    days = f"{length.days}D" if length.days else ""
    return f"P{days}" + ("T" + "".join(parts) if parts else "")
