"""How moments, lengths of time and addresses are written for people."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..contract.behaviour.duration import duration

_UNITS = (("day", 86400), ("h", 3600), ("min", 60))


def date(moment: str) -> str:
    """A day and a time as a person writes them, in UTC."""
    found = datetime.fromisoformat(moment)
    return f"{found:%a} {found.day} {found:%b %Y %H:%M:%S}"


def time(moment: str) -> str:
    """The time of a day."""
    return f"{datetime.fromisoformat(moment):%H:%M:%S}"


def until(now: str, moment: str) -> str:
    """How long it is from one moment to another, in whole seconds."""
    rest = datetime.fromisoformat(moment) - datetime.fromisoformat(now)
    return length(timedelta(seconds=int(rest.total_seconds())))


def length(of: timedelta | float | str) -> str:
    """A length of time in at most two units: a duration of ISO 8601, or one in seconds."""
    of = duration(of) if isinstance(of, str) else of
    rest = of.total_seconds() if isinstance(of, timedelta) else of
    if 0 < rest < 1:
        return f"{1000 * rest:.3g} ms"
    parts = []
    for unit, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        plural = "s" if unit == "day" and count != 1 else ""
        parts += [f"{count:.0f} {unit}{plural}"] if count else []
    parts += [f"{rest:.3g} s"] if rest else []
    return " ".join(parts[:2]) or "no time"


def short(text: str, most: int = 48) -> str:
    """A text of at most so many characters, with its beginning and its end."""
    half = (most - 1) // 2
    return text if len(text) <= most else f"{text[: most - 1 - half]}…{text[-half:]}"
