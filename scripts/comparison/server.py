"""The files of a revision, and servers of their code: on loopback, each ended by its id."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .message import Group, Recording
from .wire import responses, without_port

_START_SECONDS = 90.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.02
_ADDRESS = re.compile(rb"http://127\.0\.0\.1:(\d+)")
_TOKEN = "GREENROOM_CONTROL_TOKEN"


class ServerError(Exception):
    """A revision without files, or a server that does not start."""


@contextmanager
def files_of(revision: str, repository: Path) -> Iterator[Path]:
    """The files of a revision in a temporary folder. Raises ServerError for an unknown one."""
    command = ["git", "-C", str(repository), "archive", "--format=tar", revision]
    archive = subprocess.run(command, capture_output=True, check=False)
    if archive.returncode:
        raise ServerError(archive.stderr.decode(errors="replace").strip())
    with tempfile.TemporaryDirectory(prefix="greenroom-revision-") as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(folder, filter="data")
        yield Path(folder)


def record(tree: Path, group: Group) -> Recording:
    """Start a server of a tree's code, send it a group of requests, and end it.

    Raises ServerError where it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="greenroom-served-") as name:
        folder = Path(name)
        for file, text in group.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        output, errors = folder / ".output", folder / ".errors"
        with output.open("wb") as out, errors.open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-m", "greenroom", "serve", "--port", "0", *group.arguments],
                # A mock repeats the paths of its files, so these are relative.
                cwd=folder,
                env={**_environment(tree), **group.environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        try:
            port = _port(process, output, errors)
            started = without_port(output.read_bytes() + errors.read_bytes(), port)
            started = started.replace(bytes(tree.resolve()), b"TREE")
            found = tuple(responses(port, group.requests))
        finally:
            _end(process)
    return Recording(group, started.decode(errors="replace"), found)


def _port(process: subprocess.Popen[bytes], output: Path, errors: Path) -> int:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if (found := _ADDRESS.search(output.read_bytes())) and output.read_bytes()[-1:] == b"\n":
            return int(found[1])
        time.sleep(_POLL_SECONDS)
    text = errors.read_text(encoding="utf-8", errors="replace").strip()
    raise ServerError(f"the server does not start: {text[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _environment(tree: Path) -> dict[str, str]:
    """This process's environment with the packages of a tree in front of the installed ones."""
    folders = [(tree / name).resolve() for name in ("mocks", "generated", "contract_tests")]
    if not (folders[0] / "greenroom").is_dir():
        # The installed package would be started instead, which is that of this tree.
        raise ServerError(f"{tree} does not hold the package greenroom")
    own = {name: value for name, value in os.environ.items() if name != _TOKEN}
    path = os.pathsep.join(map(str, folders))
    return {**own, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
