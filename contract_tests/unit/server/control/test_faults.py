"""Faults are added, listed and removed over HTTP; verdicts on the caller are read."""

from __future__ import annotations

from typing import Any

import pytest
from controlling import GOOD, Controlled
from living_contract import living

FAULTS = "/spaces/demo/faults"
DOWN = {"effect": {"status": 503}}


@pytest.fixture
def server() -> Controlled:
    """A server without spaces."""
    return Controlled()


def test_faults_are_added_listed_and_removed(server: Controlled) -> None:
    """One by one, or all; adding makes a space that is not there, nothing else does."""
    assert server.get(FAULTS).status == server.delete(FAULTS).status == 404
    made = server.post(FAULTS, {**DOWN, "name": "down", "times": 2})
    assert made.status == 201
    assert made.json == {
        "name": "down", "match": {}, "effect": {"status": 503}, "left": 2, "probability": 1.0,
        "seed": 1, "skip": 0, "hits": 0}  # fmt: skip
    assert server.client.get("/~demo/acme/things", GOOD).status == 503
    second = server.post(FAULTS, DOWN).json["name"]
    listed = server.get(FAULTS).json
    assert listed["total"] == 2
    assert [(f["name"], f["left"], f["hits"]) for f in listed["items"]] == [
        ("down", 1, 1), (second, None, 0)]  # fmt: skip
    assert server.delete(f"{FAULTS}/down").status == 204
    assert server.delete(f"{FAULTS}/down").status == 404
    assert server.delete(FAULTS).status == 204
    assert server.get(FAULTS).json["items"] == []


def test_a_name_can_be_given_once(server: Controlled) -> None:
    """409 tells so."""
    assert server.post(FAULTS, {**DOWN, "name": "down"}).status == 201
    refused = server.post(FAULTS, {**DOWN, "name": "down"})
    assert (refused.status, refused.json["detail"]) == (409, "there is a fault down already")


def test_a_space_without_room_for_a_fault_says_so(
    server: Controlled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """507, as for records."""
    monkeypatch.setattr("greenroom.state.rules.fault.MOST_FAULTS", 1)
    assert server.post(FAULTS, DOWN).status == 201
    assert server.client.post(f"/_greenroom{FAULTS}", DOWN).status == 507


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no effect": ({}, "effect"),
    "an empty effect": ({"effect": {}}, "/effect"),
    "an effect that there is not": ({"effect": {"explode": True}}, "/effect"),
    "an effect of deliveries": ({"effect": {"drop": True}}, "/effect"),
    "an effect of requests for deliveries": (
        {"match": {"event": "made"}, "effect": {"status": 503}}, "/effect"),
    "a status that is no response": ({"effect": {"status": 100}}, "/effect/status"),
    "a match that there is not": ({**DOWN, "match": {"body": {}}}, "/match"),
    "an operation that there is not": (
        {**DOWN, "match": {"operation": "listThing"}}, "did you mean listThings?"),
    "a vendor that is not served": ({**DOWN, "match": {"vendor": "other"}}, "acme"),
    "an example without a status": ({"effect": {"example": "Thing"}}, "/effect"),
    "a duration of months": ({"effect": {"latency": "P1M"}}, "/effect/latency"),
    "a duration that is none": ({"effect": {"latency": "PTS"}}, "/effect/latency"),
    "too long a duration": ({"effect": {"latency": "PT11M"}}, "11 min is longer than 10 min"),
    "a header that frames the message": (
        {"effect": {"headers": {"Content-Length": "3"}}}, "/effect/headers"),
    "a header of ours": ({"effect": {"headers": {"x-greenroom-space": "a"}}}, "/effect/headers"),
    "a header that is no name": ({"effect": {"headers": {"a b": "c"}}}, "/effect/headers"),
    "a header with two lines": ({"effect": {"headers": {"a": "b\r\nc: d"}}}, "/effect/headers/a"),
    "a share above one": ({**DOWN, "probability": 1.5}, "/probability"),
    "no times": ({**DOWN, "times": 0}, "/times"),
    "a name that cannot be in an address": ({**DOWN, "name": "a/b"}, "/name"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_fault_that_cannot_be_is_refused(server: Controlled, case: str) -> None:
    """With the place, and nothing is added."""
    given, said = WRONG[case]
    refused = server.post(FAULTS, given)
    assert refused.status == 400
    assert said in refused.json["detail"]
    assert server.get("/spaces/demo").status == 404


@pytest.mark.parametrize(
    ("match", "kind", "newest"),
    [
        ({}, "requests", [3, 2, 1]),
        ({"operation": "listThings"}, "requests", [2, 1]),
        ({"method": "POST"}, "requests", [3]),
        ({"credential": "expired-key"}, "requests", []),
        ({"path": "/nothing"}, "requests", []),
        ({"event": "made"}, "webhooks", []),
    ],
)
def test_a_preview_says_what_a_fault_would_fit(
    server: Controlled, match: dict[str, str], kind: str, newest: list[int]
) -> None:
    """It is not added, and makes no space."""
    effect = {"drop": True} if "event" in match else {"status": 503}
    given = {"match": match, "effect": effect, "times": 2}
    assert server.post(f"{FAULTS}?preview=true", given).json["of"] == 0
    assert server.get("/spaces/demo").status == 404
    for _ in range(2):
        server.client.get("/~demo/acme/things", GOOD)
    server.make("Ada")
    found = server.post(f"{FAULTS}?preview=true", given).json
    assert (found["kind"], found["matched"], found["newest"]) == (kind, len(newest), newest)
    assert ", 2 more times." in found["sentence"]
    assert server.get(FAULTS).json["items"] == []


def test_a_preview_counts_webhooks_of_an_event() -> None:
    """Those that were sent, or were not."""
    server = Controlled(living())
    hook = {"url": "http://127.0.0.1:9/", "events": ["job.done"]}
    server.post("/spaces/demo/acme/resources/Hook", hook)
    server.post("/spaces/demo/acme/events", {"event": "job.done"})
    for event, matched in (("job.done", 1), ("*", 1), ("job.failed", 0)):
        given = {"match": {"event": event}, "effect": {"drop": True}}
        found = server.post(f"{FAULTS}?preview=true", given).json
        assert (found["matched"], found["of"], found["kind"]) == (matched, 1, "webhooks")


def test_verdicts_name_the_requests_that_show_them(server: Controlled) -> None:
    """As rows of the journal, without credentials but test keys."""
    server.put("/spaces/demo", {"now": "2026-01-05T09:00:00Z"})
    effect = {"status": 429, "headers": {"Retry-After": "60"}}
    server.post(FAULTS, {"effect": effect, "times": 1})
    for _ in range(2):
        server.client.get("/~demo/acme/things", GOOD)
    for _ in range(2):
        server.client.get("/~demo/acme/things", {"x-key": "sk_live_51Hq8vB2eZvKYlo2C"})
    found = server.get("/spaces/demo/verdicts")
    assert "sk_live" not in found.body.decode()
    assert (found.json["total"], found.json["dropped"]) == (2, 0)
    assert [(v["rule"], v["vendor"], v["operation"]) for v in found.json["items"]] == [
        ("retry_after", "acme", "listThings"), ("credential", "acme", "listThings")]  # fmt: skip
    first, second = found.json["items"]
    assert [(r["n"], r["status"]) for r in first["requests"]] == [
        (1, 429), (2, 200), (3, 401), (4, 401)]  # fmt: skip
    assert [r["n"] for r in second["requests"]] == [3, 4]
    assert first["detail"].startswith("listThings came ")
    assert server.get("/spaces/demo/verdicts?vendor=acme").json == found.json
    assert server.get("/spaces/demo/verdicts?vendor=other").json["items"] == []
    assert server.get("/spaces/none/verdicts").status == 404
