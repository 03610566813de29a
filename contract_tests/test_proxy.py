"""Between a check and the mock of each vendor, `greenroom proxy` changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from proxied import proxied

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract import catalog
from greenroom.contract.relative_time import written_at
from greenroom.http.exchange import Exchange
from greenroom.http.har import read
from greenroom.server.background import StartMock
from greenroom_contracts.planning import body_identifiers
from greenroom_contracts.probes import calling
from greenroom_contracts.report import Report
from greenroom_contracts.running.check import check
from greenroom_contracts.traffic.recording import judge_recording
from test_check_mocks import everything

_NAMES = [source.name for source in catalog.vendors()]
_NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
# Of the connection (RFC 9110 section 7.6.1) or of the moment.
_OWN = ("connection", "date", "host", "x-schemathesis-testcaseid")


def _messages(exchanges: Iterable[Exchange]) -> list[Any]:
    """Everything that was sent and received, but for what is of the connection."""

    def fields(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [f for f in headers if f[0].lower() not in _OWN]

    return [
        (
            e.request.method, e.request.url.partition("//")[2].partition("/")[2],
            fields(e.request.headers), e.request.body, e.error,
            e.response and (e.response.status, e.response.reason, e.response.body),
            e.response and fields(e.response.headers),
        )
        for e in exchanges
    ]  # fmt: skip


def _checked(monkeypatch: pytest.MonkeyPatch, *arguments: Any) -> Report:
    """A check whose made-up identifiers and times are the same each time."""
    drawn = Random(5)
    for name, draw in (
        ("uuid4", lambda: UUID(int=drawn.getrandbits(128), version=4)),
        ("choice", drawn.choice),
        ("randrange", drawn.randrange),
    ):
        monkeypatch.setattr(body_identifiers, name, draw)
    monkeypatch.setattr(calling, "written_at", lambda v, times, _: written_at(v, times, _NOW))
    return check(*arguments)


@pytest.mark.parametrize("name", _NAMES)
def test_nothing_changes_between_the_check_and_a_mock(
    name: str, greenroom: StartMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No status, header field or byte of a body, and no verdict; the recording has the same one.

    No credential is in the recording.
    """
    contract = catalog.load(next(s for s in catalog.vendors() if s.name == name))
    mock, file = greenroom(name)[name], tmp_path / "recorded.har"
    options = replace(everything(contract), generated=0, invalid=1)
    direct = _checked(monkeypatch, contract, mock.url, mock.credential, options)
    with proxied(contract, mock.url, record=file) as proxy:
        passed = _checked(monkeypatch, contract, proxy.url, mock.credential, options)
    assert _messages(passed.exchanges) == _messages(direct.exchanges)
    assert (passed.verdict, passed.findings) == (direct.verdict, direct.findings)
    text = file.read_text("utf-8")
    entries = read(text.encode(), file.name)
    assert len(entries) == len(direct.exchanges)
    replayed = judge_recording(contract, entries, target=file.name, base_url=mock.url)
    assert [f"{f.kind} {f.operation}: {f.message}" for f in replayed.drift] == []
    assert replayed.verdict == proxy.report.verdict == direct.verdict
    assert GOOD_KEY not in text
