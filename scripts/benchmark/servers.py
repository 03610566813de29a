"""A server as a child process: started on a free port, pinned to a core, measured, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from .connection import send
from .exchange import Response, WrongResponseError

_START_SECONDS = 60.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.005
_FOLDER = Path(__file__).resolve().parents[1]
_T = TypeVar("_T")


class StartError(WrongResponseError):
    """A server that ended instead of responding, or never responded."""


class Server:
    """A running server; ends with its `with` block.

    {port} in `command` is replaced by its port, {store} by that of the store that it uses. It runs
    in a folder and, if one is given, with another environment.
    """

    def __init__(
        self,
        command: Sequence[str],
        core: int | None,
        store: int = 0,
        folder: Path = _FOLDER,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._place: Any = {"cwd": folder, "env": environment}
        self.port = _free_port()
        self._core = core
        filled = (word.replace("{port}", str(self.port)) for word in command)
        self._command = [word.replace("{store}", str(store)) for word in filled]

    def __enter__(self) -> Server:
        self._output = tempfile.TemporaryFile()
        # The server is started on its core, so that all its threads stay there.
        with on_core(self._core):
            self.started = time.perf_counter()
            self._process = subprocess.Popen(
                self._command,
                **self._place,
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()

    async def listens(self) -> None:
        """Wait until it can be connected to. Raises StartError if it never can."""
        await self.first(asyncio.open_connection, "127.0.0.1", self.port)

    async def first_response(self, request: bytes) -> Response:
        """The response to a request as soon as there is one. Raises StartError for none."""
        return await self.first(send, self.port, request)

    async def first(self, ask: Callable[..., Awaitable[_T]], *arguments: Any) -> _T:
        """What a function gives that raises OSError until then. Raises StartError for nothing."""
        while time.perf_counter() < self.started + _START_SECONDS:
            if self._process.poll() is not None:
                text = self.log().strip()
                raise StartError(f"{' '.join(self._command)} ended: {text[-2000:]}")
            try:
                return await ask(*arguments)
            except OSError:
                await asyncio.sleep(_POLL_SECONDS)
        raise StartError(f"{' '.join(self._command)}: no response in {_START_SECONDS:g} s")

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def log(self) -> str:
        """What it has written so far."""
        # Reading in the ordinary way would move the place at which the server goes on writing.
        descriptor = self._output.fileno()
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode(errors="replace")

    def cpu_seconds(self) -> float | None:
        """The CPU time used so far by all its processes; None where it is not told (not Linux)."""
        try:
            texts = [Path(f"/proc/{pid}/stat").read_text() for pid in self._processes()]
        except OSError:
            return None
        # proc_pid_stat(5): the name in parentheses may hold blanks; utime and stime are 14 and 15.
        ticks = [text.rpartition(")")[2].split()[11:13] for text in texts]
        return sum(int(user) + int(system) for user, system in ticks) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float | None:
        """The memory held now by all its processes; None where it is not told (not Linux).

        What they share is counted once (PSS).
        """
        try:
            texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self._processes()]
        except OSError:
            return None
        lines = (line.split() for text in texts for line in text.splitlines())
        return sum(int(words[1]) for words in lines if words[0] == "Pss:") / 1024

    def _processes(self) -> Sequence[int]:
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [pid, *map(int, children.split())]


@contextlib.contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """Keep this process on one core in this block; processes started in it stay there."""
    if core is None or sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cores() -> tuple[int | None, int | None]:
    """The core of the servers and that of the load generator; None for the system to choose."""
    if sys.platform != "linux":
        return None, None
    first, *others = sorted(os.sched_getaffinity(0))
    return first, others[0] if others else first


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
