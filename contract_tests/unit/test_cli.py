"""What every command owes whoever types it: one message, an exit code, and never a traceback."""

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
    """A command in a shell of its own, with an output that cannot be written to."""
    line = f'{limit} "{sys.executable}" -m greenroom {command} {redirection}'
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        capture_output=True,
        text=True,
        check=False,
        # Buffered, as a terminal's user has it; the failure then comes when all is written.
        env={"PATH": "/usr/bin:/bin"},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_without_room_is_told_in_one_line(command: str, tmp_path: Path) -> None:
    """Whether it shows at the first write or at the last flush."""
    ended = run(command, f'> "{tmp_path}/out"', "ulimit -f 0;")

    assert ended.stderr == f"greenroom {command}: [Errno 27] File too large\n"
    assert ended.returncode == 2


@pytest.mark.parametrize("redirection", ["| true", ">&-"], ids=["broken pipe", "closed"])
@pytest.mark.parametrize("command", COMMANDS)
def test_an_output_that_nobody_reads_is_no_failure(command: str, redirection: str) -> None:
    """As with `| head`, and below a supervisor that closes what it does not keep."""
    ended = run(command, redirection)

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("host", ["a" * 64, "\u00e9..x"])
def test_what_is_no_name_of_a_host_is_told(host: str) -> None:
    """Also where it cannot be written as one, which the resolver tells in its own way."""
    with pytest.raises(AddressError, match=host):
        listen(host, 0)


@pytest.mark.parametrize("port", [-1, 65536, 10**20])
def test_what_is_no_port_is_told(port: int) -> None:
    """Before the system is asked, which does not take such numbers."""
    with pytest.raises(AddressError, match=f"port {port} is not between 0 and 65535"):
        listen("127.0.0.1", port)


def test_a_busy_port_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """And how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert main(["serve", "--port", str(port)]) == 2
    told = f"greenroom serve: port {port} on 127.0.0.1 is in use; choose another with --port\n"
    assert capsys.readouterr().err == told
