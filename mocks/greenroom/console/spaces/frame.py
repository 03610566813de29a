"""What the pages of one space have in common: the tabs, the clock, and how moments are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..layout import Place, render

# By the segment of their addresses.
TABS = {
    "": "Timeline", "requests": "Requests", "records": "Records", "webhooks": "Webhooks",
    "faults": "Faults",
}  # fmt: skip
_UNITS = (("day", 86400), ("h", 3600), ("min", 60), ("s", 1))


def page(
    template: str,
    place: Place,
    space: Mapping[str, Any],
    scripts: Sequence[str] = (),
    **data: Any,
) -> str:
    """A page of a space; `space` is as its control route gives it, with `counts` by tab."""
    clock = space["clock"]
    due = clock["next"] and until(clock["now"], clock["next"])
    tab = place.parts[2] if len(place.parts) > 2 else ""
    return render(
        f"space/{template}", place, space=space, tabs=TABS, tab=tab, clock=clock, due=due,
        date=date, time=time, segment=segment, scripts=["act", "live", "clock", *scripts], **data,
    )  # fmt: skip


def gone(place: Place, what: str, why: str, back: tuple[str, ...], call: str = "") -> str:
    """A page of something that is not there, and why; `call` makes it."""
    return render("space/gone.html", place, what=what, why=why, back=back, call=call,
                  scripts=["act"])  # fmt: skip


def segment(id: str) -> str:
    """An identifier as one segment of an address; browsers take dots alone for steps."""
    return id if id.strip(".") else f"~{id}"


def date(moment: str) -> str:
    """A day and a time as a person writes them, in UTC."""
    found = datetime.fromisoformat(moment)
    return f"{found:%a} {found.day} {found:%b %Y %H:%M:%S}"


def time(moment: str) -> str:
    """The time of a day."""
    return f"{datetime.fromisoformat(moment):%H:%M:%S}"


def until(now: str, moment: str) -> str:
    """How long it is from one moment to another, in at most two units."""
    rest = (datetime.fromisoformat(moment) - datetime.fromisoformat(now)).total_seconds()
    parts = []
    for unit, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        parts += [f"{int(count)} {unit}"] if count else []
    return " ".join(parts[:2]) or "no time"
