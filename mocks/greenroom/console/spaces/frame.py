"""What the pages of one space have in common: the tabs and the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..layout import Place, render
from ..wording import until

# By the segment of their addresses.
TABS = {
    "": "Timeline", "requests": "Requests", "records": "Records", "webhooks": "Webhooks",
    "faults": "Faults",
}  # fmt: skip


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
        segment=segment, scripts=["act", "live", "clock", *scripts], **data,
    )  # fmt: skip


def gone(place: Place, what: str, why: str, back: tuple[str, ...], **more: Any) -> str:
    """A page of what is not there, and why; `call` makes it, `near` are spaces that are meant."""
    data = {"call": "", "near": (), **more}
    return render("space/gone.html", place, what=what, why=why, back=back, scripts=["act"], **data)


def segment(id: str) -> str:
    """An identifier as one segment of an address; browsers take dots alone for steps."""
    return id if id.strip(".") else f"~{id}"
