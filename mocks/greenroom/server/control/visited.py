"""A space that is visited: what its control routes give, and its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ...console.layout import Place
from ...console.reference.index import Entry
from ...console.spaces import frame
from ...state.life.emission import About
from ...state.space import Space
from ...webhooks.delivery import Delivery
from . import deliveries, faults, spaces
from .call import DOCUMENT, Call, Served
from .visit import Found, Visit

# Rows of a page; the others are reached by the filter and by links.
MOST_ROWS = 200
# What a vendor's name cannot be in an address below a space.
_WORDS = {path.split("/")[3] for path in DOCUMENT["paths"] if path.startswith("/spaces/{space}/")}


class Spaces:
    """What a visit sees of the spaces; `call` gives what a control route would."""

    def __init__(self, visit: Visit) -> None:
        self.visit, self.place = visit, visit.place
        self.served: Served = visit.served()

    def call(self, handle: Callable[[Call], Any], path: Mapping[str, str], **query: Any) -> Any:
        """What a control route gives. Raises ControlError."""
        texts = {name: str(value) for name, value in query.items()}
        return handle(Call(self.served, path, texts, {}, lambda contract, space: ""))

    def example(self, name: str) -> str:
        """A base URL in a space."""
        apis = [*self.visit.apis.values()]
        return self.visit.address(apis[0], name) if apis else f"~{name}"


class Seen:
    """One space that is visited."""

    def __init__(self, spaces_: Spaces, space: Space) -> None:
        self.spaces, self.space, self.place = spaces_, space, spaces_.place
        self.query: Mapping[str, str] = spaces_.place.query

    def call(self, handle: Callable[[Call], Any], path: Any = (), **query: Any) -> Any:
        """What a control route of the space gives. Raises ControlError."""
        return self.spaces.call(handle, {"space": self.space.name, **dict(path)}, **query)

    def page(self, template: str, **data: Any) -> Found:
        """A page of the space."""
        about = self.call(spaces.get_space)
        sent = self.call(deliveries.list_deliveries, limit=1)["total"]
        counts = {"requests": about["requests"], "records": about["records"], "webhooks": sent,
                  "faults": self.call(faults.list_faults)["total"]}  # fmt: skip
        about |= {"counts": counts, "due": self._due()}
        return 200, frame.page(template, self.place, about, **data)

    def _due(self) -> str:
        """What is due next, in words."""
        due = self.space.agenda.next()
        if due is None:
            return ""
        if isinstance(due.what, About):
            return f"{due.what.resource} {due.what.id}"
        return f"{due.what.emission.event} again" if isinstance(due.what, Delivery) else ""

    def gone(self, what: str, why: str, tab: str) -> Found:
        """The page of something that is not in the space."""
        return 404, frame.gone(self.place, what, why, ("console", self.space.name, tab))

    def path(self, *parts: str) -> str:
        """The path of a control route of the space, below /_greenroom/."""
        return "/".join(quote(part, safe="") for part in ("spaces", self.space.name, *parts))

    def of_vendor(self, vendor: str, *parts: str) -> str:
        """The path of a control route of a vendor in the space."""
        return self.path(f"vendor-{vendor}" if vendor in _WORDS else vendor, *parts)


def found(all_: Iterable[Space], chosen: Space | None, id: str = "") -> Iterator[Entry]:
    """What the search finds in spaces: their pages, and of one the newest records.

    With an `id` only the records that have it, newest or not.
    """
    here = Place()
    for space in () if id else all_:
        for tab in frame.TABS:
            parts = (space.name, tab) if tab else (space.name,)
            yield "space", " ".join(parts), "", here.to("console", *parts)
    worlds = chosen.worlds.items() if chosen is not None else ()
    for vendor, world, name in ((v, w, r) for v, w in worlds for r in w.api.behaviour.resources):
        newest = max(0, world.count(name) - MOST_ROWS)
        for record in [world.get(name, id)] if id else world.records(name, newest)[::-1]:
            if chosen is not None and record is not None:
                to = ("console", chosen.name, "records", vendor, name, frame.segment(record.id))
                words = f"{vendor} {record.state or ''}"
                yield "record", f"{name} {record.id}", words, here.to(*to)
