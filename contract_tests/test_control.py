"""The control routes are what their own document says, by our own check over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
from controlling import CONTRACT, GOOD
from living_contract import living, written
from state_contract import API

from greenroom.server.background import StartMock
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check

TOKEN = "a-token-of-our-own"
CONTROL = {"authorization": f"Bearer {TOKEN}"}
# A response without an end; its own tests read it.
STREAM = "streamEvents"


def test_every_control_route_is_examined_and_conforms(tmp_path: Path, greenroom: StartMock) -> None:
    """With permission for everything: no finding, and all but the stream is examined."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    works = tmp_path / "works.json"
    works.write_text(written(living()))
    server = greenroom(str(file), str(works), control_token=TOKEN)
    with httpx2.Client(base_url=server.url, headers=GOOD) as client:
        made = {
            space: client.post(f"/~{space}/acme/things", json={"name": "Ada"}).json()["id"]
            for space in ("demo", "gone", "cleared", "reset", "other")
        }
        hook = {"url": "http://127.0.0.1:1/", "events": ["job.done"]}
        assert client.post("/~demo/works/hooks", json=hook).status_code == 201
        events, about = "/_greenroom/spaces/demo/works/events", {"about": "job_001"}
        sent = client.post(events, json={"event": "job.done", **about}, headers=CONTROL).json()
        faults = "/_greenroom/spaces/other/faults"
        fault = {"name": "down", "effect": {"status": 503}, "match": {"method": "TRACE"}}
        assert client.post(faults, json=fault, headers=CONTROL).status_code == 201
    usual = {
        "space": "demo",
        "vendor": "acme",
        "resource": "Thing",
        "id": "thing_001",
        "number": "1",
        "operation": "createThing",
        "name": "down",
        "event": "job.done",
    }
    given = {
        **{
            f"{operation.id}.{parameter.name}": usual[parameter.name]
            for operation in CONTRACT.operations
            for parameter in operation.parameters
            if parameter.location == "path"
        },
        "deleteSpace.space": "gone",
        "clearRequests.space": "cleared",
        "resetSpace.space": "reset",
        "deleteRecord.space": "other",
        "deleteRecord.id": made["other"],
        "deleteFault.space": "other",
        "resendDelivery.id": sent["deliveries"][0]["id"],
        "emitEvent.vendor": "works",
        "verifyWebhook.vendor": "works",
        "transitionRecord.vendor": "works",
        "transitionRecord.resource": "Job",
        "transitionRecord.id": "job_001",
    }
    named = frozenset(operation.id for operation in CONTRACT.operations) - {STREAM}
    options = Options(writes=True, allowed=named, only=named, given=given, generated=3, invalid=3)
    report = check(CONTRACT, f"{server.url}/_greenroom", TOKEN, options)
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in report.findings] == []
    missed = [f"{o.operation}: {o.why_not}" for o in report.operations if not o.examined]
    assert [each for each in missed if not each.startswith(STREAM)] == []
    assert report.problem == ""


def test_spaces_do_not_see_each_other_in_twenty_threads(
    tmp_path: Path, greenroom: StartMock
) -> None:
    """Neither their things nor their requests, by sockets and all at the same time."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    server = greenroom(str(file))

    def live(number: int) -> tuple[list[str], list[str]]:
        space, names = f"thread-{number}", [f"{number}-{step}" for step in range(15)]
        with httpx2.Client(base_url=f"{server.url}/~{space}/acme", headers=GOOD) as client:
            for name in names:
                identifier = client.post("things", json={"name": name}).json()["id"]
                assert client.get(f"things/{identifier}").json()["name"] == name
            listed = [thing["name"] for thing in client.get("things").json()["things"]]
        assert listed == ["Documented", *names]
        path = f"{server.url}/_greenroom/spaces/{space}/requests"
        journal = httpx2.get(path, params={"whole": True, "limit": 1000}).json()["items"]
        sent = [entry["request"]["body"]["name"] for entry in journal if entry["method"] == "POST"]
        assert [entry["n"] for entry in journal] == [*range(1, 32)]
        return names, sent

    with ThreadPoolExecutor(20) as pool:
        for names, sent in pool.map(live, range(20)):
            assert names == sent
