"""Lies that the first response of an operation does not show: later pages, changes, errors."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from checked import DOCUMENT, things

from greenroom.contract.catalog import build
from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from servers import Change, HttpRequest, HttpResponse, mocking, serving

BARE = Options(generated=0, invalid=0, writes=True)


def report_of(
    contract: Contract, change: Change | None, options: Options = BARE
) -> tuple[Report, list[str]]:
    """The report about a mock that changes, and the lines of the requests."""
    with serving(mocking(contract, change)) as (url, seen):
        report = check(contract, url, "test-key", options)
    return report, [request.line for request in seen]


def kinds(report: Report) -> list[tuple[str, str]]:
    """The kinds of findings with their operations."""
    return [(finding.kind, finding.operation) for finding in report.findings]


def paged() -> Contract:
    """The contract with pages that it does not describe."""
    document = deepcopy(DOCUMENT)
    parameter = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    document["paths"]["/things"]["get"]["parameters"].append(parameter)
    return build(document, "things", "things.yaml")


@pytest.mark.parametrize("state", ["new", "lost"])
def test_a_later_page_is_read_without_a_word_about_pages(state: str) -> None:
    """Its content is judged, and not whether it is another page."""

    def later(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_later = request.line.startswith("GET /things?") and "page=2" in request.line
        value = [{"id": "their-1", "name": "a", "state": state}]
        return replace(response, body=json.dumps(value).encode()) if is_later else response

    report, lines = report_of(paged(), later)
    assert "GET /things?size=1&page=2" in lines
    assert kinds(report) == ([] if state == "new" else [("undocumented-value", "listThings")])
    notes = [exchange.note for exchange in report.exchanges if "page=2" in exchange.request.url]
    assert notes == ["size=1 page=2 (inferred from the names of parameters)"]


@pytest.mark.parametrize("second", ["their-1", "their-2"])
def test_a_cursor_is_followed_to_the_next_page(second: str) -> None:
    """Which does not repeat the first."""
    document = deepcopy(DOCUMENT)
    listing = document["paths"]["/things"]["get"]
    listing["parameters"].append({"name": "after", "in": "query", "schema": {"type": "string"}})
    listing["x-pagination"] = {"size": "size", "cursor": "after", "items": ""}

    def by_cursor(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.line.startswith("GET /things?"):
            return response
        shown = second if "after=their-1" in request.line else "their-1"
        body = json.dumps([{"id": shown, "name": "a"}]).encode()
        return HttpResponse(body=body)

    report, lines = report_of(build(document, "things", "things.yaml"), by_cursor)
    first = lines.index("GET /things?size=1")
    assert lines[first + 1] == "GET /things?size=1&after=their-1"
    assert kinds(report) == ([("paging", "listThings")] if second == "their-1" else [])


@pytest.mark.parametrize("path", ["/things/own-1", "/things/own-1/name"])
@pytest.mark.parametrize("lies", [True, False])
def test_what_was_changed_is_read_again(path: str, lies: bool) -> None:
    """A value may have another format from then on; a change of a part counts, too."""
    document = deepcopy(DOCUMENT)
    if path.endswith("/name"):
        item = document["paths"]["/things/{id}"]
        part = {"parameters": item["parameters"], "put": item.pop("put")}
        document["paths"]["/things/{id}/name"] = part
    contract = build(document, "things", "things.yaml")
    changed = False

    def store(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        nonlocal changed
        is_change = request.method == "PUT" and request.path == path
        changed = changed or (is_change and response.status == 200)
        if request.line == "GET /things/own-1" and changed and lies:
            return replace(response, body=b'{"id": "own-1", "name": 7}')
        return response

    report, lines = report_of(contract, store)
    assert lines.count("GET /things/own-1") == 1
    assert lines.index("GET /things/own-1") > lines.index(f"PUT {path}")
    assert kinds(report) == ([("wrong-type", "getThing")] if lies else [])


def test_without_a_change_nothing_is_read_again() -> None:
    """A check that only reads plans none."""
    _, lines = report_of(things(), None, replace(BARE, writes=False, credentials=False))
    assert lines.count("GET /things/their-1") == 1


def unknown(status: int, body: bytes, **statuses: Any) -> tuple[Report, list[str]]:
    """The report about a server without the thing of an unknown identifier."""
    document = deepcopy(DOCUMENT)
    node = document["paths"]["/things/{id}"]["get"]
    described = node["responses"].pop("404")
    node["responses"] |= {name[1:]: described for name in statuses}
    contract = build(document, "things", "things.yaml")

    def respond(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        is_known = request.method != "GET" or request.path.endswith(("-1", "/things"))
        return response if is_known else replace(response, status=status, body=body)

    return report_of(contract, respond)


@pytest.mark.parametrize("name", ["_404", "_4XX", "_default"])
def test_the_error_of_an_unknown_identifier_is_judged(name: str) -> None:
    """Where 404 is documented, by its code, its range or the default."""
    report, _ = unknown(404, b'{"detail": "Not Found"}', **{name: True})
    assert kinds(report) == [("error-shape", "getThing")]
    report, _ = unknown(404, b'{"error": "no such thing"}', **{name: True})
    assert kinds(report) == []


def test_an_unknown_identifier_that_is_found_is_no_finding() -> None:
    """The contract does not say that nothing has it."""
    report, _ = unknown(200, b'{"id": "x", "name": "a"}', _404=True)
    assert kinds(report) == []


def test_no_unknown_identifier_is_sent_where_404_is_not_documented() -> None:
    """And none to operations that change or delete."""
    _, lines = unknown(404, b"{}", _403=True)
    assert not [line for line in lines if "greenroom" in line]
    _, lines = unknown(404, b'{"error": "no"}', _404=True)
    assert {line.partition(" ")[0] for line in lines if "greenroom" in line} == {"GET"}


def test_an_unknown_identifier_needs_no_known_one() -> None:
    """The error is judged even if nothing that exists is found."""

    def none(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.line == "GET /things" and response.status == 200:
            return replace(response, body=b"[]")
        is_found = request.path.startswith("/things/") and response.status == 200
        return replace(response, status=404, body=b"{}") if is_found else response

    report, _ = report_of(things(), none, replace(BARE, writes=False))
    assert kinds(report) == [("error-shape", "getThing")]


@pytest.mark.parametrize(
    ("known", "form"),
    [
        ("6f1d3a52-0c53-4f4e-9b0a-2f8f6d0f7c11", "^[0-9a-f-]{36}$"),
        ("507f1f77bcf86cd799439011", "^[0-9a-f]{24}$"),
        ("JOB-20250107", "^JOB-[0-9]{8}$"),
    ],
)
def test_an_unknown_identifier_has_the_form_of_a_known_one(known: str, form: str) -> None:
    """A server may refuse any other before it looks."""
    contract = things()

    def rename(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return replace(response, body=response.body.replace(b"their-1", known.encode()))

    _, lines = report_of(contract, rename, replace(BARE, writes=False))
    others = {line[len("GET /things/") :] for line in lines if line.startswith("GET /things/")}
    (other,) = others - {known}
    assert re.fullmatch(form, other)
