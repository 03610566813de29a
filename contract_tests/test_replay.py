"""A recording of a check gets the same verdict when it is replayed to the same check."""

from __future__ import annotations

import json
from pathlib import Path

from proxied import proxied
from replaying import replayed
from sockets import listening

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract.model import Contract
from greenroom.http.har import read
from greenroom.redaction.redactor import redactor_for
from greenroom_contracts.report import Report
from greenroom_contracts.reports.formats import har
from greenroom_contracts.reports.redacted_report import redacted
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, mocking, serving
from test_check_mocks import contract_of, everything


def drifted(_: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A response whose body lacks a member, and has one that no contract documents."""
    if response.headers.get("Content-Type") != "application/json":
        return response
    value = json.loads(response.body)
    if isinstance(value, dict) and value:
        value.pop(max(value))
        value["undocumented"] = True
    return HttpResponse(response.status, json.dumps(value).encode(), response.headers)


def checked(contract: Contract, url: str) -> Report:
    """The report on a server."""
    return check(contract, url, GOOD_KEY, everything(contract))


def verdict(report: Report) -> tuple[int, list[tuple[str, str, str, str]], list[str]]:
    """What a report says of a server."""
    found = [(f.kind, f.operation, f.pointer, f.message) for f in report.findings]
    return report.exit_code, found, [o.operation for o in report.operations if o.examined]


# That of the fewest requests; with the others the tests take ten times as long.
NAME = "heymilo"


def replays_to(report: Report, contract: Contract, recording: bytes) -> None:
    """The check that made a recording says the same of a server that replays it.

    Although it makes up other identifiers.
    """
    with listening(replayed(read(recording, har.FILE), contract)) as (host, port):
        url = f"http://{host}:{port}/{NAME}{contract.base_path}"
        again = checked(contract, url)
    assert verdict(again) == verdict(report)
    assert [e.operation for e in again.exchanges if e.response and e.response.status == 501] == []


def test_the_recording_of_a_check_replays_to_the_same_verdict() -> None:
    """Of a server that conforms, although values were redacted."""
    contract = contract_of(NAME)
    with serving(mocking(contract)) as (url, _):
        report = checked(contract, url)
    assert report.findings == ()
    written = har.write(redacted(report, redactor_for(contract, [GOOD_KEY])))
    replays_to(report, contract, json.dumps(written).encode())


def test_the_recording_of_the_proxy_replays_to_the_same_verdict(tmp_path: Path) -> None:
    """Of a server that differs everywhere."""
    contract, file = contract_of(NAME), tmp_path / "run.har"
    with (
        serving(mocking(contract, drifted)) as (url, _),
        proxied(contract, url, record=file) as proxy,
    ):
        report = checked(contract, proxy.url)
    assert len(report.findings) > 5
    replays_to(report, contract, file.read_bytes())
