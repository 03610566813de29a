"""Every command ends with an exit code, with one message for bad input, without a traceback."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from contracts import contract

from greenroom import cli
from greenroom.cli import main
from greenroom.server.run import AddressError, listen, ready_line

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


# A terminal's title, C1 (a sequence of its own), a bidirectional override, a line of its own.
_HOSTILE = "\x1b]0;owned\x07 \x9b31m \u202eevil\ngreenroom ready: all is well"
_CONTRACT = {
    "openapi": "3.1.0",
    "info": {"title": _HOSTILE, "version": "1", _HOSTILE: 1},
    "servers": [{"url": "https://acme.test"}],
    "tags": [{"name": _HOSTILE}],
    "paths": {
        f"/x{_HOSTILE}": {
            "get": {
                "operationId": _HOSTILE,
                "summary": _HOSTILE,
                "x-provenance": {"basis": "inferred", "note": _HOSTILE},
                "responses": {"200": {"description": _HOSTILE}},
            }
        }
    },
    "webhooks": {
        _HOSTILE: {"post": {"summary": _HOSTILE, "responses": {"200": {"description": "-"}}}}
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "description": _HOSTILE,
                "properties": {"a": {"enum": [_HOSTILE]}, "b": {"description": _HOSTILE}},
            }
        }
    },
}
_WORDS = {
    "lint": ["lint", "FILE"],
    "invalid": ["serve", "FILE", "--port", "0"],
    # Two at the root are refused, but loaded before.
    "lenient": ["serve", "FILE", "micro1", "--lenient", "--at-root", "--port", "0"],
    "report": ["report", "FILE"],
    "report as JSON": ["report", "FILE", "--json"],
    "webhooks": ["webhook", "FILE"],
    "unknown webhook": ["webhook", "FILE", "no", "--to", "http://127.0.0.1:9"],
    "plan": ["check", "FILE", "--plan"],
    "plan of nothing": ["check", "FILE", "--plan", "--only", "no"],
    "models": ["models", "FILE"],
    "no file": ["lint", f"/{_HOSTILE}.yaml"],
}


@pytest.mark.parametrize("name", _WORDS)
def test_a_contract_cannot_control_the_terminal(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nor pretend to be a line of ours, whichever command prints a part of it."""
    invalid = {**_CONTRACT, "paths": {**_CONTRACT["paths"], "/y": {"get": {_HOSTILE: 1}}}}
    chosen = invalid if name in ("invalid", "lenient") else _CONTRACT
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(chosen), encoding="utf-8")

    main([str(file) if word == "FILE" else word for word in _WORDS[name]])
    printed = "".join(capsys.readouterr())
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert not any(line.startswith("greenroom ready") for line in printed.splitlines())
    assert "owned" in printed


def test_the_ready_line_is_one_line() -> None:
    """Its first words are what scripts wait for."""
    found = ready_line([replace(contract({}), name=_HOSTILE)], "http://127.0.0.1:1", False)

    assert found.isprintable()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("greenroom se", {"serve"}),
        ("greenroom serve --po", {"--port"}),
        ("greenroom --v", {"--version"}),
    ],
)
def test_a_shell_completes_commands_and_options(
    line: str, offered: set[str], tmp_path: Path
) -> None:
    """As argcomplete asks; nothing is run."""
    answer = tmp_path / "answer"
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
             "_ARGCOMPLETE_STDOUT_FILENAME": str(answer), "COMP_LINE": line,
             "COMP_POINT": str(len(line)), "COMP_TYPE": "9"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "greenroom"],
        env={**os.environ, **asked},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert {word.strip() for word in answer.read_text().split("\n")} == offered


def test_an_option_names_the_extra_that_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not that of its command, which is installed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "trustme", None)
    monkeypatch.delitem(sys.modules, "greenroom.server.tls.authority", raising=False)
    assert main(["serve", "--tls", "--port", "0"]) == 2
    said = "needs the package 'trustme', which is not installed. Install the extra: "
    assert f"{said}pip install 'greenroom[tls]'\n" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_no_help_names_a_file_that_an_installation_lacks(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pages of documentation are those of a server there."""
    with pytest.raises(SystemExit):
        main([*command.split(), "--help"])
    assert (
        re.findall(r"\b(?:README|(?:docs|specs|scripts)/[\w.-]+\.md)", capsys.readouterr().out)
        == []
    )
