"""`greenroom check` on the command line: its output, its files and its exit codes."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from check_command import VARIABLE, check
from checked import DOCUMENT
from leaking import SECRET, leaking, mock

from servers import HttpRequest, HttpResponse, serving

FILES = {"report.json", "junit.xml", "report.html", "traffic.har"}


def test_a_conforming_server_exits_with_zero(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0, and a verdict in the last lines."""
    assert check("--base-url", url) == 0
    assert "conforms" in capsys.readouterr().out


def test_the_reports_are_written(folder: Path, url: str) -> None:
    """All of them, in a new folder."""
    assert check("--base-url", url, "--report", "out/today") == 0
    assert {path.name for path in (folder / "out/today").iterdir()} == FILES
    report = json.loads((folder / "out/today/report.json").read_text(encoding="utf-8"))
    assert (report["vendor"], report["verdict"], report["findings"]) == ("things", "conforms", [])
    entries = {entry["operation"]: entry["examined"] for entry in report["operations"]}
    assert entries["listThings"] is True
    assert entries["createThing"] is False


def test_drift_is_reported_with_its_evidence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1; the finding has its statement, basis and exchange."""

    def numbered(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.path == "/quotes" and response.status == 200:
            return replace(response, body=b'{"id": 7, "name": "n"}')
        return response

    with serving(mock(numbered)) as (origin, _):
        assert check("--base-url", origin, "--report", "out") == 1
    printed = capsys.readouterr().out
    assert "quoteThing" in printed
    assert "${GREENROOM_THINGS_KEY}" in printed
    report = json.loads((folder / "out/report.json").read_text(encoding="utf-8"))
    (finding,) = report["findings"]
    assert (finding["kind"], finding["operation"], finding["basis"], finding["pointer"]) == (
        "wrong-type",
        "quoteThing",
        "inferred",
        "/components/schemas/Thing/properties/id/type",
    )
    har = json.loads((folder / "out/traffic.har").read_text(encoding="utf-8"))
    entry = har["log"]["entries"][finding["evidence"]["entry"]]
    assert entry["request"]["url"].endswith("/quotes")
    assert (folder / "out/overlay.yaml").is_file()


def test_no_output_has_the_credential(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in files, terminal or baseline, even if the server returns it."""
    with serving(mock(leaking)) as (origin, _):
        words = ("--allow-writes", "--allow", "callThing", "--strict")
        assert check("--base-url", origin, *words, "--report", "out") == 1
        baseline = ("--write-baseline", "known.yaml", "--param", f"id={SECRET}")
        assert check("--base-url", origin, *baseline) == 1
    printed = capsys.readouterr()
    texts = {path.name: path.read_text("utf-8") for path in (folder / "out").iterdir()}
    texts |= {"stdout": printed.out, "stderr": printed.err}
    texts["known.yaml"] = (folder / "known.yaml").read_text(encoding="utf-8")
    assert texts.keys() > FILES
    encoded = base64.b64encode(f"user:{SECRET}".encode()).decode()
    for hidden in (SECRET, quote(SECRET, safe=""), encoded, json.dumps(SECRET)[1:-1]):
        assert [name for name, text in texts.items() if hidden in text] == []


def test_a_baseline_accepts_known_findings(folder: Path) -> None:
    """Written from one run, applied to the next."""

    def gone(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return HttpResponse(418) if request.path == "/quotes" else response

    with serving(mock(gone)) as (origin, _):
        assert check("--base-url", origin, "--write-baseline", "known.yaml") == 1
        assert check("--base-url", origin, "--baseline", "known.yaml") == 0


def test_the_first_run_writes_the_baseline_that_the_settings_name(folder: Path, url: str) -> None:
    """It is not there yet; without being asked for, a missing one is an error."""
    text = f'[tool.greenroom.vendors.things]\nbase-url = "{url}"\nbaseline = "known.yaml"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    assert check() == 2
    assert check("--write-baseline", "known.yaml") == 0
    assert check() == 0


def test_the_plan_sends_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs no server and no credential."""
    monkeypatch.delenv(VARIABLE)
    assert check("--plan") == 0
    printed = capsys.readouterr().out
    assert "3 of 7 operations are sent" in printed


def test_settings_are_read_and_options_take_precedence(folder: Path, url: str) -> None:
    """The base URL comes from the file, the folder of the reports from the command line."""
    text = f'[tool.greenroom.vendors.things]\nbase-url = "{url}"\nreport = "from-file"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    assert check() == 0
    assert (folder / "from-file/report.json").is_file()
    assert check("--report", "from-line") == 0
    assert (folder / "from-line/report.json").is_file()


def test_settings_may_name_operations_but_not_allow_writes(folder: Path) -> None:
    """Without --allow-writes a run only reads, whatever the file sets."""
    text = '[tool.greenroom]\nallow = ["callThing", "createThing", "deleteThing"]\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    with serving(mock()) as (origin, seen):
        assert check("--base-url", origin) == 0
    assert {(request.method, request.path) for request in seen if request.method != "GET"} == {
        ("POST", "/quotes")
    }


def test_a_body_of_the_caller_replaces_the_documented_one(folder: Path) -> None:
    """It may have a telephone number of the caller."""
    (folder / "mine.json").write_text('{"name": "mine"}', encoding="utf-8")
    with serving(mock()) as (origin, seen):
        nothing_else = ("--invalid", "0", "--examples", "0")
        assert check("--base-url", origin, "--body", "quoteThing=mine.json", *nothing_else) == 0
    bodies = {request.body for request in seen if request.path == "/quotes"}
    assert b'{"name": "mine"}' in bodies
    assert b'{"name": "first"}' not in bodies


def test_a_recording_of_a_run_is_judged_without_network(folder: Path, url: str) -> None:
    """The recording of a run conforms although it is redacted."""
    assert check("--base-url", url, "--report", "out", "--invalid", "0", "--examples", "0") == 0
    assert check("--har", "out/traffic.har", "--base-url", url) == 0


def test_a_webhook_is_judged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its body against the schema of its event."""
    document = deepcopy(DOCUMENT)
    schema = {"$ref": "#/components/schemas/Thing"}
    body = {"content": {"application/json": {"schema": schema}}}
    hook = {"requestBody": body, "responses": {"200": {"description": "Thanks"}}}
    document["webhooks"] = {"thing.made": {"post": {"operationId": "thingMade", **hook}}}
    (folder / "things.json").write_text(json.dumps(document), encoding="utf-8")
    (folder / "good.json").write_text('{"id": "a", "name": "b"}', encoding="utf-8")
    (folder / "bad.json").write_text('{"id": "a"}', encoding="utf-8")
    assert check("--webhook", "thing.made", "good.json") == 0
    assert check("--webhook", "thing.made", "bad.json") == 1
    assert "missing" in capsys.readouterr().out
    assert check("--webhook", "thing.lost", "good.json") == 2
    assert (
        "thing.lost is not a webhook of things; documented: thing.made" in capsys.readouterr().err
    )


def test_an_interrupt_leaves_reports_and_nothing_behind(folder: Path) -> None:
    """Ctrl-C in the middle: what was created is deleted, and the exit code is not 0."""
    deleted: list[str] = []
    created: list[str] = []
    in_the_middle, interrupted = threading.Event(), threading.Event()

    def slow(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method == "POST" and request.path == "/things" and response.status == 201:
            created.append("own-1")
        if request.method == "DELETE" and response.status == 204:
            deleted.append(request.path)
        if request.method == "PUT" and created:
            in_the_middle.set()
            interrupted.wait(10)
        return response

    with serving(mock(slow)) as (origin, _):
        words = [sys.executable, "-m", "greenroom", "check", "things.json", "--base-url", origin]
        words += ["--allow-writes", "--report", "out"]
        with subprocess.Popen(
            words, env={**os.environ, VARIABLE: SECRET}, stdout=subprocess.PIPE, text=True
        ) as running:
            assert in_the_middle.wait(30)
            running.send_signal(signal.SIGINT)
            interrupted.set()
            printed, _ = running.communicate(timeout=30)
    assert running.returncode == 2
    assert deleted == ["/things/own-1"]
    report = json.loads((folder / "out/report.json").read_text(encoding="utf-8"))
    assert (report["verdict"], report["problem"]) == ("not examined", "interrupted")
    assert "interrupted" in printed


def test_a_run_says_why_there_is_no_overlay(
    folder: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """If something differs; only the owner reads the folder of its files."""

    def renamed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        body = response.body.replace(b'"name":', b'"label":')
        return replace(response, body=body) if request.method == "GET" else response

    assert check("--base-url", url, "--report", "good") == 0
    assert "overlay" not in capsys.readouterr().out
    with serving(mock(renamed)) as (origin, _):
        assert check("--base-url", origin, "--report", "out") == 1
    assert "no overlay.yaml: it corrects guesses, and no finding" in capsys.readouterr().out
    assert (folder / "out").stat().st_mode & 0o777 == 0o700
