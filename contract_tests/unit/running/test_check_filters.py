"""A list is read whole, and once by what a link names."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from accounts import answer, by_id, operation

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, serving

BRIEF = Options(generated=0, invalid=0, credentials=False)
# Two authors and two shelves, of which the first of each have no book together.
BOOKS = [{"id": "b1", "author": "a2", "shelf": "s2"}, {"id": "b2", "author": "a1", "shelf": "s2"}]
THINGS = {"/authors": [{"id": "a1"}, {"id": "a2"}], "/shelves": [{"id": "s1"}, {"id": "s2"}]}


def to(name: str, parameter: str, text: str) -> dict[str, list[Any]]:
    """A link that supplies a parameter."""
    return {name: [{"operationId": name, "parameters": {parameter: text}}]}


def library() -> Contract:
    """Books of an author, on a shelf."""
    query = [
        {"name": name, "in": "query", "schema": {"type": kind}}
        for name, kind in (("author", "string"), ("shelf", "string"), ("page", "integer"))
    ]
    size = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    paths = {
        "/authors": {
            "get": operation(
                "listAuthors",
                ["read"],
                responses=answer([], **to("listBooks", "author", "$response.body#/0/id")),
            )
        },
        "/shelves": {
            "get": operation(
                "listShelves",
                ["read"],
                responses=answer([], **to("listBooks", "shelf", "$response.body#/0/id")),
            )
        },
        "/books": {
            "get": operation(
                "listBooks",
                ["read"],
                parameters=[*query, size],
                responses=answer([], **to("getBook", "id", "$response.body#/0/id")),
            )
        },
        "/books/{id}": {
            "get": operation("getBook", ["read"], parameters=by_id(), responses=answer({}))
        },
    }
    info = {"title": "Library", "version": "1"}
    return build({"openapi": "3.1.0", "info": info, "paths": paths}, "library", "library.yaml")


def read(contract: Contract) -> tuple[Report, list[dict[str, list[str]]]]:
    """The report about a server that filters, and the filters of the requests for books."""

    def respond(request: HttpRequest) -> HttpResponse:
        target = urlsplit(request.path)
        asked = parse_qs(target.query)
        books = [b for b in BOOKS if all([b[k]] == asked.get(k, [b[k]]) for k in b)]
        found = books if target.path == "/books" else THINGS.get(target.path, {})
        return HttpResponse(201, json.dumps(found).encode())

    with serving(respond) as (url, seen):
        report = check(contract, url, "", BRIEF)
    queries = [parse_qs(urlsplit(r.path).query) for r in seen if r.path.startswith("/books?")]
    shown = [{k: v for k, v in query.items() if k in ("author", "shelf")} for query in queries]
    whole = [{} for r in seen if r.path == "/books"]
    return report, whole + shown


def test_a_list_supplies_identifiers_though_its_filters_together_select_nothing() -> None:
    """The first author has no book on the first shelf, but there are books."""
    report, _ = read(library())
    assert [o.operation for o in report.operations if not o.examined] == []


def test_a_list_is_filtered_once_by_the_values_of_one_link() -> None:
    """Everything else asks for the whole list."""
    _, filters = read(library())
    assert [each for each in filters if each] in ([{"author": ["a1"]}], [{"shelf": ["s1"]}])
    assert {} in filters


def test_the_plan_counts_the_filtered_request() -> None:
    """It is one of a list whose filter a link supplies."""
    entries = make_plan(library(), BRIEF).entries
    planned = {e.operation.id: dict(e.requests_by_purpose) for e in entries}
    assert planned["listBooks"]["filtered"] == 1
    assert "filtered" not in planned["listAuthors"]
