"""`greenroom proxy` on the command line: what it prints and writes, and how it ends."""

from __future__ import annotations

import base64
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from checked import DOCUMENT
from leaking import SECRET, leaking, mock

from greenroom.cli import main
from servers import serving

BASIC = base64.b64encode(f"user:{SECRET}".encode()).decode()


@contextmanager
def running(folder: Path, to: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The proxy as a process, and its base URL."""
    (folder / "things.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    command = [sys.executable, "-m", "greenroom", "proxy", "things.json", "--to", to, "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *words], cwd=folder, stdout=pipe, stderr=pipe, text=True) as p:
        try:
            assert p.stdout is not None
            yield p, next(w for w in p.stdout.readline().split() if "://127" in w)
        finally:
            p.kill()


def test_no_output_of_a_proxy_has_a_credential(tmp_path: Path) -> None:
    """Not the recording, the report, nor what is printed, even if the sandbox returns it.

    The exit code is that of a check.
    """
    words = ("--record", "r.har", "--report", "out", "--allow-writes", "--strict")
    with serving(mock(leaking)) as (origin, seen), running(tmp_path, origin, *words) as (p, url):
        requests.get(f"{url}/things/1", headers={"X-Key": SECRET}, timeout=10)
        basic = {"X-Key": SECRET, "Authorization": f"Basic {BASIC}", "Cookie": f"s={SECRET}"}
        requests.get(f"{url}/things?key={quote(SECRET)}", headers=basic, timeout=10)
        requests.delete(f"{url}/things/1", headers={"X-Key": SECRET}, timeout=10)
        p.send_signal(signal.SIGTERM)
        printed = p.communicate(timeout=30)
    assert p.returncode == 1
    assert [request.headers["x-key"] for request in seen] == [SECRET, SECRET]
    files = [tmp_path / "r.har", *(tmp_path / "out").iterdir()]
    texts = {path.name: path.read_text("utf-8") for path in files}
    texts |= {"stdout": printed[0], "stderr": printed[1]}
    assert texts.keys() >= {"r.har", "report.json", "junit.xml", "report.html", "traffic.har"}
    for hidden in (SECRET, quote(SECRET, safe=""), BASIC, json.dumps(SECRET)[1:-1]):
        assert [name for name, text in texts.items() if hidden in text] == []
    assert len(json.loads(texts["r.har"])["log"]["entries"]) == 2
    assert "drift: getThing: " in texts["stderr"]
    assert "not sent: deleteThing: " in texts["stderr"]
    assert "(exit code 1: drift from the contract)" in " ".join(texts["stdout"].split())


def test_a_killed_proxy_leaves_its_recording(tmp_path: Path) -> None:
    """As far as it had come; what is recorded can be checked."""
    file = tmp_path / "r.har"
    with serving(mock()) as (origin, _), running(tmp_path, origin, "--record", "r.har") as (p, url):
        requests.get(f"{url}/things/1", headers={"X-Key": SECRET}, timeout=10)
        # Its end is written with it.
        while not file.read_text("utf-8").endswith("}]}}\n"):
            assert p.poll() is None
        p.kill()
    assert main(["check", str(tmp_path / "things.json"), "--har", str(file)]) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--to", "ftp://x"), "--to is not a valid base URL"),
        (("--to", "http://me:secret@x.invalid"), "--to contains a user or password"),
        (("--to", "http://x.invalid", "--allow", "nothing"), "nothing"),
        (("--to", "http://x.invalid", "--record", "missing/r.har"), "cannot be written"),
        (("--to", "http://localhost:OWN/x", "--port", "OWN"), "the address of this proxy"),
        (("--to", "http://x.invalid", "--host", "192.0.2.1", "--port", "0"), "192.0.2.1"),
    ],
)
def test_bad_input_is_told_in_a_line(
    words: tuple[str, ...],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With exit code 2."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "things.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = str(free.getsockname()[1])
    assert main(["proxy", "things.json", *(word.replace("OWN", own) for word in words)]) == 2
    printed = capsys.readouterr().err
    assert message in printed
    assert "secret" not in printed
    assert "Traceback" not in printed
