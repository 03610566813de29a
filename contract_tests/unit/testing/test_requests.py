"""Tests assert on the requests that arrived, and messages name near misses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from state_contract import API

from greenroom import GreenroomError, GreenroomSpace, VendorMock


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, tmp_path: Path) -> VendorMock:
    """A mock that had four requests: create, list with a query, create, and one for nothing."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    mock = greenroom_space(str(file))
    with mock.client() as client:
        client.post("/things", json={"name": "Ada", "note": "x"})
        client.get("/things", params={"name": "Ada"}, headers={"X-Trace": "7"})
        client.post("/things", json={"name": "Bob"})
        client.get("/nothing", headers={"authorization": "Bearer hunter2-hunter2"})
    return mock


def test_requests_are_a_sequence(mock: VendorMock) -> None:
    """The oldest first, with what was sent and why it got its response."""
    requests = mock.requests
    assert [request.operation for request in requests] == [
        "createThing",
        "listThings",
        "createThing",
        None,
    ]
    assert (len(requests), requests.count, bool(requests)) == (4, 4, True)
    assert [request.n for request in requests[1:3]] == [2, 3]
    assert requests[-1] == requests.last
    listed = requests[1]
    assert (listed.method, listed.path, listed.status, listed.kind) == (
        "GET", "/things", 200, "accepted",
    )  # fmt: skip
    assert (listed.query, listed.headers["x-trace"]) == ({"name": "Ada"}, "7")
    assert requests[0].body == {"name": "Ada", "note": "x"}
    assert requests[0].response["body"]["name"] == "Ada"
    assert requests[0].decision["basis"] == "simulated"
    assert (requests.last.kind, requests.last.reason) == (
        "unknown-path", "acme has no path /nothing",
    )  # fmt: skip
    assert requests.last.headers["authorization"] == "Bearer [redacted]"
    with pytest.raises(IndexError):
        requests[4]


@pytest.mark.parametrize(
    ("pattern", "numbers"),
    [
        ({"operation": "createThing"}, [1, 3]),
        ({"body": {"name": "Ada"}}, [1]),
        ({"query": {"name": "Ada"}, "headers": {"X-Trace": 7}}, [2]),
        ({"method": "GET"}, [2, 4]),
        ({"path": "/nothing"}, [4]),
        ({"body": {"name": "Eve"}}, []),
    ],
)
def test_requests_are_filtered(mock: VendorMock, pattern: Any, numbers: list[int]) -> None:
    """By what of them is named; filters can be joined."""
    assert [request.n for request in mock.requests.where(**pattern)] == numbers
    of_creations = mock.requests.of("createThing").where(body={"name": "Bob"})
    assert of_creations.last.n == 3


def test_requests_are_forgotten_on_demand(mock: VendorMock) -> None:
    """Then there is no last one."""
    mock.requests.clear()
    assert (len(mock.requests), list(mock.requests)) == (0, [])
    with pytest.raises(LookupError, match="no request: createThing"):
        _ = mock.requests.of("createThing").last


def test_what_holds_is_asserted(mock: VendorMock) -> None:
    """At least one by default; exactly, at least or at most so many."""
    requests = mock.requests
    requests.assert_called("createThing")
    requests.assert_called("createThing", times=2)
    requests.assert_called(at_least=2, at_most=4)
    requests.assert_called("createThing", times=1, body={"name": "Bob"})
    requests.assert_called(path="/things", times=3)
    requests.of("createThing").assert_called(times=1, body={"note": "x"})
    requests.assert_not_called("deleteThing")
    requests.assert_not_called("createThing", body={"name": "Eve"})
    requests.assert_order("createThing", "listThings", {"body": {"name": "Bob"}})


def test_a_misspelt_operation_is_an_error(mock: VendorMock) -> None:
    """Or else "never called" would hold for it."""
    with pytest.raises(GreenroomError, match="acme has no operation delteThing; did you mean dele"):
        mock.requests.assert_not_called("delteThing")
    with pytest.raises(GreenroomError, match="acme has no operation creatThing; did you mean crea"):
        mock.requests.assert_order("listThings", "creatThing")
    with pytest.raises(GreenroomError, match=r"no operation zzz$"):
        len(mock.requests.of("zzz"))


def test_a_miss_names_what_is_different(mock: VendorMock) -> None:
    """With place, expected and received value of the nearest requests."""
    with pytest.raises(AssertionError) as caught:
        mock.requests.assert_called("createThing", times=1, body={"name": "Bob", "note": "y"})
    assert str(caught.value) == "\n".join([
        'createThing body={"name": "Bob", "note": "y"}: 0 requests, expected exactly 1',
        "  3: POST /things 201",
        '     /body/note: expected "y", got nothing',
        "  1: POST /things 201",
        '     /body/name: expected "Bob", got "Ada"',
        '     /body/note: expected "y", got "x"',
        "  4: GET /nothing 404",
        '     /operation: expected "createThing", got nothing',
        '     /body: expected {"name": "Bob", "note": "y"}, got nothing',
    ])  # fmt: skip


def test_one_too_few_is_shown_after_those_that_matched(mock: VendorMock) -> None:
    """What came nearest is then the next."""
    with pytest.raises(AssertionError) as caught:
        mock.requests.assert_called("createThing", times=2, body={"name": "Bob"})
    assert str(caught.value).splitlines()[:4] == [
        'createThing body={"name": "Bob"}: 1 request, expected exactly 2',
        "  3: POST /things 201",
        "  1: POST /things 201",
        '     /body/name: expected "Bob", got "Ada"',
    ]


def test_one_too_many_is_shown(mock: VendorMock) -> None:
    """As the requests that matched."""
    with pytest.raises(AssertionError) as caught:
        mock.requests.assert_not_called("listThings")
    assert str(caught.value) == "\n".join([
        "listThings: 1 request, expected exactly 0",
        "  2: GET /things 200",
    ])  # fmt: skip
    with pytest.raises(AssertionError, match="expected at least 3 and at most 5"):
        mock.requests.assert_called("createThing", at_least=3, at_most=5)


def test_a_wrong_order_is_told(mock: VendorMock) -> None:
    """With the request that came too early."""
    with pytest.raises(AssertionError) as caught:
        mock.requests.assert_order("listThings", {"body": {"name": "Ada"}})
    first, second, third, *_ = str(caught.value).splitlines()
    assert first == 'acme body={"name": "Ada"}: number 2 of 2 did not follow'
    assert (second, third) == ("  1: POST /things 201", '     /n: expected {"after": 2}, got 1')


def test_requests_of_another_vendor_do_not_count(greenroom_space: GreenroomSpace) -> None:
    """Though they are in the same space."""
    heymilo, micro1 = greenroom_space("heymilo"), greenroom_space("micro1")
    with heymilo.client() as client:
        client.get("/nothing")
    heymilo.requests.assert_called(path="/nothing", times=1)
    micro1.requests.assert_not_called()


def test_what_the_journal_lost_is_no_proof(mock: VendorMock) -> None:
    """Of an exact number; at least one may be certain all the same."""
    with mock.client() as client:
        for _ in range(1000):
            client.get("/things")
    mock.requests.assert_called("listThings")
    with pytest.raises(AssertionError, match=r"the journal lost .* \(4 requests\)"):
        mock.requests.assert_not_called("deleteThing")
    with pytest.raises(AssertionError, match="the journal lost"):
        mock.requests.assert_called("createThing", times=0)
    assert len(mock.requests[:]) == 1000
