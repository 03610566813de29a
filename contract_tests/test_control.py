"""The control routes are what their own document says, by our own check over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
from controlling import CONTRACT, GOOD
from state_contract import API

from greenroom.server.background import StartMock
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check

TOKEN = "a-token-of-our-own"
# A response without an end; its own tests read it.
STREAM = "streamEvents"


def test_every_control_route_is_examined_and_conforms(tmp_path: Path, greenroom: StartMock) -> None:
    """With permission for everything: no finding, and all but the stream is examined."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(API.written))
    server = greenroom(str(file), control_token=TOKEN)
    with httpx2.Client(base_url=server.url, headers=GOOD) as client:
        made = {
            space: client.post(f"/~{space}/acme/things", json={"name": "Ada"}).json()["id"]
            for space in ("demo", "gone", "cleared", "reset", "other")
        }
    usual = {
        "space": "demo",
        "vendor": "acme",
        "resource": "Thing",
        "id": "thing_001",
        "number": "1",
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
    }
    named = frozenset(operation.id for operation in CONTRACT.operations) - {STREAM}
    options = Options(writes=True, allowed=named, only=named, given=given, generated=3, invalid=3)
    report = check(CONTRACT, f"{server.url}/_greenroom", TOKEN, options)
    assert [f"{f.kind} {f.operation} {f.pointer}: {f.message}" for f in report.findings] == []
    missed = [f"{o.operation}: {o.why_not}" for o in report.operations if not o.examined]
    assert [each for each in missed if not each.startswith(STREAM)] == []
    assert report.problem == ""
