"""`greenroom serve --workers N`: processes that serve one address, and end together."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from contracts import KEY, document, response

from greenroom.cli import main

WORKERS = 2
THINGS = document(
    {"/things": {"get": {"operationId": "list", "responses": {"200": response("Thing")}}}},
    schemes=KEY,
    security=[{"Keyed": []}],
)
NO_SPACES = "there are no spaces: they would be different ones in each worker"


class Running:
    """A server: its process, what it wrote first, and its port."""

    def __init__(self, process: subprocess.Popen[str], ready: str) -> None:
        self.process, self.ready = process, ready
        self.port = int(ready.partition("http://127.0.0.1:")[2].partition("/")[0])

    @property
    def workers(self) -> set[int]:
        """The processes of the workers."""
        pid = self.process.pid
        return {*map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())}

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and body of a response to a request on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            fields = {name.replace("_", "-"): text for name, text in headers.items()}
            connection.request("GET", path, headers={"X-Key": "test-key", **fields})
            got = connection.getresponse()
            return got.status, json.loads(got.read())
        finally:
            connection.close()


@contextmanager
def serving(folder: Path) -> Iterator[Running]:
    """A server with workers in a process group of its own."""
    path = folder / "acme.json"
    path.write_text(json.dumps(THINGS))
    words = ("serve", "--port", "0", "--workers", str(WORKERS), "--no-access-log", str(path))
    with subprocess.Popen(
        [sys.executable, "-m", "greenroom", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "GREENROOM_CONTROL_TOKEN": "generate"},
    ) as process:
        assert process.stdout is not None
        try:
            yield Running(process, process.stdout.readline())
        finally:
            if process.poll() is None:
                process.terminate()


def ended(pid: int) -> bool:
    """Whether a process is gone."""
    try:
        # One that nobody waits for stays as a zombie.
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def until(holds: Any) -> None:
    """Wait for what happens soon."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server for several tests."""
    with serving(tmp_path_factory.mktemp("workers")) as server:
        yield server


def test_all_workers_take_the_token_that_was_made_for_them(running: Running) -> None:
    """It is told once, when all of them respond."""
    token = running.ready.rpartition("#")[2].strip()
    for _ in range(WORKERS * 8):
        assert running.get("/acme/things") == (200, {"name": "Thing"})
        assert running.get("/_greenroom/vendors")[0] == 401
        assert running.get("/_greenroom/vendors", Authorization=f"Bearer {token}")[0] == 200


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/~mine/acme/things", {}),
        ("/acme/things", {"X_Greenroom_Space": "mine"}),
        ("/acme/things", {"X_Key": "test-key~mine"}),
        ("/_greenroom/spaces", {}),
        ("/_greenroom/spaces/mine/requests", {}),
        ("/_greenroom/events?space=mine", {}),
    ],
)
def test_a_request_that_names_a_space_is_told_that_there_are_none(
    running: Running, path: str, headers: dict[str, str]
) -> None:
    """Instead of finding in one worker what it does not find in the next."""
    token = running.ready.rpartition("#")[2].strip()
    status, told = running.get(path, Authorization=f"Bearer {token}", **headers)
    assert (status, told["status"]) == (503, 503)
    assert told["detail"].startswith(NO_SPACES)


def test_a_port_of_other_workers_is_in_use(
    running: Running, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Two servers would share its connections."""
    (tmp_path / "acme.json").write_text(json.dumps(THINGS))
    words = ["--workers", "2", "--port", str(running.port), str(tmp_path / "acme.json")]
    assert main(["serve", *words]) == 2
    assert f"port {running.port} on 127.0.0.1 is in use" in capsys.readouterr().err


def test_workers_that_never_get_ready_end_the_server() -> None:
    """It is not ready with fewer than it was asked for."""
    script = (
        "import os, time\n"
        "from greenroom.server.run import listen\n"
        "from greenroom.server.process.workers import run_workers\n"
        "def work(sock, tell, until):\n"
        "    if sock is first:\n"
        "        os._exit(3)\n"
        "    tell()\n"
        "    os.read(until, 1)\n"
        "with listen('127.0.0.1', 0) as first:\n"
        "    run_workers(first, 3, work, lambda: print('ready'), 9)\n"
    )
    command = [sys.executable, "-c", script]
    tried = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert tried.stdout == ""
    assert tried.stderr.splitlines()[-1].endswith(
        "GreenroomError: a worker ended before it was ready"
    )


def test_a_worker_that_was_killed_is_started_again(running: Running) -> None:
    """Meanwhile its connections wait, and those of others are served."""
    killed, *others = running.workers
    os.kill(killed, signal.SIGKILL)
    for _ in range(WORKERS * 4):
        assert running.get("/acme/things")[0] == 200
    assert len(running.workers) == WORKERS
    assert running.workers > {*others}
    assert killed not in running.workers


def test_a_signal_to_the_server_ends_its_workers(running: Running) -> None:
    """As one process would end; what was wrong is in the log."""
    workers = running.workers
    running.process.terminate()
    assert running.process.wait(20) == -signal.SIGTERM
    assert all(map(ended, workers))
    assert running.process.stderr is not None
    warning, *lines = running.process.stderr.read().splitlines()
    assert warning == (
        "greenroom serve: with --workers and no --store, requests that name a space get 503, "
        "and /_greenroom/requests shows those of one worker"
    )
    (line,) = map(json.loads, lines)
    assert line["event"] == "a worker ended and is started again"
    assert line["signal"] == signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_server(tmp_path: Path, number: signal.Signals) -> None:
    """Interrupted at a terminal, which all processes are told; or killed, which none is."""
    with serving(tmp_path) as running:
        workers = running.workers
        assert len(workers) == WORKERS
        if number == signal.SIGINT:
            os.killpg(running.process.pid, number)
        else:
            running.process.kill()
        assert running.process.wait(20) == (0 if number == signal.SIGINT else -number)
        until(lambda: all(map(ended, workers)))
        assert running.process.stderr is not None
        assert len(running.process.stderr.read().splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--stateful"], "--stateful is for one process, not for --workers: without a --store"),
        (["--scenario", "a.yaml"], "--scenario is for one process, not for --workers"),
        (["--state", "a.json"], "--state is for one process, not for --workers"),
        (["--reload"], "--reload is for one process, not for --workers"),
        (["--store", "redis://127.0.0.1/0", "--state", "a.json"], "with --store the store has"),
    ],
)
def test_what_several_processes_cannot_do_is_refused(
    words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is served."""
    assert main(["serve", "--workers", "2", *words]) == 2
    assert reason in capsys.readouterr().err
