"""Every command ends with an exit code, with one message for bad input, without a traceback."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.cli import main
from greenroom.server.run import AddressError, listen

COMMANDS = ("vendors", "report")


def run(command: str, redirection: str, limit: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a shell whose redirection makes its output fail."""
    line = f'{limit} "{sys.executable}" -m greenroom {command} {redirection}'
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        capture_output=True,
        text=True,
        check=False,
        # Without PYTHONUNBUFFERED: the failure only occurs when the buffer is flushed.
        env={"PATH": "/usr/bin:/bin"},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_without_room_is_reported_in_one_line(command: str, tmp_path: Path) -> None:
    """Whether the first write fails or the last flush."""
    ended = run(command, f'> "{tmp_path}/out"', "ulimit -f 0;")

    assert ended.stderr == f"greenroom {command}: [Errno 27] File too large\n"
    assert ended.returncode == 2


@pytest.mark.parametrize("redirection", ["| true", ">&-"], ids=["broken pipe", "closed"])
@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_that_nobody_reads_is_not_a_failure(command: str, redirection: str) -> None:
    """As with `| head`, or below a supervisor that closes standard output."""
    ended = run(command, redirection)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("host", ["a" * 64, "\u00e9..x"])
def test_an_invalid_host_name_is_refused(host: str) -> None:
    """Also one that cannot be encoded, for which the resolver raises another exception."""
    with pytest.raises(AddressError, match=host):
        listen(host, 0)


@pytest.mark.parametrize("port", [-1, 65536, 10**20])
def test_an_invalid_port_is_refused(port: int) -> None:
    """Before the operating system sees it."""
    with pytest.raises(AddressError, match=f"port {port} is not between 0 and 65535"):
        listen("127.0.0.1", port)


def test_a_busy_port_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """With how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert main(["serve", "--port", str(port)]) == 2
    message = f"greenroom serve: port {port} on 127.0.0.1 is in use; choose another with --port\n"
    assert capsys.readouterr().err == message
