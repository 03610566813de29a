"""What passes the proxy is what was sent, in both directions."""

from __future__ import annotations

import http.client
import json
from pathlib import Path

from checked import things
from proxied import proxied

from servers import mocking, serving


def test_a_response_passes_and_is_recorded(tmp_path: Path) -> None:
    """Status, header fields and body; with the credential redacted."""
    file = tmp_path / "r.har"
    with (
        serving(mocking(things())) as (url, seen),
        proxied(things(), url, record=file) as proxy,
    ):
        client = http.client.HTTPConnection(*proxy.address)
        client.request("GET", "/things/things/1", headers={"X-Key": "test-key"})
        response = client.getresponse()
        assert (response.status, json.loads(response.read())["id"]) == (200, "their-1")
        client.close()
    assert [request.line for request in seen] == ["GET /things/1"]
    assert proxy.report.exit_code == 0
    entries = json.loads(file.read_text())["log"]["entries"]
    assert [entry["_greenroom"]["operation"] for entry in entries] == ["getThing"]
