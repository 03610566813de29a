"""The pages of the console by their addresses (below /_greenroom/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from urllib.parse import parse_qsl, unquote

from ...console import docs, layout, start
from ...console.layout import Place
from ...console.reference import pages as reference
from ...console.reference.index import entries
from ...console.spaces.frame import TABS
from ...mock.security import SPACE_NAME
from ..connexion_seams import Scope
from .visit import Found, Visit


def _start(visit: Visit) -> Found:
    return 200, start.page(visit.place, [*visit.apis.values()], visit.address, visit.root)


def _reference(visit: Visit) -> Found:
    place, apis = visit.place, visit.apis
    if len(place.parts) == 1:
        return 200, start.listed(place, [*apis.values()], visit.address)
    api = apis.get(place.parts[1])
    space = visit.served().spaces.get(place.space) if place.space else None
    now = datetime.now(UTC) if space is None else space.now()
    html = None if api is None else reference.page(place, api, visit.address, now)
    return None if html is None else (200, html)


def _spaces(visit: Visit) -> Found:
    from .space_pages import page

    return page(visit)


def _example_requests(visit: Visit) -> Found:
    from .space_pages import example_requests

    return (200, example_requests(visit)) if len(visit.place.parts) == 1 else None


def _docs(visit: Visit) -> Found:
    html = docs.page(visit.place)
    return None if html is None else (200, html)


# Characters of an address that nearest ones are looked for, and how many are looked at: to compare
# two takes some 50 us.
_LONGEST_NAME, _MOST_NEAR = 100, 2000
# What shows the pages that begin with a segment. A page with a name in the bar has it in
# `layout.SECTIONS`.
PAGES: Mapping[str, Callable[[Visit], Found]] = {
    "": _start,
    "reference": _reference,
    "console": _spaces,
    "docs": _docs,
    "example-requests": _example_requests,
}


def place_of(scope: Scope, route: str, path: str) -> Place:
    """Where a page is: `route` is below /_greenroom, `path` the whole path that was requested."""
    parts = tuple(part for part in route.split("/")[1:])
    parts = () if parts == ("",) else parts
    # Both `/` and `/_greenroom` show a page of `/_greenroom/`.
    up = "../" * (len(parts) - 1) if route and path != "/" else "_greenroom/"
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    # The pages of a space are about it; elsewhere the address says which one is chosen.
    of_page = parts[1] if parts[:1] == ("console",) and len(parts) > 1 else ""
    space = of_page or query.get("space", "")
    return Place(up, parts, query, space if SPACE_NAME.fullmatch(space) else "")


def show(visit: Visit) -> Found:
    """The status and HTML of a page, None where no page begins like this."""
    find = PAGES.get(visit.place.section)
    if find is None or "" in visit.place.parts:
        return None
    return find(visit) or unknown(visit)


def unknown(visit: Visit) -> tuple[int, str]:
    """The page of an address that there is none at, with the nearest."""
    place, apis = visit.place, [*visit.apis.values()]
    known = {unquote(at): (kind, name) for kind, name, _, at in entries(apis)}
    if place.section == "console":
        of_space = ("/".join(("console", place.space, tab)) for tab in TABS if tab)
        known = {at: ("space", TABS[at.rpartition("/")[2]]) for at in of_space}
    asked = "/".join(place.parts)[:_LONGEST_NAME]
    below = [at for at in known if at.startswith(f"{place.section}/")] or [*known]
    near = [(*known[at], at.split("/")) for at in get_close_matches(asked, below[:_MOST_NEAR], 3)]
    return 404, layout.render("not_found.html", place, apis=apis, near=near)
