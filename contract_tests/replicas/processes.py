"""Processes that serve one store, and the store: started, paused, killed, started again."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

REDIS = next(filter(None, map(shutil.which, ("redis-server", "valkey-server"))), None)
LIVING = str(Path(__file__).parents[1] / "simulation" / "living.yaml")
GREENROOM = (sys.executable, "-m", "greenroom")
# Longer than anything takes that is not hanging.
PATIENCE = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class Redis:
    """A Redis (or Valkey) server, which keeps nothing on the disk; ends with its `with` block."""

    def __init__(self, *options: str) -> None:
        self._options, self.port = options, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Redis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, empty."""
        assert REDIS is not None
        words = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", *self._options)
        self._process = subprocess.Popen([REDIS, *words], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def stop(self) -> None:
        """End it; what it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It takes connections and says nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def ask(self, *words: str) -> bytes:
        """What it says to one short command."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as opened:
            parts = [b"$%d\r\n%b\r\n" % (len(word), word) for word in map(str.encode, words)]
            opened.sendall(b"*%d\r\n" % len(words) + b"".join(parts))
            return opened.recv(65536)


@contextmanager
def any_store(*options: str) -> Iterator[str]:
    """The URL of a store: of a real server where there is one, else of one in this process."""
    if REDIS is None:
        with fake_store() as url:
            yield url
    else:
        with Redis(*options) as redis:
            yield redis.url


@contextmanager
def fake_store() -> Iterator[str]:
    """The URL of a store in this process, which no other needs."""
    from fakeredis import TcpFakeServer

    with TcpFakeServer(("127.0.0.1", 0)) as server:
        # A test that fails leaves connections open.
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"redis://127.0.0.1:{server.server_address[1]}/0"
        server.shutdown()


class Replica:
    """A process that serves; `lines` are what it logged, once it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert process.stdout is not None
        self.ready = process.stdout.readline()
        assert self.ready.startswith("greenroom ready"), self.lines
        self.port = int(self.ready.partition("http://127.0.0.1:")[2].partition("/")[0])

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(line.rstrip() for line in self.process.stderr)

    def logged(self, event: str) -> list[dict[str, Any]]:
        """What it logged so far of one event."""
        found = [json.loads(line) for line in tuple(self.lines) if line.startswith("{")]
        return [line for line in found if line["event"] == event]

    def end(self, number: int = signal.SIGTERM) -> None:
        """End it by a signal."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
        self._reader.join(PATIENCE)


@contextmanager
def replicas(
    store: str | None,
    count: int = 3,
    *options: str,
    contracts: Sequence[str] = (LIVING,),
    program: Sequence[str] = GREENROOM,
    variables: Sequence[dict[str, str]] = (),
) -> Iterator[list[Replica]]:
    """Servers on a free port each, with one store or none; `variables` are those of each one."""
    words = [*program, "serve", "--port", "0", "--no-access-log"]
    words += ["--store", store] if store else []
    with ExitStack() as ending:
        begun = [
            ending.enter_context(
                subprocess.Popen(
                    [*words, *options, *contracts],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    env={**os.environ, **(variables[number] if variables else {})},
                )
            )
            for number in range(count)
        ]
        for process in begun:
            ending.callback(process.kill)
        found = [Replica(process) for process in begun]
        for each in found:
            ending.callback(each.end)
        yield found


class Connection:
    """One keep-alive connection to a server, with JSON bodies."""

    def __init__(self, port: int, space: str = "", timeout: float = PATIENCE) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._space = f"/~{space}" if space else ""
        self.headers: dict[str, str] = {}

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and JSON body of a response. Raises OSError or HTTPException for none.

        A path below /_greenroom is not in the space. `headers` are those of the last response.
        """
        content = None if body is None else json.dumps(body)
        fields = {"Content-Type": "application/json"} if content else {}
        target = path if path.startswith("/_greenroom") else f"{self._space}{path}"
        try:
            self._http.request(method, target, content, fields)
            response = self._http.getresponse()
            text = response.read()
        except (OSError, HTTPException):
            self._http.close()
            raise
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        return response.status, json.loads(text) if text else None

    def close(self) -> None:
        """Close it."""
        self._http.close()
