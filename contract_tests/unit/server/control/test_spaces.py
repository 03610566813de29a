"""Spaces are made, reset, copied and removed over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from controlling import Controlled


@pytest.fixture
def server() -> Controlled:
    """A server without spaces."""
    return Controlled()


def test_a_space_is_made_described_and_removed(server: Controlled) -> None:
    """201 for a new one, 200 for one in place of another, 404 for one that is not there."""
    assert server.get("/spaces").json == {"items": [], "total": 0, "dropped": 0}
    made = server.put("/spaces/demo", {"seed": "s", "now": "2026-01-05T10:00:00+01:00"})
    assert made.status == 201
    about = made.json
    assert (about["name"], about["mode"], about["seed"]) == ("demo", "stateful", "s")
    assert about["clock"] == {
        "now": "2026-01-05T09:00:00.000Z",
        "running": False,
        "speed": 1.0,
        "next": None,
    }
    assert server.get("/spaces/demo").json == about
    server.make("Ada")
    assert server.get("/spaces/demo").json["requests"] == 1
    assert [space["name"] for space in server.get("/spaces").json["items"]] == ["demo"]
    assert server.put("/spaces/demo").status == 200
    assert server.names() == ["Documented"]
    assert server.delete("/spaces/demo").status == 204
    assert server.delete("/spaces/demo").status == server.get("/spaces/demo").status == 404


def test_a_space_over_http_runs_with_the_wall_clock(server: Controlled) -> None:
    """Unless `now` says otherwise."""
    assert server.put("/spaces/demo", {}).json["clock"]["running"] is True


def test_the_seed_decides_the_identifiers(server: Controlled) -> None:
    """Whatever the name of the space."""
    for name, seed in (("one", 7), ("two", 7), ("three", 8)):
        server.put(f"/spaces/{name}", {"seed": seed})
    one, two, three = (server.make("Ada", name) for name in ("one", "two", "three"))
    assert one == two != three


def test_a_space_of_examples_has_a_journal_only(server: Controlled) -> None:
    """Its responses are the documented ones."""
    server.put("/spaces/demo", {"mode": "examples"})
    server.make("Ada")
    assert server.names() == ["Documented"]
    assert server.get("/spaces/demo/requests").json["total"] == 2


def test_a_reset_makes_a_space_as_it_was(server: Controlled) -> None:
    """With `keep` the journal stays; a space that is not there is made."""
    server.put("/spaces/demo", {"seed": 7})
    first = server.make("Ada")
    assert server.post("/spaces/demo/reset", {"keep": ["requests"]}).json["seed"] == 7
    assert server.names() == ["Documented"]
    assert server.get("/spaces/demo/requests").json["total"] == 2
    assert server.post("/spaces/demo/reset").status == 200
    assert server.get("/spaces/demo/requests").json["total"] == 0
    assert server.make("Ada") == first
    assert server.post("/spaces/other/reset").json["made_by"] == "control"


def test_a_snapshot_is_restored(server: Controlled) -> None:
    """In another space too, and as what a new space begins with; the journal is not in it."""
    server.make("Ada")
    kept = server.get("/spaces/demo/snapshot").json
    server.make("Bob")
    server.put("/spaces/demo/snapshot", kept)
    assert server.names() == ["Documented", "Ada"]
    server.put("/spaces/other/snapshot", kept)
    server.put("/spaces/third", {"from": {"snapshot": kept}})
    server.put("/spaces/fourth", {"from": {"space": "demo"}})
    assert [server.names(name) for name in ("other", "third", "fourth")] == [
        ["Documented", "Ada"]
    ] * 3
    assert server.get("/spaces/demo/requests").json["total"] == 3
    assert server.get("/spaces/nothing/snapshot").status == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("PUT", "/spaces/.demo", {}, "does not match"),
        ("GET", "/spaces/a%20b", None, "does not match"),
        ("PUT", f"/spaces/{'x' * 65}", {}, "does not match"),
        ("PUT", "/spaces/demo", {"seed": "x" * 65}, "seed"),
        ("PUT", "/spaces/demo", {"seed": 1.5}, "seed"),
        ("PUT", "/spaces/demo", {"now": "yesterday"}, "now"),
        ("PUT", "/spaces/demo", {"now": "2026-01-05T09:00:00"}, "now"),
        ("PUT", "/spaces/demo", {"mode": "proxy"}, "mode"),
        ("PUT", "/spaces/demo", {"speed": 60}, "speed"),
        ("PUT", "/spaces/demo", {"from": {"space": "nothing"}}, "nothing"),
        ("PUT", "/spaces/demo", {"from": {}}, "from"),
        ("PUT", "/spaces/demo", [], "object"),
        ("POST", "/spaces/demo/reset", {"keep": ["records"]}, "keep"),
        ("PUT", "/spaces/demo/snapshot", {"version": 1}, "seed"),
        ("PUT", "/spaces/demo/snapshot",
         {"version": 1, "seed": 1, "now": None, "vendors": {"nobody": {
             "sequence": 0, "numbers": {}, "resources": {}}}}, "nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_400_with_the_reason(
    server: Controlled, method: str, path: str, body: Any, said: str
) -> None:
    """And makes no space."""
    reply = server.call(method, path, body)
    assert (reply.status, reply.media_type) == (400, "application/problem+json")
    assert said in reply.json["detail"]
    assert server.get("/spaces").json["total"] == 0


def test_all_that_is_wrong_with_a_request_is_in_its_problem_details(server: Controlled) -> None:
    """As many violations as a header field may hold."""
    reply = server.put("/spaces/.demo", {"seed": 1.5, "mode": "x"})
    assert "(and 2 more)" in reply.json["detail"]
    places = [(each["location"], each["pointer"]) for each in reply.json["violations"]]
    assert places == [("path", "/space"), ("body", "/seed"), ("body", "/mode")]
    assert all(each["message"] for each in reply.json["violations"])
    many = server.put("/spaces/demo", {f"{'x' * 100}{n}": 1 for n in range(1000)})
    assert (many.status, many.json["violations"] != []) == (400, True)
    assert len(many.body) < 8000


def test_a_failed_change_leaves_a_space_alone(server: Controlled) -> None:
    """Neither made anew nor half restored."""
    server.make("Ada")
    broken = server.get("/spaces/demo/snapshot").json
    broken["vendors"]["acme"]["resources"]["Thing"][0]["value"] = {"id": 5}
    assert server.put("/spaces/demo/snapshot", broken).status == 400
    assert server.put("/spaces/demo", {"from": {"snapshot": broken}}).status == 400
    assert server.names() == ["Documented", "Ada"]
