"""Whatever kind of file a command is given, it ends with one message, and does not wait."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from greenroom.cli import main
from greenroom.contract.catalog import find, load
from greenroom.contract.loading.parsing import LARGEST_FILE
from greenroom.server.space_access import SpaceAccess


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 4 * LARGEST_FILE + 1)


_ALIASES = "".join(f"{a}: &{a} [{', '.join([f'*{b}'] * 9)}]\n" for b, a in pairwise("abcdefgh"))
KINDS: dict[str, Callable[[Path], Any]] = {
    "pipe": os.mkfifo,
    "folder": Path.mkdir,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "loop": lambda path: path.symlink_to(path.name),
    "sparse": _sparse,
    "latin": lambda path: path.write_bytes("openapi: 3.1.0 # é".encode("latin-1")),
    "empty": Path.touch,
    "zeros": lambda path: path.write_bytes(bytes(1000)),
    "deep": lambda path: path.write_text("[" * 100_000),
    "deep object": lambda path: path.write_text('{"a":' * 100_000),
    "bomb": lambda path: path.write_text("a: &a [x, x, x, x, x, x, x, x, x]\n" + _ALIASES),
    "cycle": lambda path: path.write_text("a: &a {b: *a}\n"),
    "surrogate": lambda path: path.write_text('{"openapi": "3.1.0", "a": "\\ud800"}'),
    "twice": lambda path: path.write_text('{"openapi": "3.1.0", "openapi": "3.1.0"}'),
    "large number": lambda path: path.write_text('{"openapi": 1' + "0" * 10_000 + "}"),
    "infinite": lambda path: path.write_text('{"openapi": 1e9999}'),
    "list": lambda path: path.write_text("[1, 2]"),
    "number": lambda path: path.write_text("5"),
}  # fmt: skip
COMMANDS = (
    "serve FILE --port 0",
    "serve heymilo --state FILE --port 0",
    "serve heymilo --stateful --scenario FILE --port 0",
    "serve FILE --lenient --port 0",
    "lint FILE",
    "report FILE",
    "contract FILE",
    "models FILE --output models.py",
    "new acme --from FILE",
    "overlay apply heymilo FILE",
    "overlay apply FILE FILE",
    "webhook FILE",
    "check FILE --base-url http://127.0.0.1:1",
    "check heymilo --har FILE",
    "check heymilo --har recording.har --baseline FILE",
)


@pytest.fixture(autouse=True)
def _limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def late(*_: Any) -> None:
        raise AssertionError("the command waits")

    monkeypatch.chdir(tmp_path)
    (tmp_path / "recording.har").write_text('{"log": {"entries": []}}')
    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def ended(command: str, file: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code of a command that is given a file, and what it says of it."""
    code = main([file if word == "FILE" else word for word in command.split()])
    return code, capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_refuses_what_is_no_file_of_its_kind(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the name of the file, in a few lines."""
    kinds = {**KINDS}
    if "--baseline" in command:
        # It accepts nothing.
        del kinds["empty"]
    for kind, make in kinds.items():
        make(path := Path(f"{kind}.yaml"))
        code, said = ended(command, str(path), capsys)
        assert code == 2, (kind, said)
        assert str(path) in said, (kind, said)
        assert said.count("\n") <= 3, (kind, said)


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "sparse"])
@pytest.mark.parametrize(
    "command",
    [
        "check heymilo --webhook interview_started FILE",
        "check heymilo --base-url http://127.0.0.1:1 --body createWebhook=FILE --allow-writes",
    ],
)
def test_no_body_is_read_from_what_is_no_regular_file(
    command: str, kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its content may be anything."""
    monkeypatch.setenv("GREENROOM_HEYMILO_KEY", "test-key")
    KINDS[kind](Path("body"))
    code, said = ended(command.replace("=FILE", "=body"), "body", capsys)
    assert (code, "body: cannot be read: " in said) == (2, True), said


def test_a_state_file_needs_its_folder_when_the_server_starts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not when it stops."""
    code, said = ended("serve heymilo --state none/state.json --port 0", "", capsys)
    assert (code, "none/state.json: the folder none does not exist" in said) == (2, True)


@pytest.mark.parametrize("content", ["{}", "[" * 1000, '{"a": 1e9999}'])
def test_a_webhook_that_is_not_read_does_not_conform(
    content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is neither right nor wrong."""
    Path("body").write_text(content)
    code, _ = ended("check heymilo --webhook interview_started FILE", "body", capsys)
    assert code != 0


def test_a_scenario_is_played_at_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    """One that cannot be played is refused with its file and the place in it."""
    Path("good.yaml").write_text(
        'vendor: heymilo\nresources: {Webhook: [{set: {url: "https://x.test/"}}]}\n'
    )
    Path("bad.json").write_text(json.dumps({"vendor": "heymilo", "resources": {"None": []}}))
    code, said = ended("serve heymilo --scenario FILE --port 0", "bad.json", capsys)
    assert (code, said.splitlines()[0]) == (
        2,
        "greenroom serve: bad.json: the scenario is not valid:",
    )
    assert "/resources/None: is not one of " in said
    sources = find(["heymilo"])
    access = SpaceAccess([load(sources[0])], stateful=True)
    access.play(Path("good.yaml"))
    assert (
        access.spaces.use("default").world("heymilo").records("Webhook")[-1].value["url"]
        == "https://x.test/"
    )
