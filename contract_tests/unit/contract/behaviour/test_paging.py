"""How lists are paged follows from usual names, in files that declare neither that nor sources."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import contract

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.model import Paging

TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
THING = {"type": "object", "properties": {"id": TEXT, "name": TEXT}}
THINGS = {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}
DATE, ID = {**TEXT, "format": "date-time"}, {**TEXT, "format": "uuid"}
LINK = {"type": ["string", "null"], "format": "uri"}


def paging(
    parameters: dict[str, Any], told: dict[str, Any], sources: bool = False, **listing: Any
) -> Paging | None:
    """The paging of a list of things whose response tells some members beside `data`."""
    envelope = {"type": "object", "properties": {"data": THINGS, **told}}
    shown = {"description": "Things.", "content": {"application/json": {"schema": envelope}}}
    one = {"description": "It.", "content": {"application/json": {"schema": THINGS["items"]}}}
    queried = [{"name": n, "in": "query", "schema": s} for n, s in parameters.items()]
    here = {"name": "id", "in": "path", "required": True, "schema": TEXT, "example": "a"}
    links = {"Next": {"operationId": "getThing", "parameters": {"id": "$response.body#/data/0/id"}}}
    paths = {
        "/things": {
            "get": {
                "operationId": "list",
                "parameters": queried,
                "responses": {"200": {**shown, "links": links}},
                **listing,
            }
        },
        "/things/{id}": {
            "get": {"operationId": "getThing", "parameters": [here], "responses": {"200": one}}
        },
    }
    info = {"title": "Things", "version": "1", **({"x-sources": {}} if sources else {})}
    made = contract(paths, info=info, components={"schemas": {"Thing": THING}})
    return behaviour_of(made).bindings["list"].paging


SIZED = {"limit": NUMBER}
# What is asked and told, and what follows: the parameter that chooses a page, and where the
# response says what.
FOUND: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({**SIZED, "starting_after": TEXT}, {"has_more": FLAG}, {"cursor": "starting_after"}),
    ({**SIZED, "starting_after": TEXT}, {}, {"cursor": "starting_after"}),
    ({**SIZED, "after": TEXT, "before": TEXT}, {"hasMore": FLAG},
     {"cursor": "after", "before": "before"}),
    ({**SIZED, "after": TEXT}, {}, {}),
    ({**SIZED, "after": DATE}, {"has_more": FLAG}, {}),
    ({**SIZED, "cursor": TEXT}, {"has_more": FLAG}, {}),
    ({**SIZED, "cursor": TEXT}, {"next": ID}, {}),
    ({**SIZED, "cursor": ID}, {"next": TEXT}, {}),
    ({**SIZED, "cursor": NUMBER}, {"next": TEXT}, {}),
    ({**SIZED, "cursor": TEXT}, {"next_steps": TEXT, "nextOfKin": TEXT}, {}),
    ({"cursor": TEXT}, {"next": TEXT}, {"cursor": "cursor", "next": "/next"}),
    ({**SIZED, "pageToken": TEXT}, {"nextPageToken": TEXT},
     {"cursor": "pageToken", "next": "/nextPageToken"}),
    ({"count": NUMBER, "cursor": TEXT}, {"nextCursor": TEXT},
     {"size": "count", "next": "/nextCursor"}),
    ({**SIZED, "cursor": TEXT}, {"cursor": TEXT}, {"cursor": "cursor", "next": "/cursor"}),
    ({**SIZED, "page_token": TEXT}, {"next_page": LINK, "prev_page": LINK},
     {"next": None, "next_url": "/next_page", "previous_url": "/prev_page"}),
    ({**SIZED, "cursor": TEXT}, {"next": {**TEXT, "example": "https://api.test/things?cursor=a"}},
     {"next": None, "next_url": "/next"}),
    ({**SIZED, "cursor": TEXT}, {"links": {"type": "object", "properties": {"next": TEXT}}},
     {"next_url": "/links/next"}),
    ({**SIZED, "page": NUMBER, "cursor": TEXT}, {"next_cursor": TEXT, "page": NUMBER},
     {"cursor": "cursor", "page": "", "echoed_page": None}),
    ({"page[size]": NUMBER, "page[number]": NUMBER}, {"total": NUMBER, "current_page": NUMBER},
     {"size": "page[size]", "page": "page[number]", "echoed_page": "/current_page"}),
    ({"per_page": NUMBER, "page": {**NUMBER, "minimum": 0}}, {}, {"page": "page", "first": 0}),
    ({"per_page": NUMBER, "page": {**NUMBER, "minimum": 0, "default": 1}}, {}, {"first": 1}),
    ({**SIZED, "offset": {"type": "number"}}, {"totalCount": NUMBER},
     {"offset": "offset", "total": "/totalCount"}),
    ({"page": NUMBER}, {"total": NUMBER}, {}),
    ({**SIZED, "page": TEXT}, {}, {}),
    (SIZED, {"next": TEXT}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "told", "expected"), FOUND, ids=str)
def test_pages_follow_from_usual_names(
    asked: dict[str, Any], told: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Of parameters together with members of the response, each of a fitting type."""
    found = paging(asked, told)
    assert (found is not None) == bool(expected), found
    assert {key: getattr(found, key) for key in expected} == expected
    if found is not None:
        assert (found.pointer, found.items) == ("", "/data")
        assert paging(asked, told, sources=True) is None, "names alone prove nothing"


def test_what_is_declared_is_not_inferred() -> None:
    """Neither beside the extension, nor of a parameter that filters."""
    declared = {"size": "limit", "offset": "skip", "items": "/data"}
    asked = {"limit": NUMBER, "skip": NUMBER, "cursor": TEXT}
    found = paging(asked, {"next": TEXT}, **{"x-pagination": declared})
    assert found is not None
    assert (found.offset, found.cursor, found.next) == ("skip", "", None)
    node = {"resource": "Thing", "kind": "list", "filter": {"cursor": "/name"}}
    found = paging(asked, {"next": TEXT}, **{"x-resource-operation": node})
    assert found is not None
    assert (found.offset, found.cursor) == ("skip", "")
