"""The files of a revision, and servers of their code."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmark.servers import Server

from .message import Group, Recording
from .wire import responses, without_port

_ADDRESS = "http://127.0.0.1:"
_TOKEN = "GREENROOM_CONTROL_TOKEN"


class ServerError(Exception):
    """A revision without files, or without the package."""


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

    Raises ServerError or StartError where it does not start.
    """
    command = (sys.executable, "-m", "greenroom", "serve", "--port", "{port}", *group.arguments)
    environment = {**_environment(tree), **group.environment}
    with tempfile.TemporaryDirectory(prefix="greenroom-served-") as name:
        folder = Path(name)
        for file, text in group.files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(text, encoding="utf-8")
        # A mock repeats the paths of its files, so these are relative.
        with Server(command, None, folder=folder, environment=environment) as server:
            printed = asyncio.run(server.first(_printed, server)).encode()
            found = tuple(responses(server.port, group.requests))
            started = without_port(printed, server.port).replace(bytes(tree.resolve()), b"TREE")
    return Recording(group, started.decode(errors="replace"), found)


async def _printed(server: Server) -> str:
    """What a server prints once it is ready: its address in whole lines. Else raises OSError."""
    log = server.log()
    if _ADDRESS not in log or not log.endswith("\n"):
        raise BlockingIOError
    return log


def _environment(tree: Path) -> dict[str, str]:
    """This process's environment with the packages of a tree in front of the installed ones."""
    folders = [(tree / name).resolve() for name in ("mocks", "generated", "contract_tests")]
    if not (folders[0] / "greenroom").is_dir():
        # The installed package would be started instead, which is that of this tree.
        raise ServerError(f"{tree} does not hold the package greenroom")
    own = {name: value for name, value in os.environ.items() if name != _TOKEN}
    path = os.pathsep.join(map(str, folders))
    return {**own, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
