"""Recorded traffic is judged as sent traffic is, and nothing is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from checked import things

from greenroom.contract.model import Contract
from greenroom.http import har as archive
from greenroom.http.exchange import Entry, Request, Response
from greenroom.redaction.redactor import redactor_for
from greenroom_contracts.planning.options import Options
from greenroom_contracts.report import Report
from greenroom_contracts.reports.formats import har
from greenroom_contracts.reports.redacted_report import redacted
from greenroom_contracts.running.check import check
from greenroom_contracts.traffic.recording import judge_recording
from servers import Change, HttpRequest, HttpResponse, mocking, serving

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
    assert report.exit_code == 2
    assert report.problem.startswith(f"no request in recorded.har is below {HOST}: ")


def test_an_entry_without_a_response_is_not_examined() -> None:
    """The request was cancelled, or had not ended yet."""
    report = judged(replace(entry("GET /things/1", 200), response=None))
    assert [o.examined for o in report.operations if o.operation == "getThing"] == [False]


@pytest.mark.parametrize(
    "entries",
    [
        [entry("GET /things/1", 404, {"error": "x"})],
        [entry("GET /things/1", 401, {"error": "x"}), entry("POST /things", 400, {"error": "x"})],
        [replace(entry("GET /things/1", 200), response=None)],
        [entry("GET /gadgets", 404, {})],
    ],
    ids=["404", "refusals", "aborted", "unknown path"],
)
def test_a_recording_without_any_success_is_not_examined(entries: list[Entry]) -> None:
    """It does not conform, since nothing in it shows that an operation works."""
    report = judged(*entries)

    assert (kinds(report), report.verdict, report.exit_code) == ([], "not examined", 2)
    assert report.problem == (
        "no operation has a successful response in recorded.har, so none was examined"
    )
    assert judged(*entries, entry("GET /things/1", 200, THING)).exit_code == 0


def _odd(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Statuses that the contract does not have, whatever is refused; and lies."""
    odd = {401: 418, 400: 409, 404: 406}
    if response.status == 201:
        return replace(response, body=b'{"name": 5}')
    return replace(response, status=odd.get(response.status, response.status))


@pytest.mark.parametrize("change", [None, _odd])
def test_the_archive_of_a_run_has_the_findings_of_the_run(change: Change | None) -> None:
    """Same kinds, statements and bases: the archive says why each request was sent."""
    contract = things()
    options = Options(writes=True, allowed=frozenset(("callThing",)), generated=3)
    with serving(mocking(contract, change)) as (url, _):
        live = check(contract, url, "test-key", options)
    written = har.write(redacted(live, redactor_for(contract, ["test-key"])))
    entries = archive.read(json.dumps(written).encode(), har.FILE)
    again = judge_recording(contract, entries, target=har.FILE, base_url=url)

    def facts(report: Report) -> list[tuple[object, ...]]:
        return [(f.kind, f.pointer, f.basis, f.operations, f.count) for f in report.findings]

    assert bool(facts(live)) is (change is not None)
    assert facts(again) == facts(live)


def test_an_archive_does_not_make_up_why_a_request_was_sent() -> None:
    """A purpose that no check has is none, and a statement that does not exist is none either."""
    for purpose, note in (("x", ""), (5, 5), ("invalid request", "/no/where ~ x"), (["a"], {})):
        sent = {"method": "GET", "url": f"{HOST}/things/1", "headers": []}
        got = {
            "status": 200,
            "content": {"text": json.dumps(THING), "mimeType": "application/json"},
        }
        one = {"request": sent, "response": got, "_greenroom": {"purpose": purpose, "note": note}}
        text = json.dumps({"log": {"entries": [one]}})

        assert judged(*archive.read(text.encode(), "x.har")).exit_code in (0, 1)


RECORDED = [
    ("https://api.things.example:443/a~b", "https://api.things.example/a~b/things/1"),
    ("https://api.things.example/a~b", "https://api.things.example:443/a~b/things/1"),
    ("HTTPS://API.Things.example/a~b/", "https://api.things.example/a~b/things/1"),
    ("https://api.things.example/a~b", "HTTPS://API.THINGS.EXAMPLE/a~b/things/1"),
    ("https://api.things.example/a%7Eb", "https://api.things.example/a~b/things/1"),
    ("https://api.things.example/a~b", "https://api.things.example/a%7eb/%74hings/1"),
    ("https://api.things.example/a%2fb", "https://api.things.example/a%2Fb/things/1"),
    ("http://[::1]:80", "http://[::1]/things/1"),
]


@pytest.mark.parametrize(("base_url", "url"), RECORDED)
def test_equal_urls_are_of_the_same_server(base_url: str, url: str) -> None:
    """Case, percent-encoding and port (RFC 3986 sections 6.2.2.1, 6.2.2.2, 6.2.3)."""
    found = entry("GET /", 200, THING)
    found = replace(found, request=replace(found.request, url=url))

    report = judged(found, base_url=base_url)
    assert (report.exit_code, kinds(report)) == (0, [])


OTHER = [
    ("https://api.things.example", "http://api.things.example/things/1"),
    ("https://api.things.example", "https://api.things.example:8443/things/1"),
    ("https://api.things.example", "https://user@api.things.example.org/things/1"),
    ("https://api.things.example/a/b", "https://api.things.example/a%2Fb/things/1"),
    ("https://api.things.example/A", "https://api.things.example/a/things/1"),
    ("https://api.things.example", "https://api.things.example:99999/things/1"),
]


@pytest.mark.parametrize(("base_url", "url"), OTHER)
def test_other_urls_are_not(base_url: str, url: str) -> None:
    """A scheme, a port, a slash or the case of a path makes another one."""
    found = entry("GET /", 200, THING)
    found = replace(found, request=replace(found.request, url=url))

    assert judged(found, base_url=base_url).exit_code == 2


def test_a_recording_of_another_server_says_which_base_url_to_give() -> None:
    """The one that the most requests fit; else where they are."""
    mocked = entry("GET /things/1", 200, THING, host="http://127.0.0.1:8080/mock/things")
    other = entry("GET /style.css", 200, {}, host="https://cdn.example")

    report = judged(other, mocked, base_url=None)
    advice = "no request in recorded.har is at a server of things; try --base-url "
    assert report.problem == f"{advice}http://127.0.0.1:8080/mock/things"
    assert judged(other, mocked, base_url="http://127.0.0.1:8080/mock/things").exit_code == 0
    problem = judged(other, base_url="https://api.things.example").problem
    assert problem == (
        "no request in recorded.har is below https://api.things.example: "
        "they are to https://cdn.example"
    )


def test_an_empty_recording_is_not_examined() -> None:
    """There is no server to name."""
    assert judged().problem == f"no request in recorded.har is below {HOST}"


def unrecorded(recorded: Entry, part: str = "response") -> Entry:
    """The entry without the body of one part."""
    message: Any = getattr(recorded, part)
    changed: Any = {part: replace(message, body=b"", recorded=False)}
    return replace(recorded, **changed)


def test_a_body_that_was_not_recorded_is_not_examined() -> None:
    """Its status and header fields are judged, and the exit code says that something is missing."""
    good = entry("GET /things/1", 200, {"id": "1", "name": "a"})
    report = judged(unrecorded(good))
    assert (kinds(report), report.exit_code) == ([], 2)
    about = next(o for o in report.operations if o.operation == "getThing")
    assert about.why_not == "the bodies of its responses were not recorded"
    assert judged(unrecorded(good), good).exit_code == 0
    # An empty body that was recorded is a finding.
    empty = replace(good, response=replace(good.response, body=b""))  # type: ignore[type-var]
    assert kinds(judged(empty)) == [("empty-body", "getThing")]
    wrong = entry("GET /things/1", 299, {})
    assert kinds(judged(unrecorded(wrong))) == [("undocumented-status", "getThing")]


def test_a_request_whose_body_was_not_recorded_is_not_called_invalid() -> None:
    """One without a body is."""
    bare = entry("POST /things", 201, {"id": "1", "name": "a"})
    assert kinds(judged(bare)) == [("invalid-request-accepted", "createThing")]
    assert kinds(judged(unrecorded(bare, "request"))) == []
