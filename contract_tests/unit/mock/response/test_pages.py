"""A client that reads page by page comes to an end, though a mock has only examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from contracts import compiled, of_vendors, respond

from greenroom.contract.model import Contract
from greenroom.mock.mock import Mock
from greenroom.mock.security import good_credentials
from greenroom.schema import json_pointer as ptr

PAGE: dict[str, Any] = {
    "data": [{"id": 1}, {"id": 2}, {"id": 3}],
    "meta": {"total": 9, "pages": 5, "more": True, "page": 1, "size": 2},
}
POINTERS = {
    "items": "/data", "total": "/meta/total", "pages": "/meta/pages", "more": "/meta/more",
    "echoed-page": "/meta/page", "echoed-size": "/meta/size",
}  # fmt: skip
BY_PAGE = {"size": "limit", "page": "page", "first": 1, **POINTERS}


def listing(paging: Any, schema: Any = True, value: Any = PAGE, **limit: Any) -> Any:
    """The mock of a list that is paged so."""
    names = ("limit", "page", "offset", "page[number]")
    integer = {"type": "integer"}
    return compiled({
        "parameters": [
            {"name": n, "in": "query", "schema": {**integer, **(limit if n == "limit" else {})}}
            for n in names
        ],
        **({"x-pagination": paging} if paging else {}),
        "responses": {"200": {"description": ".", "content": {"application/json": {
            "schema": schema, "examples": {"some": {"value": value}}}}}},
    })  # fmt: skip


def asked(mock: Any, query: str, headers: Mapping[bytes, bytes] | None = None) -> Any:
    """The body of the response to a query."""
    return json.loads(respond(mock, headers, query.encode()).body)


# How a list is paged, a query, and whether it is for a page after the three items.
QUERIES: list[tuple[dict[str, Any], str, bool]] = [
    (BY_PAGE, "", False),
    (BY_PAGE, "page=1", False),
    (BY_PAGE, "page=1&limit=100", False),
    (BY_PAGE, "page=2&limit=2", False),
    (BY_PAGE, "page=2&limit=3", True),
    (BY_PAGE, "limit=3&page=2", True),
    (BY_PAGE, "page=3&limit=2", True),
    (BY_PAGE, "page=2", True),
    (BY_PAGE, "page=0&limit=5", False),
    (BY_PAGE, "page=-7&limit=5", False),
    (BY_PAGE, "xpage=9&limit=5", False),
    ({**BY_PAGE, "first": 0}, "page=1&limit=3", True),
    ({**BY_PAGE, "first": 0}, "page=1&limit=2", False),
    ({"size": "limit", "page": "page", "items": "/data"}, "page=2&limit=3", True),
    ({"size": "limit", "offset": "offset", "items": "/data"}, "offset=2&limit=1", False),
    ({"size": "limit", "offset": "offset", "items": "/data"}, "offset=3", True),
    ({"size": "limit", "page": "page[number]", "items": "/data"}, "page[number]=9", True),
    ({"size": "limit", "page": "page[number]", "items": "/data"}, "page%5bnumber%5D=9", True),
]


@pytest.mark.parametrize(("paging", "query", "is_after"), QUERIES)
def test_a_page_after_the_documented_items_has_none(
    paging: dict[str, Any], query: str, is_after: bool
) -> None:
    """Any other page has all of them."""
    body = asked(listing(paging), query)
    assert body["data"] == ([] if is_after else PAGE["data"])


def test_only_items_and_what_repeats_the_request_are_different() -> None:
    """The totals stay, and there are no more items."""
    body = asked(listing(BY_PAGE), "page=7&limit=50")
    meta = {**PAGE["meta"], "more": False, "page": 7, "size": 50}
    assert body == {"data": [], "meta": meta}


def test_the_size_is_that_of_the_contract_where_none_is_sent() -> None:
    """Else the documented items are taken for a page."""
    assert asked(listing(BY_PAGE, default=2), "page=2")["data"] == PAGE["data"]
    assert asked(listing(BY_PAGE, default=3), "page=2")["data"] == []


def test_a_list_that_is_the_whole_response_is_empty() -> None:
    """The pointer to its items is empty."""
    paging = {"size": "limit", "page": "page", "items": ""}
    assert asked(listing(paging, value=[1, 2]), "page=2&limit=2") == []


def test_a_page_that_the_schema_refuses_is_not_sent() -> None:
    """The documented response is, since it is valid."""
    schema = {"properties": {"data": {"minItems": 1}}}
    assert asked(listing(BY_PAGE, schema), "page=9&limit=9") == PAGE


@pytest.mark.parametrize("value", ["text", {"data": {}}, {"data": []}, {"meta": 1}])
def test_an_example_without_items_is_sent_as_it_is(value: Any) -> None:
    """Whatever page is requested."""
    assert asked(listing(BY_PAGE, value=value), "page=9&limit=9") == value


def test_a_page_is_marked_as_ours() -> None:
    """It is made from an example, which is named; its length is that of its body."""
    response = respond(listing(BY_PAGE), query=b"page=9&limit=9")
    fields = dict(response.headers)
    assert fields[b"x-greenroom-example"] == b"some"
    assert fields[b"x-greenroom-basis"] == b"inferred"
    assert int(fields[b"content-length"]) == len(response.body)
    assert response.decision.basis == "inferred"


def test_an_example_that_is_named_is_sent_whatever_page_is_requested() -> None:
    """`Prefer` asks for that response."""
    preferred = {b"prefer": b"example=some"}
    assert asked(listing(BY_PAGE), "page=9&limit=9", preferred) == PAGE


def test_a_list_without_paging_is_always_the_same() -> None:
    """Parameters that are called so may mean anything."""
    assert asked(listing(None), "page=9&limit=9") == PAGE


def test_the_documented_response_is_never_changed() -> None:
    """It is the same before and after a page without items."""
    mock, before = listing(BY_PAGE), deepcopy(PAGE)
    asked(mock, "page=9&limit=9")
    assert asked(mock, "page=1&limit=9") == before == PAGE


PAGED = [
    pytest.param(contract, operation.id, id=f"{contract.name}-{operation.id}")
    for contract in of_vendors()
    for operation in contract.operations
    if operation.paging
]


def test_vendors_have_lists_in_pages() -> None:
    """Without any, the test below would prove nothing."""
    assert len(PAGED) > 10


@pytest.mark.parametrize(("contract", "name"), PAGED)
def test_a_client_that_reads_every_page_of_a_vendor_comes_to_an_end(
    contract: Contract, name: str
) -> None:
    """It stops at a page without items, after at most as many pages as there are items."""
    mock = next(o for o in Mock(contract, any_credential=True).operations if o.operation.id == name)
    paging = mock.operation.paging
    assert paging is not None
    headers = {c.name.lower().encode(): c.value.encode() for c in good_credentials(contract)}
    size = max(paging.least, 5)
    for turn in range(20):
        start = turn * size if paging.offset else turn + (paging.first or (paging.first is None))
        query = f"{paging.size}={size}&{paging.page or paging.offset}={start}"
        found = respond(mock, headers, query.encode())
        assert found.status < 300, found.body
        if not ptr.look_up(json.loads(found.body), paging.items):
            return
    pytest.fail("no page without items")
