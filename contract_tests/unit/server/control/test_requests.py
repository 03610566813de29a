"""The journal of a space over HTTP, and the requests that reached none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from controlling import GOOD, Controlled

from greenroom.http.har import read

REQUESTS = "/spaces/demo/requests"


@pytest.fixture
def server() -> Controlled:
    """A server whose space had four requests, of which two were refused."""
    server = Controlled()
    server.make("Ada")
    server.names()
    server.client.get("/~demo/acme/things/none", GOOD)
    server.client.get("/~demo/acme/nothing", GOOD)
    return server


def test_heads_are_listed(server: Controlled) -> None:
    """The newest last, also those that were refused before they got into the space."""
    listed = server.get(REQUESTS).json
    assert [(head["n"], head["operation"], head["status"]) for head in listed["items"]] == [
        (1, "createThing", 201),
        (2, "listThings", 200),
        (3, "getThing", 404),
        (4, None, 404),
    ]
    assert (listed["total"], listed["dropped"]) == (4, 0)
    assert [head["kind"] for head in listed["items"]][2:] == ["unknown-resource", "unknown-path"]


@pytest.mark.parametrize(
    ("query", "numbers", "total"),
    [
        ("operation=listThings", [2], 1),
        ("status=404", [3, 4], 2),
        ("status=2xx", [1, 2], 2),
        ("status=2XX&operation=createThing", [1], 1),
        ("limit=2", [3, 4], 4),
        ("limit=2&after=0", [1, 2], 4),
        ("after=3", [4], 4),
        ("after=4", [], 4),
        ("status=4xx&limit=1", [4], 2),
    ],
)
def test_heads_are_filtered_and_given_in_parts(
    server: Controlled, query: str, numbers: list[int], total: int
) -> None:
    """`total` counts all that fit the filters."""
    listed = server.get(f"{REQUESTS}?{query}").json
    assert ([head["n"] for head in listed["items"]], listed["total"]) == (numbers, total)


def test_a_compact_list_has_arrays(server: Controlled) -> None:
    """In the order of its columns; the same values as in heads."""
    compact = server.get(f"{REQUESTS}?compact=true").json
    heads = [dict(zip(compact["columns"], row, strict=True)) for row in compact["items"]]
    assert heads == server.get(REQUESTS).json["items"]


def test_one_request_has_all(server: Controlled) -> None:
    """Request, response, and why it got that response."""
    entry = server.get(f"{REQUESTS}/1").json
    assert entry["request"]["body"] == {"name": "Ada"}
    assert entry["request"]["headers"]["x-key"] == "test-key"
    assert entry["response"]["body"]["name"] == "Ada"
    assert entry["response"]["headers"]["x-greenroom-space"] == "demo"
    decision = entry["decision"]
    assert (decision["basis"], decision["outcome"]) == ("simulated", "accepted")
    assert decision["record"]["id"] == entry["response"]["body"]["id"]
    assert [change["before"] for change in decision["changes"]] == [None]
    assert server.get(f"{REQUESTS}?whole=true").json["items"][0] == entry
    for number in ("5", "999999999999"):
        assert server.get(f"{REQUESTS}/{number}").status == 404
    for number in ("0", "x", "1.5", "-1"):
        assert server.get(f"{REQUESTS}/{number}").status == 400


def test_whole_entries_are_given_in_parts_of_bounded_size(server: Controlled) -> None:
    """The newest, or the first after a number, so that all can be read; heads are not bounded."""
    for number in range(30):
        server.make(f"{number} {'x' * 20_000}")
    newest = [entry["n"] for entry in server.get(f"{REQUESTS}?whole=true").json["items"]]
    assert newest == [*range(newest[0], 35)]
    assert 2 < len(newest) < 20
    found: list[int] = []
    while part := server.get(f"{REQUESTS}?whole=true&after={found[-1] if found else 0}").json:
        if not part["items"]:
            break
        assert len(part["items"]) < 20
        found += [entry["n"] for entry in part["items"]]
    assert found == [*range(1, 35)]
    assert len(server.get(REQUESTS).json["items"]) == 34


def test_requests_are_forgotten_on_demand(server: Controlled) -> None:
    """Their numbers go on."""
    assert server.delete(REQUESTS).status == 204
    assert server.get(REQUESTS).json == {"items": [], "total": 0, "dropped": 0}
    assert server.get(f"{REQUESTS}/1").status == 404
    server.names()
    assert [head["n"] for head in server.get(REQUESTS).json["items"]] == [5]


@pytest.mark.parametrize(
    ("question", "ok", "count"),
    [
        ({"request": {"operation": "createThing"}}, True, 1),
        ({"request": {"path": "/things/{id}"}, "times": {"exactly": 1}}, True, 1),
        ({"request": {"vendor": "acme", "method": "GET"}, "times": {"at_most": 2}}, False, 3),
        ({"request": {"body": {"name": "Bob"}}}, False, 0),
        ({"order": [{"operation": "createThing"}, {"operation": "getThing"}]}, True, 2),
    ],
)
def test_requests_are_verified(server: Controlled, question: Any, ok: bool, count: int) -> None:
    """With near misses where they are not as expected."""
    verdict = server.post("/spaces/demo/verify", question).json
    assert (verdict["ok"], verdict["count"], "nearest" in verdict) == (ok, count, not ok)


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"request": {}, "order": [{}]},
        {"order": []},
        {"order": [{}], "times": {"exactly": 1}},
        {"request": {"pathh": "/x"}},
        {"request": {"query": "x=1"}},
        {"request": {}, "times": {}},
        {"request": {}, "times": {"exactly": -1}},
        {"request": []},
    ],
)
def test_a_question_has_one_form(server: Controlled, question: Any) -> None:
    """Anything else is 400: a misspelt member would match everything."""
    assert server.post("/spaces/demo/verify", question).status == 400


def test_a_question_is_bounded(server: Controlled) -> None:
    """What could match no kept request is not compared, masked and shown again."""
    server.make("Ada")
    reply = server.post("/spaces/demo/verify", {"request": {"body": [0] * 40_000}})
    assert (reply.status, "at most 65536" in reply.json["detail"]) == (400, True)


@pytest.mark.parametrize("path", ["", "/1"])
def test_there_is_no_journal_without_a_space(server: Controlled, path: str) -> None:
    """Reading one makes none."""
    assert server.get(f"/spaces/nothing/requests{path}").status == 404
    assert server.post("/spaces/nothing/verify", {"request": {}}).status == 404
    assert server.delete("/spaces/nothing/requests").status == 404


def test_requests_without_a_space_are_in_the_ring() -> None:
    """Also those that named one and were refused before they could make it."""
    server = Controlled()
    server.client.get("/acme/things", GOOD)
    server.client.get("/~new/acme/things", {"x-key": "wrong"})
    server.client.get("/~bad%20name/acme/things", GOOD)
    server.client.get("/acme/things?x=1", {"x-key": "expired-key~late"})
    listed = server.get("/requests").json
    assert [(h["n"], h["status"], h["space"], h["path"]) for h in listed["items"]] == [
        (1, 200, None, "/things"),
        (2, 401, "new", "/things"),
        (3, 400, "bad name", "/things"),
        (4, 401, "late", "/things"),
    ]
    assert server.get("/spaces").json["total"] == 0
    assert [h["n"] for h in server.get("/requests?after=2&limit=1").json["items"]] == [3]


def test_the_ring_keeps_200() -> None:
    """And says how many it dropped."""
    server = Controlled()
    for _ in range(203):
        server.client.get("/acme/things", GOOD)
    listed = server.get("/requests?limit=1000").json
    assert (len(listed["items"]), listed["total"], listed["dropped"]) == (200, 200, 3)
    assert listed["items"][0]["n"] == 4


def test_a_journal_keeps_as_many_requests_as_it_is_told() -> None:
    """The oldest are dropped and counted."""
    server = Controlled(journal=2)
    for _ in range(3):
        server.names()
    listed = server.get(REQUESTS).json
    assert ([head["n"] for head in listed["items"]], listed["dropped"]) == ([2, 3], 1)


@pytest.mark.parametrize(
    ("pattern", "detail"),
    [
        ({"vendor": "acmee"}, "acmee is not served; served: acme"),
        ({"operation": "delThing"}, "what is served has no operation delThing; did you mean "),
        (
            {"vendor": "acme", "operation": "getThng"},
            "acme has no operation getThng; did you mean ",
        ),
        ({"operation": "x" * 100_000}, "what is served has no operation " + "x" * 100),
    ],
)
def test_a_name_that_no_request_can_have_is_refused(
    server: Controlled, pattern: Any, detail: str
) -> None:
    """Also as the second of an order."""
    for question in ({"request": pattern}, {"order": [{}, pattern]}):
        refused = server.post("/spaces/demo/verify", question)
        assert refused.status == 400
        assert refused.json["detail"].startswith(detail)
        assert len(refused.json["detail"]) < 200


def test_an_archive_has_the_requests_without_secrets(server: Controlled) -> None:
    """As `greenroom check --har` reads them, at the URL of the space; a cut body is left out."""
    server.client.get("/~demo/acme/things", {"x-key": "sk_live_51Hq8vB2eZvKYlo2C"})
    server.make("a" * 20_000)
    reply = server.get("/spaces/demo/requests.har")
    made, _, _, _, refused, cut = read(reply.body, "demo.har")

    assert made.request.url.endswith("/~demo/acme/things")
    assert json.loads(made.request.body) == {"name": "Ada"}
    assert made.response is not None
    assert (made.response.status, refused.response and refused.response.status) == (201, 401)
    assert b"sk_live" not in reply.body
    assert (cut.request.recorded, cut.request.body) == (False, b"")
