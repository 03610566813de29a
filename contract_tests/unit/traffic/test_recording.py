"""Recorded traffic is judged as sent traffic is, and nothing is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from checked import things

from greenroom.contract.model import Contract
from greenroom.http.exchange import Entry, Request, Response
from greenroom_contracts.report import Report
from greenroom_contracts.traffic.recording import judge_recording

HOST = "https://api.things.example"
THING = {"id": "a", "name": "b"}


def entry(line: str, status: int, body: Any = None, sent: Any = None, host: str = HOST) -> Entry:
    """One exchange: method and path, the response, and the body that was sent."""
    method, path = line.split(" ", 1)
    json_type = (("Content-Type", "application/json"),)
    content = b"" if sent is None else json.dumps(sent).encode()
    request = Request(method, host + path, json_type if sent is not None else (), content)
    content = b"" if body is None else json.dumps(body).encode()
    return Entry(request, Response(status, json_type, content), 1.0, 0.1)


def judged(*entries: Entry, base_url: str | None = HOST, **changes: Any) -> Report:
    """The report about a recording."""
    contract: Contract = replace(things(), **changes)
    return judge_recording(contract, entries, target="recorded.har", base_url=base_url)


def kinds(report: Report) -> list[tuple[str, str]]:
    """Kind and operation of each finding."""
    return [(finding.kind, finding.operation) for finding in report.findings]


def test_traffic_that_follows_the_contract_conforms() -> None:
    """Operations that were not recorded are listed, without effect on the verdict."""
    report = judged(entry("GET /things/1", 200, THING), entry("GET /things/2", 404, {"error": "x"}))
    assert (kinds(report), report.exit_code) == ([], 0)
    reported = {o.operation: (o.planned, o.examined, o.why_not) for o in report.operations}
    assert reported["getThing"] == (True, True, "")
    assert reported["listThings"] == (False, False, "not in the recording")


@pytest.mark.parametrize(
    ("recorded", "kind"),
    [
        (entry("GET /things/1", 200, {"id": "a"}), "missing-field"),
        (entry("GET /things/1", 203, THING), "undocumented-status"),
        (entry("POST /things", 201, THING, {"name": 5}), "invalid-request-accepted"),
        (entry("POST /things", 201, THING), "invalid-request-accepted"),
        (entry("GET /things?size=0", 200, []), "invalid-request-accepted"),
        (entry("GET /things/1", 500, {"error": "x"}), "server-error"),
    ],
)
def test_drift_in_a_recording_is_found(recorded: Entry, kind: str) -> None:
    """In responses and requests."""
    report = judged(recorded)
    assert [found for found, _ in kinds(report)] == [kind]
    assert report.exit_code == 1


def test_a_refused_valid_request_is_an_addition() -> None:
    """The vendor requires more than is documented."""
    report = judged(entry("POST /things", 400, {"error": "x"}, {"name": "a"}))
    assert kinds(report) == [("undocumented-restriction", "createThing")]
    assert not report.drift


def test_traffic_to_an_undocumented_operation_is_drift() -> None:
    """A client uses an operation that the contract does not have."""
    report = judged(entry("GET /gadgets", 200, []))
    assert kinds(report) == [("undocumented-operation", "GET /gadgets")]


def test_a_404_for_an_undocumented_path_is_not_drift() -> None:
    """The server does not have the path either."""
    report = judged(entry("GET /gadgets", 404, {}), entry("GET /things/1", 200, THING))
    assert kinds(report) == []


def test_traffic_to_other_hosts_is_ignored() -> None:
    """A browser records requests to all hosts."""
    elsewhere = entry("GET /things/1", 200, {"no": "thing"}, host="https://cdn.example")
    report = judged(elsewhere, entry("GET /things/1", 200, THING))
    assert (kinds(report), len(report.exchanges)) == ([], 1)


def test_without_a_base_url_the_contract_s_own_hosts_count() -> None:
    """Undocumented operations are drift at these hosts only."""
    own = entry("GET /gadgets", 200, [], host="https://things.example")
    other = entry("GET /gadgets", 200, [], host="https://other.example")
    report = judged(own, other, base_url=None, hosts=("things.example",))
    assert kinds(report) == [("undocumented-operation", "GET /gadgets")]


def test_a_recording_without_traffic_of_the_api_is_not_examined() -> None:
    """Nothing was judged: exit code 2, with the reason."""
    report = judged(entry("GET /", 200, {}, host="https://cdn.example"))
    assert (report.exit_code, report.problem) == (2, "nothing in recorded.har belongs to things")


def test_an_entry_without_a_response_is_not_examined() -> None:
    """The request was cancelled, or had not ended yet."""
    report = judged(replace(entry("GET /things/1", 200), response=None))
    assert [o.examined for o in report.operations if o.operation == "getThing"] == [False]
