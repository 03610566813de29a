"""Durations of ISO 8601 that a clock can add: weeks, days, hours, minutes and seconds."""

from __future__ import annotations

import re
from datetime import timedelta

# In JSON Schema's dialect too. What it allows is less than 2,000 years.
PATTERN = (
    r"^P(?=[0-9T])(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,6})?)S)?)?$"
)
_UNITS = ("weeks", "days", "hours", "minutes", "seconds")


def duration(text: str) -> timedelta:
    """A duration. Raises ValueError for years, months, signs, and anything that is not one."""
    found = re.fullmatch(PATTERN, text)
    if found is None:
        raise ValueError(f"{text!r} is not a duration in weeks to seconds, as 'P2DT30M' is")
    return timedelta(**{u: float(n) for u, n in zip(_UNITS, found.groups(), strict=True) if n})


def written(length: timedelta) -> str:
    """A duration as text, in days, hours, minutes and seconds."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f"{seconds + length.microseconds / 10**6:f}".rstrip("0").rstrip(".")
    parts = {"H": hours and str(hours), "M": minutes and str(minutes), "S": rest != "0" and rest}
    time = "".join(f"{number}{unit}" for unit, number in parts.items() if number)
    days = f"{length.days}D" if length.days else ""
    return f"P{days}T{time or '0S'}" if time or not days else f"P{days}"
