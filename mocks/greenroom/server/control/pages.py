"""The pages of the console by their addresses (below /_greenroom/)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from ...console import docs, layout, start
from ...console.layout import Place
from ...console.reference import pages as reference
from ...console.reference.api import Api
from ...mock.security import SPACE_NAME
from ..connexion_seams import Scope
from ..space_access import SpaceAccess


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page: where it is, and what there is to show.

    `address` gives the base URL of a contract's mock, in a space or with "" outside of any.
    """

    place: Place
    apis: Mapping[str, Api]
    address: Callable[[Api, str], str]
    spaces: SpaceAccess


def _start(visit: Visit) -> str | None:
    return start.page(visit.place, [*visit.apis.values()], visit.address)


def _reference(visit: Visit) -> str | None:
    place, apis = visit.place, visit.apis
    if len(place.parts) == 1:
        return start.listed(place, [*apis.values()], visit.address)
    api = apis.get(place.parts[1])
    return None if api is None else reference.page(place, api, visit.address)


def _docs(visit: Visit) -> str | None:
    return docs.page(visit.place)


# What shows the pages that begin with a segment: their HTML, or None where there is none. A page
# with a name in the bar has it in `layout.SECTIONS`.
PAGES: Mapping[str, Callable[[Visit], str | None]] = {
    "": _start,
    "reference": _reference,
    "docs": _docs,
}


def place_of(scope: Scope, route: str, path: str) -> Place:
    """Where a page is: `route` is below /_greenroom, `path` the whole path that was requested."""
    parts = tuple(part for part in route.split("/")[1:])
    parts = () if parts == ("",) else parts
    # Both `/` and `/_greenroom` show a page of `/_greenroom/`.
    up = "../" * (len(parts) - 1) if route and path != "/" else "_greenroom/"
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    space = query.get("space", "")
    return Place(up, parts, query, space if SPACE_NAME.fullmatch(space) else "")


def show(visit: Visit) -> tuple[int, str] | None:
    """The status and HTML of a page, None where no page begins like this."""
    find = PAGES.get(visit.place.section)
    if find is None or "" in visit.place.parts:
        return None
    html = find(visit)
    if html is not None:
        return 200, html
    return 404, layout.render("not_found.html", visit.place, apis=[*visit.apis.values()])
