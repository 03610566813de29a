"""`greenroom serve` with any files: contracts in several files, invalid ones, their messages."""

from __future__ import annotations

import gc
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from living_contract import living, written

from greenroom.cli import main

FINE = {"responses": {"200": {"description": "Fine.", "content": {"text/plain": {"example": "x"}}}}}


def write(path: Path, content: Any) -> str:
    """Write a JSON file; its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return str(path)


def document(**paths: Any) -> dict[str, Any]:
    """A document with these paths."""
    named = {f"/{name}": item for name, item in paths.items()}
    return {"openapi": "3.1.0", "info": {"title": "Jobs", "version": "1"}, "paths": named}


@contextmanager
def serving(*words: str) -> Iterator[tuple[str, list[str]]]:
    """The first URL of a server, and the lines of its standard error once it has ended."""
    command = [sys.executable, "-m", "greenroom", "serve", "--port", "0", "--no-access-log", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        ready = run.stdout.readline()
        lines: list[str] = []
        try:
            yield ready.partition("ready: ")[2].split()[1], lines
        finally:
            run.terminate()
            lines += run.stderr.read().splitlines()


def refused(words: Sequence[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines on standard error of a command that is refused."""
    assert main(["serve", "--port", "0", *words]) == 2
    return capsys.readouterr().err.splitlines()


BROKEN = {"get": {"responses": {"200": {"$ref": "#/components/responses/Lost"}}}}


def test_an_invalid_file_is_refused_with_a_hint_at_lenient(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After every problem with its pointer."""
    path = write(tmp_path / "jobs.json", document(fine={"get": FINE}, broken=BROKEN))

    assert refused([path], capsys) == [
        f"greenroom serve: {path}#/paths/~1broken/get/responses/200/$ref: reference: "
        "'#/components/responses/Lost' leads nowhere in this file, or in a circle",
        "--lenient serves the valid part: 1 operation",
    ]


@pytest.mark.parametrize(
    "content", [document(broken=BROKEN), {**document(fine={"get": FINE}), "openapi": "3.2.0"}]
)
def test_there_is_no_hint_where_lenient_would_not_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: Any
) -> None:
    """Nothing of the file could be served."""
    path = write(tmp_path / "jobs.json", content)

    assert "--lenient" not in "\n".join(refused([path], capsys))
    assert refused(["--lenient", path], capsys)[0].startswith(f"greenroom serve: {path}#/")


def test_the_valid_part_of_a_file_is_served_and_the_rest_reported(tmp_path: Path) -> None:
    """On standard error, before the server is ready."""
    path = write(tmp_path / "jobs.json", document(fine={"get": FINE}, broken=BROKEN))

    with serving("--lenient", path) as (url, lines):
        with urlopen(f"{url}/fine") as response:
            assert response.read() == b"x"
        with urlopen(f"{url.rpartition('/')[0]}/_greenroom/vendors") as response:
            assert json.load(response)["jobs"]["operations"] == 1

    assert lines == [
        f"{path}#/paths/~1broken/get/responses/200/$ref: reference: '#/components/responses/Lost' "
        "leads nowhere in this file, or in a circle (left out: /paths/~1broken/get)",
        "greenroom serve: jobs: 1 problem, 1 operation served",
    ]


@pytest.mark.parametrize("option", ["--lenient", "--strict-requests"])
def test_a_warning_does_not_keep_a_file_from_being_served(tmp_path: Path, option: str) -> None:
    """It is printed before the server is ready."""
    twice = {"get": {**FINE, "operationId": "read"}}
    path = write(tmp_path / "jobs.json", document(fine=twice, other=twice))

    with serving(option, path) as (url, lines):
        for name in ("fine", "other"):
            with urlopen(f"{url}/{name}") as response:
                assert response.read() == b"x"
        if option == "--strict-requests":
            with pytest.raises(HTTPError, match="400"):
                urlopen(f"{url}/fine?lost=1")

    assert lines == [
        f"{path}#/paths/~1other/get/operationId: operation-id: 'read' is already used at "
        "/paths/~1fine/get (served all the same)"
    ]


def test_a_contract_in_several_files_is_served(tmp_path: Path) -> None:
    """Also with files in another folder below `--root`."""
    item = {"$ref": "../paths/jobs.json"}
    path = write(tmp_path / "api" / "jobs.json", document(jobs=item))
    write(tmp_path / "paths" / "jobs.json", {"get": FINE})

    with serving("--root", str(tmp_path), path) as (url, _), urlopen(f"{url}/jobs") as response:
        assert response.read() == b"x"


def test_files_outside_the_root_folder_are_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what would be right."""
    path = write(tmp_path / "api" / "jobs.json", document(jobs={"$ref": "../jobs.json"}))
    write(tmp_path / "jobs.json", {"get": FINE})

    (message,) = refused([path], capsys)

    assert f"#/paths/~1jobs/$ref: reference: '../jobs.json': is outside {tmp_path}" in message
    assert message.endswith("name a folder that contains both with --root")


def test_a_command_that_ends_restores_the_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Garbage collection and imports work as before."""
    finders = list(sys.meta_path)

    refused([str(tmp_path / "lost.yaml")], capsys)

    assert gc.isenabled()
    assert sys.meta_path == finders


def test_modules_that_the_start_does_not_need_are_loaded_on_use() -> None:
    """connexion imports them, and may use them."""
    script = (
        "import sys\n"
        "from greenroom.server.process.lazy_imports import postpone\n"
        "postpone()\n"
        "import greenroom.server.connexion_seams\n"
        "before = 'urllib3' in sys.modules, 'requests' in sys.modules\n"
        "import requests\n"
        "print(*before, requests.get.__name__, 'urllib3' in sys.modules)\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert ended.stdout.split() == ["False", "True", "get", "True"]


def test_the_spaces_are_written_when_the_server_is_terminated(tmp_path: Path) -> None:
    """As container managers and service managers end it."""
    path, state = write(tmp_path / "jobs.json", document(fine={"get": FINE})), tmp_path / "s.json"
    with serving(path, "--state", str(state)) as (url, _):
        root = url.rpartition("/")[0]
        with urlopen(f"{root}/~mine/jobs/fine") as reply:
            assert reply.status == 200
    assert [*json.loads(state.read_text("utf-8"))["spaces"]] == ["mine"]


def test_the_console_is_opened_in_a_browser_without_its_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command line of a browser is seen by everybody on the machine."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.new\nmv {opened}.new {opened}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    monkeypatch.setenv("GREENROOM_CONTROL_TOKEN", "generate")
    file = write(tmp_path / "jobs.json", document(jobs={"get": FINE}))
    with serving("--browser", file) as (url, _):
        deadline = time.monotonic() + 20
        while not opened.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        origin = "/".join(url.split("/")[:3])
        assert opened.read_text() == f"{origin}/_greenroom/sign-in\n"


@pytest.mark.parametrize(
    "given", ["hooks.acme.test=http://127.0.0.1", "https://hooks.acme.test", "http://a.test=9000"]
)
def test_receivers_are_mapped_by_urls(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Otherwise nothing would ever be mapped."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--map-receiver", given])
    assert ended.value.code == 2
    assert "is not an http or https URL" in capsys.readouterr().err


def test_where_webhooks_may_go_is_an_option(tmp_path: Path) -> None:
    """Nowhere, if that is wanted; and what is registered may lead to where a developer listens."""
    path = tmp_path / "works.json"
    path.write_text(written(living()), encoding="utf-8")
    for option, reason in (
        (["--deliver-to", "none"], "nothing is sent, as --deliver-to none says"),
        (["--map-receiver", "https://hooks.acme.test=http://10.0.0.1"], "10.0.0.1 is not this"),
    ):
        with serving(path, *option) as (url, _):
            below = f"{url.rpartition('/')[0]}/_greenroom/spaces/mine/works"
            hook = {"url": "https://hooks.acme.test/in", "events": ["job.done"]}
            for place, body in (("resources/Hook", hook), ("events", {"event": "job.done"})):
                request = Request(f"{below}/{place}", json.dumps(body).encode(), method="POST")
                request.add_header("content-type", "application/json")
                with urlopen(request) as reply:
                    told = json.load(reply)
            assert told["deliveries"][0]["state"] == "withheld"
            assert reason in told["deliveries"][0]["reason"]


@pytest.mark.parametrize(
    "url", ["redis://u:k3y@[::1/0", "redis://:k3y@127.0.0.1:99999", "http://k3y"]
)
def test_an_address_of_no_store_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without what is in it, which may be a password."""
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--store", url])
    said = capsys.readouterr().err
    assert (ended.value.code, "not an address like redis://" in said, "k3y" in said) == (
        2, True, False
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words", "said"),
    [
        (None, [], "run.har: No such file or directory"),
        ("{", [], "run.har#: not JSON"),
        ('{"log": {"entries": []}}', [], "run.har has no request that can be replayed for jobs"),
        ("{}", ["--workers", "2"], "--replay is for one process, not for --workers"),
        ("{}", ["--store", "redis://127.0.0.1:1/0"], "--replay is for one process, not for spaces"),
    ],
)
def test_a_recording_that_cannot_be_replayed_is_refused(
    content: str | None,
    words: Sequence[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the file and the reason."""
    file, recording = write(tmp_path / "jobs.json", document(jobs={"get": FINE})), "run.har"
    monkeypatch.chdir(tmp_path)
    if content is not None:
        (tmp_path / recording).write_text(content)
    assert said in refused([file, "--replay", recording, *words], capsys)[-1]


def test_workers_have_certificates_of_one_root(tmp_path: Path) -> None:
    """Which replaces no file but an older root; their hosts and what is replayed are told."""
    item = document(jobs={"get": FINE})
    file = write(tmp_path / "jobs.json", {**item, "servers": [{"url": "https://jobs.invalid"}]})
    root = tmp_path / "root.pem"
    with serving("--tls", "--tls-root", str(root), "--workers", "2", file) as (url, lines):
        trusting = ssl.create_default_context(cafile=str(root))
        for _ in range(6):
            secure = url.replace("http:", "https:") + "/jobs"
            with urlopen(secure, context=trusting) as response:
                assert response.read() == b"x"
    assert f"{root}: the root for jobs.invalid" in lines


def test_the_root_replaces_no_file_of_another_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be one that is needed."""
    file = write(tmp_path / "jobs.json", document(jobs={"get": FINE}))
    assert refused(["--tls", "--tls-root", file, file], capsys) == [
        f"greenroom serve: {file} is there already, and is no certificate"
    ]
