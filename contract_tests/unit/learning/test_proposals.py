"""What a recording shows and the contract does not state is proposed, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import requests
from proxied import proxied

from greenroom.contract.catalog import build
from greenroom.contract.editing.overlay import apply
from greenroom.contract.model import Contract
from greenroom.contract.provenance import basis_at, declared
from greenroom.http.exchange import Entry
from greenroom.http.har import read
from greenroom_contracts.learning.proposals import Proposals, proposals
from greenroom_contracts.proxying import proxy as proxying
from greenroom_contracts.traffic.recording import judge_recording
from servers import HttpRequest, HttpResponse, serving

_TOLD = {"basis": "documented", "source": "guide", "at": "Jobs"}
_GUESS = {"basis": "inferred", "note": "By its looks."}
_STRING = {"type": "string"}
JOB = {
    "id": "job_001", "name": "first", "team": "red", "status": "queued", "score": 7,
    "note": "a note", "made": "2025-01-01T00:00:00Z",
}  # fmt: skip
STATES = {
    "queued": {"after": {"PT1M": "running"}},
    "running": {"after": {"PT10M": "done"}},
    "done": {},
    "failed": {},
}


def _answer(schema: Any, value: Any) -> dict[str, Any]:
    content = {"schema": schema, "examples": {"One": {"value": value}}}
    return {"description": "A response.", "content": {"application/json": content}}


_ID = {"name": "id", "in": "path", "required": True, "schema": _STRING, "example": "job_001"}
_REF = {"$ref": "#/components/schemas/Job"}
_LINK = {"Read": {"operationId": "getJob", "parameters": {"id": "$response.body#/id"}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Jobs", "version": "1"},
    "paths": {
        "/jobs": {
            "post": {
                "operationId": "createJob",
                "x-effect": ["create"],
                "x-provenance": _TOLD,
                "responses": {"201": {**_answer(_REF, JOB), "links": _LINK}},
            }
        },
        "/jobs/{id}": {
            "parameters": [_ID],
            "get": {
                "operationId": "getJob",
                "x-effect": ["read"],
                "x-provenance": _TOLD,
                "responses": {"200": _answer(_REF, JOB)},
            },
        },
    },
    "components": {
        "schemas": {
            "Job": {
                "type": "object",
                "required": ["id", "status", "note"],
                "properties": {
                    "id": _STRING,
                    "name": _STRING,
                    "team": {**_STRING, "enum": ["red", "green"], "x-provenance": _TOLD},
                    "status": _STRING,
                    "score": {"type": "integer", "x-provenance": _GUESS},
                    "note": _STRING,
                    "made": {**_STRING, "format": "date-time", "x-provenance": _GUESS},
                },
                "x-resource": {"identifier": "id"},
                "x-lifecycle": {
                    "state": "/status",
                    "initial": "queued",
                    "states": STATES,
                    "x-provenance": _GUESS,
                },
                "x-provenance": _GUESS,
            }
        }
    },
}
# Seconds after the creation of a job, and its state then.
POLLED = (
    (30, "queued"),
    (290, "queued"),
    (310, "running"),
    (590, "running"),
    (610, "failed"),
)


def contract(document: Any = DOCUMENT) -> Contract:
    """The contract of a document."""
    return build(deepcopy(document), "jobs", "jobs.yaml")


class Sandbox:
    """A server of jobs, whose state is that of the moment; `change` alters what it sends."""

    def __init__(self, conforms: bool) -> None:
        self.conforms = conforms
        self.state = "queued"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Respond."""
        job, status, headers = {**JOB, "status": self.state}, 200, {}
        if request.method == "POST":
            status = 201
        if not self.conforms:
            job |= {"owner": {"id": 5}, "team": "blue", "score": "7", "made": "01/02/2025"}
            del job["note"]
            headers["X-Trace"] = "t-1"
            if request.path == "/jobs/gone":
                status, job = 410, {"error": "gone"}
            if request.headers.get("accept") == "text/csv":
                return HttpResponse(200, b"id,name\n1,a\n", {"Content-Type": "text/csv"})
        headers["Content-Type"] = "application/json"
        return HttpResponse(status, json.dumps(job).encode(), headers)


@contextmanager
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The time that the proxy records."""
    now = [1_800_000_000.0]

    class Time:
        """Real, but for what is recorded."""

        time = staticmethod(lambda: now[0])
        monotonic = staticmethod(lambda: now[0])

    monkeypatch.setattr(proxying, "time", Time)
    yield now


def recorded(
    folder: Path, monkeypatch: pytest.MonkeyPatch, conforms: bool, polled: Any = POLLED
) -> list[Entry]:
    """The recording of a proxy, while a job goes through its states."""
    file, sandbox = folder / "r.har", Sandbox(conforms)
    with (
        clock(monkeypatch) as now,
        serving(sandbox) as (url, _),
        proxied(contract(), url, record=file) as proxy,
    ):
        began = now[0]
        requests.post(f"{proxy.url}/jobs", timeout=10)
        for seconds, sandbox.state in polled:
            now[0] = began + seconds
            requests.get(f"{proxy.url}/jobs/job_001", timeout=10)
        if not conforms:
            requests.get(f"{proxy.url}/jobs/gone", timeout=10)
            requests.get(f"{proxy.url}/jobs/job_001", headers={"Accept": "text/csv"}, timeout=10)
    return read(file.read_bytes(), "r.har")


def proposed(entries: list[Entry], of: Contract | None = None) -> Proposals:
    """What a recording shows that a contract does not state."""
    return proposals(of or contract(), entries, "r.har")


def test_ten_differences_are_proposed_and_applied_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of them of order and duration; the contract then states what was seen, and says so."""
    entries = recorded(tmp_path, monkeypatch, conforms=False)
    found = proposed(entries)
    wanted = (
        "410 is not documented", "text/csv", "owner is not documented",
        "body /team", "x-trace", "body /score", "body /note", "body /made",
        "queued leads to running after PT5M, seen 1 time",
        "running leads to failed after PT5M, seen 1 time",
    )  # fmt: skip
    assert len(wanted) == 10
    for text in wanted:
        assert [line for line in found.proposed if text in line], text
    changed, unused = apply(deepcopy(DOCUMENT), found.overlay, "overlay.yaml")
    assert unused == []
    new = contract(changed)
    report = judge_recording(new, entries, target="r.har")
    assert [(f.kind, f.message) for f in report.findings] == []
    assert report.exit_code == 0
    assert proposed(entries, new).overlay is None
    states = changed["components"]["schemas"]["Job"]["x-lifecycle"]["states"]
    assert states["queued"] == {"after": {"PT5M": "running"}}
    assert states["running"] == {"after": {"PT5M": "failed"}}
    properties = "/components/schemas/Job/properties"
    bases = {n: basis_at(changed, f"{properties}/{n}") for n in ("owner", "score", "made", "team")}
    assert bases == {**dict.fromkeys(("owner", "score", "made"), "observed"), "team": "documented"}
    assert "2027-01-15" in json.dumps(found.overlay)


def test_nothing_is_proposed_for_a_server_that_conforms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its states come in the order, and last as long as the contract states."""
    polled = ((55, "queued"), (65, "running"), (650, "running"), (670, "done"))
    found = proposed(recorded(tmp_path, monkeypatch, conforms=True, polled=polled))
    assert (found.overlay, found.proposed, found.contradicted) == (None, (), ())


def test_a_guess_that_is_confirmed_says_so_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If that is asked for; what was not seen stays a guess."""
    document = deepcopy(DOCUMENT)
    properties = document["components"]["schemas"]["Job"]["properties"]
    properties["absent"] = {**_STRING, "x-provenance": _GUESS}
    properties["part"] = {"type": "object", "x-provenance": _GUESS}
    responses = document["paths"]["/jobs/{id}"]["get"]["responses"]
    responses["200"]["x-provenance"] = _GUESS
    responses["404"] = {"description": "No job.", "x-provenance": _GUESS}
    polled = ((65, "running"), (670, "done"))
    entries = recorded(tmp_path, monkeypatch, conforms=True, polled=polled)
    found = proposals(contract(document), entries, "r.har", confirm=True)
    changed, unused = apply(document, found.overlay, "overlay.yaml")
    assert unused == []
    observed = [p.pointer for p in declared(changed) if p.basis == "observed"]
    schema = "/components/schemas/Job/properties"
    assert observed == [
        "/paths/~1jobs~1{id}/get/responses/200", f"{schema}/score", f"{schema}/made",
    ]  # fmt: skip
    assert proposals(contract(changed), entries, "r.har", confirm=True).overlay is None


@pytest.mark.parametrize("basis", ["documented", "published"])
def test_what_is_documented_is_not_taken_back(
    basis: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But added to; what it contradicts is told."""
    told = {"basis": basis, "source": "guide", "at": "Jobs"}
    text = json.dumps(DOCUMENT).replace(json.dumps(_GUESS), json.dumps(told))
    entries = recorded(tmp_path, monkeypatch, conforms=False)
    found = proposed(entries, contract(json.loads(text)))
    assert not any("remove" in action for action in (found.overlay or {"actions": [{}]})["actions"])
    kept = ("body /score", "body /note", "body /made", "queued leads to running after PT5M")
    for name in kept:
        assert [line for line in found.contradicted if name in line], name
    for name in ("410", "owner", "body /team", "x-trace", "running leads to failed"):
        assert [line for line in found.proposed if name in line], name
