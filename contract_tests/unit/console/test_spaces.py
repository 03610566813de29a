"""The pages of spaces: each state of what they show, and what is gone says so."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from console_pages import calls, leads_somewhere, page, text_of
from controlling import GOOD, Controlled


@pytest.fixture
def server() -> Controlled:
    """A server whose space had three requests, of which one was refused."""
    server = Controlled()
    server.make("Ada")
    server.client.post("/~demo/acme/things", {"name": 7}, GOOD)
    server.names()
    return server


def test_spaces_are_listed_with_what_can_be_done(server: Controlled) -> None:
    """Each leads to its page; there is a way to make one and to delete one."""
    found = page(server)

    assert "console/demo" in found.links
    assert {"DELETE spaces/demo", "PUT spaces/{name}"} <= set(calls(found))
    leads_somewhere(server, "")


def test_without_a_space_the_list_says_how_one_is_made() -> None:
    """And proposes a name."""
    assert "There is no space yet." in text_of(page(Controlled()))


def test_spaces_of_test_runs_are_folded() -> None:
    """More than ten whose names begin alike are one line."""
    server = Controlled()
    for number in range(11):
        server.put(f"/spaces/gw0-{number}", {})
    server.put("/spaces/other", {})

    assert page(server).texts("summary")[1:] == ["11 spaces whose names begin with gw0"]


@pytest.mark.parametrize(
    "path", ["/demo", "/demo/requests", "/demo/requests/2", "/demo/requests?q=zzz"]
)
def test_everything_that_the_pages_of_a_space_lead_to_is_there(
    server: Controlled, path: str
) -> None:
    """No dead link, unnamed control or inline script."""
    leads_somewhere(server, path)


def test_the_clock_stands_on_every_page_of_a_space(server: Controlled) -> None:
    """With what moves it."""
    server.put("/spaces/demo", {"now": "2026-01-05T09:00:00Z"})
    found = page(server, "/demo/requests")

    assert "Mon 5 Jan 2026 09:00:00 UTC, frozen" in text_of(found)
    bodies = [
        a.get("data-body") for _, a, _ in found.elements if "advance" in a.get("data-call", "")
    ]
    assert {'{"by": "PT1M"}', '{"to": "next"}'} <= set(bodies)
    assert "POST spaces/demo/clock/resume" in calls(found)
    server.post("/spaces/demo/clock/resume", {})
    assert "POST spaces/demo/clock/freeze" in calls(page(server, "/demo/requests"))


def test_reset_has_an_undo(server: Controlled) -> None:
    """The state before is taken first."""
    elements = page(server, "/demo/requests").elements
    assert [a["data-undo"] for _, a, _ in elements if "data-undo" in a] == ["spaces/demo/snapshot"]


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("", ["r3", "r2", "r1"]),
        ("status:4xx", ["r2"]),
        ("status:201", ["r1"]),
        ("op:listThings", ["r3"]),
        ("-status:4xx", ["r3", "r1"]),
        ("post%20-201", ["r2"]),
    ],
)
def test_requests_are_filtered_newest_first(
    server: Controlled, asked: str, numbers: list[str]
) -> None:
    """By names, words, and what is not wanted."""
    ids = page(server, f"/demo/requests?q={asked}").ids
    assert [id for id in ids if id[0] == "r" and id[1:].isdigit()] == numbers


def test_a_filter_that_nothing_fits_says_so(server: Controlled) -> None:
    """With the way to all entries."""
    assert "3 entries, none match status:5xx" in text_of(
        page(server, "/demo/requests?q=status:5xx")
    )


def test_a_space_without_requests_says_where_to_send_one() -> None:
    """With its base URL."""
    server = Controlled()
    server.put("/spaces/demo", {})
    assert "http://127.0.0.1:8080/~demo/acme" in page(server, "/demo/requests").texts("code")


def test_a_request_tells_why_it_got_its_response(server: Controlled) -> None:
    """Step by step: what passed, what refused it and where, and what was not reached."""
    found = page(server, "/demo/requests/2")
    said = text_of(found)

    assert "/name" in " ".join(found.texts("code"))
    assert "Not reached: identifiers, references, state, uniqueness, change" in said
    assert "mock.requests.assert_called('createThing', times=1, body={'name': 7})" in said
    programs = [a["data-tab"] for _, a, _ in found.elements if "data-tab" in a]
    assert programs == ["curl", "httpx", "fetch"]
    assert "http://127.0.0.1:8080/~demo/acme/things" in said


def test_programs_of_a_request_leave_out_what_a_browser_adds(server: Controlled) -> None:
    """Who repeats it has another browser, or none."""
    added = {"Sec-Fetch-Mode": "cors", "sec-ch-ua-platform": "Linux", "Accept-Encoding": "br"}
    server.client.get("/~demo/acme/things", {**GOOD, **added, "X-Own": "kept"})
    number = server.get("/spaces/demo/requests").json["items"][-1]["n"]
    programs = page(server, f"/demo/requests/{number}").html.partition("data-tab=")[2]
    assert programs.lower().count("x-own") == 3
    assert not [name for name in added if name.lower() in programs.lower()]


def test_a_request_leads_to_try_it_with_its_values(server: Controlled) -> None:
    """Those of its query, and its body if an address has room for it."""
    server.client.get("/~demo/acme/things?limit=x", GOOD)
    server.make("a" * 5000)
    found = [
        dict(parse_qsl(urlsplit(link).query))
        for number in (2, 4, 5)
        for link in page(server, f"/demo/requests/{number}").links
        if link.endswith("#try")
    ]
    (wrong, listed, long) = found
    assert json.loads(wrong["body"]) == {"name": 7}
    assert json.loads(listed["fill"]) == {"limit": "x"}
    assert "body" not in long


def test_a_request_tells_what_it_changed(server: Controlled) -> None:
    """The record, the place, and the values before and after."""
    found = page(server, "/demo/requests/1")
    changed = [link for link in found.links if "/records/" in link]
    assert len(changed) == 1


@pytest.mark.parametrize("number", ["4", "0", "x", "1/x", "99999999999999999999999"])
def test_a_request_that_there_never_was_says_so(server: Controlled, number: str) -> None:
    """With the way back; a longer address is none."""
    page(server, f"/demo/requests/{number}", 404)


def test_a_request_that_had_to_go_says_why() -> None:
    """The journal keeps the newest."""
    server = Controlled(journal=2)
    for name in ("Ada", "Bea", "Cleo"):
        server.make(name)

    assert "keeps the newest 2 of 3 requests" in text_of(page(server, "/demo/requests/1", 404))
    assert "1 older ones are gone" in text_of(page(server, "/demo/requests"))


def test_a_body_that_was_cut_or_is_no_text_has_no_curl_line(server: Controlled) -> None:
    """It would send something else."""
    server.client.post("/~demo/acme/things", {"name": "x" * 20_000}, GOOD)
    said = text_of(page(server, "/demo/requests/4"))
    assert "The body is cut" in said
    assert "No program that sends it again" in said


def test_a_space_that_is_gone_says_so(server: Controlled) -> None:
    """And can be made."""
    server.delete("/spaces/demo")
    assert calls(page(server, "/demo")) == ["PUT spaces/demo"]
    assert calls(page(server, "/demo/requests/1", 404)) == ["PUT spaces/demo"]
    assert calls(page(server, "/de mo", 404)) == []


def test_the_timeline_has_each_cause_with_its_effects(server: Controlled) -> None:
    """Newest first: requests with what they changed, and what a person did."""
    path = "/spaces/demo/acme/resources/Thing/thing_001"
    server.call("PATCH", path, {"name": "Bea"})
    found = page(server, "/demo")
    ids = [id for id in found.ids if id[0] in "cq" and id[1:].isdigit()]

    assert ids == ["c1", "q3", "q2", "q1"]
    said = text_of(found)
    assert "record was changed change Thing thing_001 changed" in said
    assert "POST createThing 201 change" in said
    assert [id for id in page(server, "/demo?q=kind:control").ids if id == "c1"] == ["c1"]
    assert "4 entries, none match" in text_of(page(server, "/demo?q=kind:delivery"))


def test_the_timeline_of_a_frozen_space_has_its_own_time(server: Controlled) -> None:
    """Of what a person did, too; times of this machine are shown on request."""
    server.put("/spaces/frozen", {"now": "2026-01-05T09:00:00Z"})
    server.post("/spaces/frozen/clock/advance", {"by": "P1DT1H"})
    server.post("/spaces/frozen/faults", {"effect": {"status": 503}})
    said = text_of(page(server, "/frozen"))
    moved = "clock was changed: from Mon 5 Jan 2026 09:00:00 to Tue 6 Jan 2026 10:00:00"
    assert f"Tue 6 Jan 2026 10:00:00 fault was added: fault-1 10:00:00 {moved}" in said
    assert "on this machine)" not in said
    assert "10:00:00 (" in text_of(page(server, "/frozen?wall=1"))


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "clock/resume", {"speed": 60}, "clock was changed: runs, speed 60"),
        ("POST", "clock/freeze", {}, "clock was changed: stands"),
        ("POST", "faults", {"name": "a", "effect": {"status": 503}}, "fault was added: a"),
        ("DELETE", "faults/down", None, "faults were removed: down"),
        ("DELETE", "faults", None, "faults were removed: all"),
        ("PATCH", "", {"receivers": {}}, "settings were changed: receivers"),
    ],
)
def test_the_timeline_tells_what_exactly_a_person_did(
    server: Controlled, method: str, path: str, body: Any, said: str
) -> None:
    """The name of a fault, and what became of the clock."""
    server.post("/spaces/demo/faults", {"name": "down", "effect": {"status": 503}})
    server.call(method, f"/spaces/demo/{path}".rstrip("/"), body)
    assert said in text_of(page(server, "/demo"))


def test_an_empty_timeline_says_what_to_do() -> None:
    """With the base URL."""
    server = Controlled()
    server.put("/spaces/demo", {})
    assert "Nothing has happened in demo." in text_of(page(server, "/demo"))
