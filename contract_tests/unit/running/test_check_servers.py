"""Servers of paths and operations: one contract served, checked and recorded alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from checked import DOCUMENT

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract import catalog
from greenroom.contract.model import Contract
from greenroom.http.exchange import Entry
from greenroom.server.background import BackgroundServer
from greenroom_contracts.planning.options import Options
from greenroom_contracts.running.check import check
from greenroom_contracts.traffic.recording import judge_recording
from servers import mocking, serving

OPTIONS = Options(
    writes=True,
    allowed=frozenset(("callThing",)),
    timeout=5,
    generated=4,
    invalid=4,
)


def document() -> dict[str, Any]:
    """A contract with servers of document, path and operation, with variables."""
    found = deepcopy(DOCUMENT)
    version = {"version": {"default": "v2", "enum": ["v1", "v2"]}}
    found["servers"] = [{"url": "https://api.things.example/{version}/", "variables": version}]
    paths = found["paths"]
    region = {"region": {"default": "eu west"}}
    paths["/things/{id}"]["servers"] = [
        {"url": "https://files.things.example/in/{region}", "variables": region}
    ]
    paths["/things/{id}"]["delete"]["servers"] = [{"url": "/"}]
    paths["/things/{id}/call"]["post"]["servers"] = [{"url": "/v2/calls/"}]
    return found


@pytest.fixture(params=[False, True], ids=["below-its-name", "at-root"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Contract, str]]:
    """The contract and the base URL of its mock."""
    file = tmp_path / "things.json"
    file.write_text(json.dumps(document()))
    server = BackgroundServer((str(file),), at_root=request.param)
    server.start()
    yield catalog.load(catalog.Source("things", file)), server["things"].url
    server.stop()


def test_the_mock_of_a_contract_conforms_to_it(served: tuple[Contract, str]) -> None:
    """Every operation is examined, learned identifiers and clean-up included."""
    report = check(*served, GOOD_KEY, OPTIONS)

    assert [(f.kind, f.operation, f.message) for f in report.findings] == []
    assert [o.operation for o in report.operations if not o.examined] == []
    assert (report.exit_code, report.problem, report.leftovers) == (0, "", ())


def test_its_traffic_is_located(served: tuple[Contract, str]) -> None:
    """By the base URL; a mock at the root also without one."""
    contract, url = served
    sent = check(*served, GOOD_KEY, OPTIONS).exchanges
    entries = [Entry(e.request, e.response, e.started, e.seconds) for e in sent]

    for base_url in (url, None) if "/things/v2" not in url else (url,):
        report = judge_recording(contract, entries, target="a.har", base_url=base_url)
        assert [e.operation for e in report.exchanges] == [e.operation for e in sent]
        assert [f.kind for f in report.findings] == []


def test_a_wrong_base_path_ends_the_run(served: tuple[Contract, str]) -> None:
    """The report has the reason."""
    contract, url = served
    report = check(contract, url.replace("/v2", "/v3"), GOOD_KEY, OPTIONS)

    assert report.exit_code == 2
    assert report.problem


def test_a_server_that_ignores_the_servers_of_operations_does_not_conform() -> None:
    """An operation with another base path is called there, whatever the host of its server."""
    contract = catalog.build(document(), "things", "things.json")
    plain = catalog.build(deepcopy(DOCUMENT), "things", "things.json")
    with serving(mocking(plain)) as (url, seen):
        report = check(contract, url, GOOD_KEY, OPTIONS)

    lines = {request.path.partition("?")[0] for request in seen}
    assert "/things" in lines
    assert any(line.startswith("/in/eu%20west/things/") for line in lines)
    assert report.exit_code != 0
