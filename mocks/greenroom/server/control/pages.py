"""The pages of the console by their addresses (below /_greenroom/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from ...console import docs, layout, start
from ...console.layout import Place
from ...console.reference import pages as reference
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
    html = None if api is None else reference.page(place, api, visit.address)
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
    return find(visit) or _unknown(visit)


def _unknown(visit: Visit) -> Found:
    return 404, layout.render("not_found.html", visit.place, apis=[*visit.apis.values()])
