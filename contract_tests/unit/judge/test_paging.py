"""Lists in pages: the requests for them, and contradictions in the responses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from contracts import contract, of_vendors
from judged import contract_of, of

from greenroom.contract.catalog import build
from greenroom.contract.model import Operation, Paging
from greenroom.contract.pagination import page_parameters
from greenroom.http import exchange as ex
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.judge.paging import next_page, page_findings, page_sequence_findings

NUMBERED: dict[str, Any] = {
    "size": "limit",
    "page": "page",
    "first": 1,
    "items": "/data",
    "total": "/total",
    "pages": "/pages",
    "echoed-size": "/limit",
    "echoed-page": "/page",
}
SKIPPING: dict[str, Any] = {
    "size": "limit",
    "offset": "offset",
    "items": "/data",
    "total": "/meta/total",
    "more": "/meta/more",
}
FOLLOWED: dict[str, Any] = {
    "size": "limit", "cursor": "cursor", "before": "until", "items": "/data",
    "next": "/next", "next-url": "/links/next", "previous": "/prev", "previous-url": "/links/prev",
}  # fmt: skip
AFTER: dict[str, Any] = {"size": "limit", "cursor": "cursor", "items": "/data", "more": "/more"}
BARE: dict[str, Any] = {"size": "limit", "page": "page", "items": ""}
LIMIT = {"type": "integer"}


def operation(extension: Any, limit: dict[str, Any] | None = None) -> tuple[Any, Operation]:
    """A document with one list, and its operation."""
    text = {"type": "string"}
    schemas = {
        "limit": limit or LIMIT,
        "page": LIMIT,
        "offset": LIMIT,
        "cursor": text,
        "until": text,
    }
    made = contract(
        {
            "/things": {
                "get": {
                    "operationId": "listThings",
                    "parameters": [
                        {"name": name, "in": "query", "schema": schema}
                        for name, schema in schemas.items()
                    ],
                    "responses": {"200": {"description": "Things."}},
                    "x-pagination": extension,
                    "x-provenance": {"basis": "inferred", "note": "No response is documented."},
                }
            }
        }
    )
    return made.document, made.operations[0]


def responded(query: str, value: Any, purpose: str = ex.PAGED, *headers: str) -> ex.Exchange:
    """A request for a list and a response with a JSON value."""
    fields = [("Content-Type", "application/json"), *((name, "any") for name in headers)]
    return ex.Exchange(
        number=1,
        operation="listThings",
        purpose=purpose,
        request=ex.Request("GET", f"http://127.0.0.1/things?{query}"),
        response=ex.Response(200, tuple(fields), json.dumps(value).encode()),
    )


def page(count: int, **members: Any) -> dict[str, Any]:
    """A response with a number of items and other members."""
    return {"data": [{"id": i} for i in range(count)], **members}


def about(extension: dict[str, Any], *exchange: Any, **limit: Any) -> list[str]:
    """The details of the findings about one exchange."""
    raw, listed = operation(extension, limit or None)
    return [finding.detail for finding in page_findings(of(raw), listed, responded(*exchange))]


def test_every_key_of_the_contract_is_read() -> None:
    """By its name in specs/README.md."""
    extension = {**SKIPPING, "pages": "/p", "echoed-size": "/s", "echoed-offset": "/o"}

    _, listed = operation(extension, {"type": "integer", "minimum": 5, "default": 20})

    assert listed.paging == Paging(
        pointer="/paths/~1things/get/x-pagination",
        size="limit",
        offset="offset",
        items="/data",
        total="/meta/total",
        more="/meta/more",
        pages="/p",
        echoed_size="/s",
        echoed_offset="/o",
        default=20,
        least=5,
    )
    _, listed = operation(FOLLOWED)
    assert listed.paging == Paging(
        pointer="/paths/~1things/get/x-pagination",
        size="limit",
        cursor="cursor",
        before="until",
        items="/data",
        next="/next",
        next_url="/links/next",
        previous="/prev",
        previous_url="/links/prev",
    )
    assert listed.paging.parameters == ("limit", "cursor", "until")


@pytest.mark.parametrize(
    "extension",
    [
        None,
        "limit",
        [],
        {},
        {"size": "limit", "page": "page"},
        {"size": "limit", "items": "/data"},
        {"page": "page", "items": "/data"},
        {"size": "limit", "page": "page", "offset": "offset", "items": "/data"},
        {"size": "limit", "page": "other", "items": "/data"},
        {"size": "limit", "page": "page", "cursor": "cursor", "items": "/data"},
        {"cursor": "other", "items": "/data"},
        {"size": ["limit"], "page": "page", "items": "/data"},
        {"size": "limit", "page": "page", "items": "data"},
        {"size": "limit", "page": "page", "items": 1},
    ],
    ids=str,
)
def test_an_extension_of_the_same_name_may_have_any_value(extension: Any) -> None:
    """Such a contract is read anyway, without pages."""
    raw, listed = operation(extension)

    assert listed.paging is None
    # The parameters have the usual names.
    assert page_parameters(raw, listed) == [{"limit": 1, "page": 2}]


ASKED: list[tuple[dict[str, Any], dict[str, Any], list[dict[str, int]]]] = [
    (NUMBERED, {}, [{"limit": 1, "page": 1}, {"limit": 1, "page": 2}]),
    ({**NUMBERED, "first": 0}, {}, [{"limit": 1, "page": 0}, {"limit": 1, "page": 1}]),
    (BARE, {}, [{"limit": 1, "page": 1}, {"limit": 1, "page": 2}]),
    (SKIPPING, {}, [{"limit": 1, "offset": 0}, {"limit": 1, "offset": 1}]),
    (SKIPPING, {"minimum": 10}, [{"limit": 10, "offset": 0}, {"limit": 10, "offset": 10}]),
    (BARE, {"minimum": 0}, [{"limit": 1, "page": 1}, {"limit": 1, "page": 2}]),
    (FOLLOWED, {"minimum": 2}, [{"limit": 2}, {"limit": 2}]),
    ({"cursor": "cursor", "items": "/data"}, {}, [{}, {}]),
]
LINK = "https://api.test/things?limit=1&cursor=b%2Fc"


@pytest.mark.parametrize(("extension", "limit", "expected"), ASKED)
def test_the_smallest_first_two_pages_are_requested(
    extension: dict[str, Any], limit: dict[str, Any], expected: list[dict[str, int]]
) -> None:
    """So that a few items are enough for two pages."""
    raw, listed = operation(extension, {"type": "integer", **limit})

    assert page_parameters(raw, listed) == expected


@pytest.mark.parametrize(
    ("extension", "value", "expected"),
    [
        (NUMBERED, page(1), {}),
        (FOLLOWED, page(1, next="abc"), {"cursor": "abc"}),
        (FOLLOWED, page(1, next=None), None),
        ({**FOLLOWED, "next": "/none"}, page(1, links={"next": LINK}), {"cursor": "b/c"}),
        (FOLLOWED, page(1, links={"next": None}), None),
        (AFTER, page(3, more=True), {"cursor": "2"}),
        (AFTER, page(3, more=False), None),
        (AFTER, page(3), {"cursor": "2"}),
        (AFTER, {"data": []}, None),
        (AFTER, {"data": ["a"]}, None),
        (AFTER, {"other": 1}, None),
    ],
    ids=str,
)
def test_a_page_tells_how_to_get_the_one_after_it(
    extension: dict[str, Any], value: Any, expected: Any
) -> None:
    """Where its contract says so, else by the identifier of its last item."""
    _, listed = operation(extension)
    assert next_page(listed, responded("limit=1", value)) == expected


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ({"page": {"type": "integer"}}, {"page": 2}),
        ({"pageNumber": {"type": "integer", "minimum": 0}}, {"pageNumber": 1}),
        ({"page": {"type": "integer", "default": 1, "minimum": 0}}, {"page": 2}),
        ({"per_page": {"type": "integer", "minimum": 3}, "skip": {"type": "integer"}}, (3, 1)),
        ({"limit": {"type": "integer"}}, None),
        ({"page": {"type": "string"}, "offset": {"enum": ["a"]}}, None),
        ({"start": {"type": "integer"}}, None),
    ],
)
def test_a_later_page_is_inferred_from_the_usual_names(schemas: Any, expected: Any) -> None:
    """Of integers; the contract says nothing else about them, so that it is one page."""
    parameters = [{"name": n, "in": "query", "schema": s} for n, s in schemas.items()]
    contract = contract_of(parameters=parameters)
    if isinstance(expected, tuple):
        expected = dict(zip(schemas, expected, strict=True))
    found = page_parameters(contract.document, contract.operations[0])
    assert found == ([] if expected is None else [expected])


GOOD: dict[str, tuple[dict[str, Any], str, Any]] = {
    "a full page": (NUMBERED, "limit=2&page=1", page(2, total=5, pages=3, limit=2, page=1)),
    "the last page": (NUMBERED, "limit=2&page=3", page(1, total=5, pages=3, limit=2, page=3)),
    "beyond the last page": (NUMBERED, "limit=2&page=9", page(0, total=5, pages=3, page=9)),
    "no items": (NUMBERED, "limit=2&page=1", page(0, total=0, pages=0)),
    "no items on one page": (NUMBERED, "limit=2&page=1", page(0, total=0, pages=1)),
    "no totals": (NUMBERED, "limit=2&page=1", page(2)),
    "no parameters": (NUMBERED, "", page(7, total=7)),
    "totals that are null": (NUMBERED, "limit=2&page=1", page(2, total=None, pages=None)),
    "totals as text": (NUMBERED, "limit=2&page=1", page(2, total="1")),
    "skipped": (SKIPPING, "limit=2&offset=2", page(2, meta={"total": 5, "more": True})),
    "skipped to the end": (SKIPPING, "limit=2&offset=4", page(1, meta={"total": 5, "more": False})),
    "abridged": (SKIPPING, "limit=2&offset=0", page(1, meta={"total": 2, "more": False})),
    "offset left out": (SKIPPING, "limit=2", page(2, meta={"total": 2, "more": False})),
    "a bare list": (BARE, "limit=2&page=1", [1, 2]),
    "no list": (NUMBERED, "limit=2&page=1", {"data": {"a": 1}, "total": 0}),
    "another body": (NUMBERED, "limit=2&page=1", ["a"]),
    # Servers differ in the meaning of these parameters.
    "size of zero": (NUMBERED, "limit=0&page=1", page(3, total=3)),
    "negative size": (NUMBERED, "limit=-1&page=1", page(3, total=3)),
    "page before the first": (NUMBERED, "limit=2&page=0", page(2, total=2, page=1)),
    "size that is not a number": (NUMBERED, "limit=a&page=1", page(3, total=3)),
    "size without end": (NUMBERED, f"limit={'9' * 5000}&page=1", page(3, total=3, limit=100)),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_page_that_matches_its_request_has_no_findings(name: str) -> None:
    """Whatever numbers it has or lacks."""
    assert about(*GOOD[name]) == []


WRONG: dict[str, tuple[dict[str, Any], str, Any, str]] = {
    "more than requested": (NUMBERED, "limit=2&page=1", page(3), "size"),
    "more than the size in the response": (NUMBERED, "", page(3, limit=2), "size"),
    "more on a bare list": (BARE, "limit=1&page=1", [1, 2], "size"),
    "total below the page": (NUMBERED, "limit=2&page=1", page(2, total=1), "total"),
    "total below this page": (NUMBERED, "limit=2&page=3", page(2, total=5), "total"),
    "total below the offset": (SKIPPING, "offset=4", page(1, meta={"total": 4}), "total"),
    "total of zero": (NUMBERED, "", page(1, total=0), "total"),
    "pages too few": (NUMBERED, "limit=2&page=1", page(2, total=5, pages=2), "pages"),
    "pages too many": (NUMBERED, "limit=2&page=1", page(2, total=4, pages=3), "pages"),
    "pages without items": (NUMBERED, "limit=2&page=1", page(0, total=0, pages=2), "pages"),
    "more at the end": (
        SKIPPING, "limit=2&offset=2", page(2, meta={"total": 4, "more": True}), "more",
    ),
    "end before the end": (
        SKIPPING, "limit=2&offset=0", page(2, meta={"total": 4, "more": False}), "more",
    ),
    "another size": (NUMBERED, "limit=2&page=1", page(1, limit=10), "limit"),
    "another page": (NUMBERED, "limit=2&page=2", page(1, page=1), "page"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_page_that_contradicts_itself_or_its_request_is_found(name: str) -> None:
    """Once, about the wrong number."""
    *exchange, expected = WRONG[name]

    assert about(*exchange) == [expected]


def test_a_finding_has_the_provenance_of_the_pagination_extension() -> None:
    """Its place and basis are those of the extension, not of the operation."""
    raw, listed = operation({**NUMBERED, "x-provenance": {"basis": "disputed"}})

    (found,) = page_findings(of(raw), listed, responded("limit=1&page=1", page(2)))

    assert (found.kind, found.operation, found.basis) == ("paging", "listThings", "disputed")
    assert found.pointer == "/paths/~1things/get/x-pagination"
    assert found.instance == "response body /data"
    assert (found.expected, found.seen) == ("at most 1 items", "2 items")


def test_a_finding_has_the_provenance_of_the_operation_if_the_extension_has_none() -> None:
    """Provenance is inherited."""
    raw, listed = operation(NUMBERED)

    (found,) = page_findings(of(raw), listed, responded("limit=1&page=1", page(2)))

    assert found.basis == "inferred"


def test_a_documented_default_is_binding_too() -> None:
    """It applies if the request has no size."""
    assert about(NUMBERED, "", page(3), type="integer", default=2) == ["size"]
    assert about(NUMBERED, "", page(1, limit=3), type="integer", default=2) == ["limit"]
    assert about(NUMBERED, "limit=3", page(3, limit=3), type="integer", default=2) == []


@pytest.mark.parametrize("purpose", [ex.GENERATED, ex.INVALID, ex.GENERATED_INVALID])
def test_a_generated_request_may_have_a_larger_size_than_a_server_returns(purpose: str) -> None:
    """But its numbers must be consistent."""
    assert about(NUMBERED, "limit=999999&page=1", page(3, limit=100), purpose) == []
    assert about(NUMBERED, "limit=999999&page=1", page(3, limit=2), purpose) == ["size"]


EXAMPLE = (ex.PAGED, "X-Greenroom-Example")


def test_a_documented_example_is_not_compared_with_the_request() -> None:
    """It is the same for every page."""
    body = page(2, total=42, pages=5, limit=10, page=1)

    assert about(NUMBERED, "limit=1&page=2", body, *EXAMPLE) == []
    assert about(NUMBERED, "limit=1&page=2", {**body, "pages": 4}, *EXAMPLE) == ["pages"]
    assert about(NUMBERED, "limit=1&page=2", {**body, "limit": 1, "pages": 42}, *EXAMPLE) == [
        "size"
    ]


def test_a_simulated_page_is_compared_with_the_request() -> None:
    """Although it has the form of a documented example."""
    raw, listed = operation(NUMBERED)
    exchange = responded("limit=1&page=1", page(3), ex.PAGED, "X-Greenroom-Example")
    assert page_findings(of(raw), listed, exchange) == []

    assert exchange.response is not None
    basis = ("X-Greenroom-Basis", "simulated")
    simulated = replace(exchange.response, headers=(*exchange.response.headers, basis))
    found = page_findings(of(raw), listed, replace(exchange, response=simulated))
    assert [finding.detail for finding in found] == ["size"]


def test_a_page_of_a_mock_after_its_documented_items_keeps_their_totals() -> None:
    """Of a real server they have to fit."""
    body = page(0, total=42, pages=5, limit=1, page=43)

    assert about(NUMBERED, "limit=1&page=43", body, *EXAMPLE) == []
    assert about(NUMBERED, "limit=1&page=43", body) == ["pages"]


def test_a_failure_is_not_a_page() -> None:
    """Nor is a body that is not JSON."""
    raw, listed = operation(NUMBERED)
    request = ex.Request("GET", "http://127.0.0.1/things?limit=1&page=1")
    body = json.dumps(page(2)).encode()
    responses = [
        ex.Response(404, (("Content-Type", "application/json"),), body),
        ex.Response(200, (("Content-Type", "text/csv"),), body),
        ex.Response(200, (("Content-Type", "application/json"),), body[:-1]),
        ex.Response(200, (("Content-Type", "application/json"),), b"[" * 100_000),
        None,
    ]

    for response in responses:
        exchange = ex.Exchange(1, "listThings", ex.PAGED, request, response)
        assert page_findings(of(raw), listed, exchange) == []
        assert page_sequence_findings(of(raw), listed, exchange, exchange) == []


FIRST = {"data": [{"id": 1, "name": "a"}], "total": 3}
WALKS: dict[str, tuple[dict[str, Any], Any, Any, bool]] = {
    "the next item": (NUMBERED, FIRST, {"data": [{"id": 2}], "total": 3}, True),
    "the same item": (NUMBERED, FIRST, FIRST, False),
    "the same item, written otherwise": (
        NUMBERED, FIRST, {"data": [{"name": "a", "id": 1}], "total": 3}, False,
    ),
    "no items before the end": (NUMBERED, FIRST, {"data": [], "total": 3}, False),
    "no items at the end": (
        NUMBERED, {"data": [{"id": 1}], "total": 1}, {"data": [], "total": 1}, True,
    ),
    "the last page again beyond the end": (
        NUMBERED, {"data": [{"id": 1}], "total": 1}, {"data": [{"id": 1}], "total": 1}, True,
    ),
    "nothing at all": (NUMBERED, {"data": []}, {"data": []}, True),
    "nothing, and no total": (BARE, [1], [], True),
    "the same item on a bare list": (BARE, [1], [1], False),
}  # fmt: skip


@pytest.mark.parametrize("name", WALKS)
def test_the_second_page_continues_after_the_first(name: str) -> None:
    """It repeats nothing, and is not empty before the end."""
    extension, one, two, good = WALKS[name]
    raw, listed = operation(extension)
    first, second = responded("limit=1&page=1", one), responded("limit=1&page=2", two)

    found = page_sequence_findings(of(raw), listed, first, second)

    assert [finding.detail for finding in found] == ([] if good else ["next page"])


def test_documented_examples_are_not_pages() -> None:
    """A mock without state returns the same one again."""
    raw, listed = operation(NUMBERED)
    first = responded("limit=1&page=1", FIRST, *EXAMPLE)
    second = responded("limit=1&page=2", FIRST, *EXAMPLE)

    assert page_sequence_findings(of(raw), listed, first, second) == []


LISTS = [
    pytest.param(made, operation.id, id=f"{made.name}-{operation.id}")
    for made in of_vendors()
    for operation in made.operations
    if operation.paging is not None
]


def test_there_are_lists_with_pages() -> None:
    """Without one the test below would pass."""
    assert LISTS


@pytest.mark.parametrize(("made", "name"), LISTS)
def test_no_documented_page_contradicts_itself(made: Any, name: str) -> None:
    """The examples of vendors are consistent."""
    listed = next(o for o in made.operations if o.id == name)
    for response in listed.responses:
        for media in response.content if response.status.startswith("2") else ():
            for example in media.examples if media.is_json else ():
                exchange = responded("", example.value, *EXAMPLE)
                assert page_findings(of(made.document), listed, exchange) == []


@pytest.mark.parametrize(("header", "notes"), [("X-Greenroom-Example", 1), ("X-Other", 0)])
def test_what_was_not_judged_since_it_is_an_example_is_told(header: str, notes: int) -> None:
    """A page that ignores the request; without the mark of a mock it has findings."""
    raw, _ = operation(NUMBERED)
    made = build(raw, "things", "things.yaml")
    judge = ExchangeJudge(made)
    found = judge.findings(responded("limit=1&page=1", page(3), ex.PAGED, header))
    assert len(judge.notes) == notes
    assert all("listThings" in note for note in judge.notes)
    assert [f.kind for f in found if not f.is_addition] == ([] if notes else ["paging"])
