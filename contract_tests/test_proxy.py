"""Between a check and the mock of each vendor, `greenroom proxy` changes nothing."""

from __future__ import annotations

from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from proxied import proxied

from greenroom.codec.credentials import GOOD_KEY
from greenroom.contract import catalog
from greenroom.http.exchange import Request, Response
from greenroom.http.har import read
from greenroom.server.background import StartMock
from greenroom_contracts.learning.proposals import proposals
from greenroom_contracts.running.check import check
from greenroom_contracts.traffic.recording import judge_recording
from test_check_mocks import contract_of, everything

_NAMES = [source.name for source in catalog.vendors()]
# Of the connection (RFC 9110 section 7.6.1) or of the moment.
_OWN = ("connection", "date")


def _directly(client: HTTPConnection, request: Request) -> Response:
    """What the mock itself responds to a request."""
    target = urlsplit(request.url)
    client.putrequest(
        request.method,
        f"{target.path}{'?' * bool(target.query)}{target.query}",
        skip_accept_encoding=True,
    )
    for name, value in request.headers:
        client.putheader(name, value.encode("latin-1"))
    if request.body and request.header("content-length") is None:
        client.putheader("Content-Length", str(len(request.body)))
    client.endheaders(request.body or None)
    found = client.getresponse()
    return Response(found.status, tuple(found.getheaders()), found.read(), found.reason)


def _comparable(response: Response | None) -> Response | None:
    fields = response.headers if response else ()
    shown = tuple(field for field in fields if field[0].lower() not in _OWN)
    return response and replace(response, headers=shown)


@pytest.mark.parametrize("name", _NAMES)
def test_nothing_changes_between_the_check_and_a_mock(
    name: str, greenroom: StartMock, tmp_path: Path
) -> None:
    """No status, header field or byte of a body, and no verdict; the recording has the same one.

    No credential is in the recording, and there is nothing to learn from it.
    """
    contract = contract_of(name)
    mock, file = greenroom(name)[name], tmp_path / "recorded.har"
    options = replace(everything(contract), generated=0, invalid=1)
    with proxied(contract, mock.url, record=file) as proxy:
        report = check(contract, proxy.url, mock.credential, options)
    # As of the mock itself, by test_check_mocks.
    assert (report.verdict, report.findings) == ("conforms", ())
    client = HTTPConnection(urlsplit(mock.url).netloc)
    for exchange in report.exchanges:
        direct = _comparable(_directly(client, exchange.request))
        assert _comparable(exchange.response) == direct, exchange.request
    client.close()
    text = file.read_text("utf-8")
    entries = read(text.encode(), file.name)
    assert len(entries) == len(report.exchanges)
    replayed = judge_recording(contract, entries, target=file.name, base_url=mock.url)
    assert [f"{f.kind} {f.operation}: {f.message}" for f in replayed.drift] == []
    assert replayed.verdict == proxy.report.verdict == report.verdict
    assert GOOD_KEY not in text
    assert proposals(contract, entries, file.name, mock.url).proposed == ()
