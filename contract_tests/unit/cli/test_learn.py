"""`greenroom learn` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from checked import DOCUMENT, things
from proxied import proxied
from sockets import asked

from greenroom.cli import main
from servers import HttpRequest, HttpResponse, mocking, serving

GET = b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\nX-Key: test-key\r\nConnection: close\r\n\r\n"


def odd(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A response with a field that is not documented."""
    return HttpResponse(200, b'{"id": "a", "name": "b", "owner": 5}', response.headers)


@pytest.mark.parametrize("is_odd", [True, False])
def test_what_a_recording_shows_is_written_and_can_be_applied(
    is_odd: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without anything new nothing is written, and what was never seen is told."""
    monkeypatch.chdir(tmp_path)
    Path("things.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    with (
        serving(mocking(things(), odd if is_odd else None)) as (url, _),
        proxied(things(), url, record=tmp_path / "r.har") as proxy,
    ):
        asked(proxy.address, GET)
    words = ["learn", "things.json", "r.har", "--output", "new.yaml", "--base-url", url]
    assert main(words) == 0
    printed = capsys.readouterr().out
    assert "size (for information only)" in printed
    assert Path("new.yaml").exists() == is_odd
    assert ("nothing to propose" in printed) != is_odd
    if is_odd:
        assert "proposed: getThing: owner is not documented. Seen 1 time on " in printed
        assert main(["overlay", "apply", "things.json", "new.yaml", "--output", "new.json"]) == 0
        assert main(["check", "new.json", "--har", "r.har", "--strict", "--base-url", url]) == 0


@pytest.mark.parametrize(
    ("files", "code", "message"),
    [
        (["missing.har"], 2, "missing.har: cannot be read"),
        (["bad.har"], 2, "bad.har#: not JSON"),
        (["empty.har"], 2, "no request in empty.har"),
        (["empty.har", "bad.har"], 2, "bad.har#: not JSON"),
    ],
)
def test_without_a_recording_there_is_nothing_to_learn(
    files: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The reason is told in a line."""
    monkeypatch.chdir(tmp_path)
    Path("things.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    Path("bad.har").write_text("{", encoding="utf-8")
    Path("empty.har").write_text('{"log": {"entries": []}}', encoding="utf-8")
    assert main(["learn", "things.json", *files, "--output", "new.yaml"]) == code
    printed = capsys.readouterr()
    assert message in printed.out + printed.err
    assert not Path("new.yaml").exists()
