"""The time of a space over HTTP, each reply judged by the document of the control routes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from controlling import Controlled
from living_contract import living

CLOCK = "/spaces/demo/clock"
NOW = "2026-01-05T09:00:00.000Z"
# A moment that is past, at the one at which the space stands.
PAST = "2026-01-05T08:59:59Z"


@pytest.fixture
def server() -> Controlled:
    """A server with a space whose time stands."""
    server = Controlled(replace(living(), name="works"))
    server.put("/spaces/demo", {"now": NOW})
    return server


def test_a_clock_stands_runs_and_is_moved(server: Controlled) -> None:
    """It tells when something is due next."""
    stood = {"now": NOW, "running": False, "speed": 1.0, "next": None}
    assert server.get(CLOCK).json == stood
    server.post("/spaces/demo/works/resources/Job", {"name": "Ada"})
    assert server.get(CLOCK).json["next"] == "2026-01-05T09:01:00.000Z"
    moved = server.post(f"{CLOCK}/advance", {"to": "next"}).json
    assert moved["now"] == "2026-01-05T09:01:00.000Z"
    (transition,) = moved["transitions"]
    assert (transition["from"], transition["to"]) == ("queued", "running")
    assert (transition["at"], transition["about"]["resource"]) == (moved["now"], "Job")
    running = server.call("PATCH", CLOCK, {"running": True, "speed": 60}).json
    assert (running["running"], running["speed"]) == (True, 60.0)
    assert server.post(f"{CLOCK}/freeze", {}).json["running"] is False
    assert server.post(f"{CLOCK}/resume", {"speed": 2}).json["speed"] == 2.0
    assert server.call("PATCH", CLOCK, {"running": False}).json["running"] is False
    assert server.get("/spaces/demo").json["clock"]["running"] is False


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("advance", {"by": "P1Y"}),
        ("advance", {"by": "1 hour"}),
        ("advance", {"by": "-PT1H"}),
        ("advance", {"by": "P999999D"}),
        ("advance", {"to": PAST}),
        ("advance", {"to": "tomorrow"}),
        ("advance", {"by": "PT1H", "to": "next"}),
        ("advance", {}),
        ("freeze", {"at": PAST}),
        ("freeze", {"at": "9999-12-31T23:59:60Z"}),
        ("resume", {"speed": 0}),
        ("resume", {"speed": "fast"}),
    ],
)
def test_what_no_clock_can_do_is_400(server: Controlled, path: str, body: Any) -> None:
    """With the reason, and the time stays."""
    reply = server.post(f"{CLOCK}/{path}", body)
    assert reply.status == 400
    assert reply.json["detail"]
    assert server.get(CLOCK).json["now"] == NOW


@pytest.mark.parametrize("text", ["1h", "PT", "1 hour", ""])
@pytest.mark.parametrize(
    ("path", "pointer", "body"),
    [
        (f"{CLOCK}/advance", "/by", '{"by": %s}'),
        ("/spaces/demo/faults", "/effect/latency", '{"effect": {"latency": %s}}'),
        ("/spaces/demo/faults", "/effect/delay",
         '{"match": {"event": "*"}, "effect": {"delay": %s}}'),
    ],
)  # fmt: skip
def test_what_is_no_duration_is_told_what_one_looks_like(
    server: Controlled, path: str, pointer: str, body: str, text: str
) -> None:
    """Not the pattern that it does not match."""
    reply = server.post(path, json.loads(body % json.dumps(text)))
    said = f"body {pointer}: {text!r} is not a duration in weeks to seconds, as 'P2DT30M' is"
    assert (reply.status, reply.json["detail"]) == (400, said)


def test_a_space_that_is_not_there_is_404_or_made(server: Controlled) -> None:
    """As for all other routes."""
    assert server.get("/spaces/other/clock").status == 404
    assert server.post("/spaces/other/settle").status == 404
    assert server.get("/spaces/other/deliveries").status == 404
    assert server.post("/spaces/other/clock/freeze", {}).json["running"] is False
    assert server.post("/spaces/other/settle").json == {"settled": True, "pending": 0}


def test_deliveries_are_listed_by_event_and_state(server: Controlled) -> None:
    """What may not be sent is there; an unknown one cannot be sent again."""
    hook = {"url": "https://hooks.acme.test/", "events": ["job.done", "job.failed"]}
    server.post("/spaces/demo/works/resources/Hook", hook)
    for event in ("job.done", "job.failed"):
        sent = server.post("/spaces/demo/works/events", {"event": event, "about": "job_001"})
        assert sent.status == 201
    listed = "/spaces/demo/deliveries"
    assert server.get(listed).json["total"] == 2
    assert server.get(f"{listed}?event=job.done&state=withheld").json["total"] == 1
    assert server.get(f"{listed}?state=delivered").json["total"] == 0
    assert server.get(f"{listed}?state=lost").status == 400
    assert server.post(f"{listed}/nope/resend").status == 404
    assert server.post("/spaces/demo/works/events", {"event": "job.lost"}).status == 404
    for to, status in (("failed", 200), ("lost", 404)):
        moved = "/spaces/demo/works/resources/Job/job_001/transition"
        assert server.post(moved, {"to": to}).status == status


@pytest.mark.parametrize("receivers", [{"acme.test": "http://127.0.0.1"}, {"http://a.test": "b"}])
def test_receivers_of_a_space_are_urls(server: Controlled, receivers: dict[str, str]) -> None:
    """Those of a new one too; what is right is told by the space."""
    assert server.call("PATCH", "/spaces/demo", {"receivers": receivers}).status == 400
    assert server.put("/spaces/new", {"receivers": receivers}).status == 400
    right = {"https://hooks.acme.test": "http://127.0.0.1:9000"}
    assert server.call("PATCH", "/spaces/demo", {"receivers": right}).json["receivers"] == right
