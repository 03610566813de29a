"""A recording of a check gets the same verdict when it is replayed to the same check."""

from __future__ import annotations

import json
import random
import uuid

import pytest
from replaying import replayed
from sockets import listening

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract.model import Contract
from greenroom.http.har import read
from greenroom.redaction.redactor import redactor_for
from greenroom_contracts.planning import body_identifiers
from greenroom_contracts.report import Report
from greenroom_contracts.reports.formats import har
from greenroom_contracts.reports.redacted_report import redacted
from greenroom_contracts.running.check import check
from servers import HttpRequest, HttpResponse, mocking, serving
from test_check_mocks import contract_of, everything


def _drifted(_: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A response whose body lacks a member, and has one that no contract documents."""
    if response.headers.get("Content-Type") != "application/json":
        return response
    value = json.loads(response.body)
    if isinstance(value, dict) and value:
        value.pop(max(value))
        value["undocumented"] = True
    return HttpResponse(response.status, json.dumps(value).encode(), response.headers)


def checked(contract: Contract, url: str, monkeypatch: pytest.MonkeyPatch) -> Report:
    """The report on a server, with the same made-up identifiers in every run."""
    made = random.Random(7)
    monkeypatch.setattr(
        body_identifiers, "uuid4", lambda: uuid.UUID(int=made.getrandbits(128), version=4)
    )
    monkeypatch.setattr(body_identifiers, "randrange", made.randrange)
    monkeypatch.setattr(body_identifiers, "choice", made.choice)
    return check(contract, url, GOOD_KEY, everything(contract))


def verdict(report: Report) -> tuple[int, list[tuple[str, str, str, str]], list[str]]:
    """What a report says of a server."""
    found = [(f.kind, f.operation, f.pointer, f.message) for f in report.findings]
    return report.exit_code, found, [o.operation for o in report.operations if o.examined]


# That of the fewest requests; with the others the test takes ten times as long.
@pytest.mark.parametrize("name", ["heymilo"])
@pytest.mark.parametrize("change", [None, _drifted])
def test_a_recording_replays_to_the_same_verdict(
    name: str, change: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a server that conforms, and of one that differs everywhere."""
    contract = contract_of(name)
    with serving(mocking(contract, change)) as (url, _):  # type: ignore[arg-type]
        first = checked(contract, url, monkeypatch)
    written = har.write(redacted(first, redactor_for(contract, [GOOD_KEY])))
    app = replayed(read(json.dumps(written).encode(), har.FILE), contract)
    with listening(app) as (host, port):
        url = f"http://{host}:{port}/{name}{contract.base_path}"
        again = checked(contract, url, monkeypatch)
    assert verdict(again) == verdict(first)
    assert bool(first.findings) == bool(change)
    assert [e.operation for e in again.exchanges if e.response and e.response.status == 501] == []
