"""Spaces outlive a restart of the server in a file."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from state_contract import API

from greenroom.contract.catalog import find, load
from greenroom.errors import GreenroomError
from greenroom.server.space_access import SpaceAccess
from greenroom.server.state_file import StateFile
from greenroom.state.life.clock import Clock

LIVING = load(find((str(Path(__file__).parents[2] / "simulation" / "living.yaml"),))[0])


def attached(path: Path) -> tuple[StateFile, SpaceAccess]:
    """A file of the spaces of a new server."""
    file, access = StateFile(path), SpaceAccess([API])
    file.attach(access)
    return file, access


def create(access: SpaceAccess, space: str, name: str) -> None:
    """A thing in a space."""
    used = access.spaces.use(space)
    used.world("acme").create("Thing", {"name": name}, used.now())


def names(access: SpaceAccess, space: str) -> list[str]:
    """The names of the things in a space."""
    world = access.spaces.use(space).world("acme")
    return [record.value["name"] for record in world.records("Thing")]


def test_a_server_goes_on_from_the_file(tmp_path: Path) -> None:
    """With every space."""
    file, access = attached(tmp_path / "state.json")
    create(access, "one", "Ada")
    create(access, "two", "Grace")
    file.save()
    _, later = attached(tmp_path / "state.json")
    assert names(later, "one") == ["Documented", "Ada"]
    assert names(later, "two") == ["Documented", "Grace"]
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_restarted_space_goes_on_with_its_clock_and_timers(tmp_path: Path) -> None:
    """What was due when no server ran happens first, at its own moment."""
    file, access = StateFile(tmp_path / "state.json"), SpaceAccess([LIVING])
    file.attach(access)
    frozen, _ = access.spaces.put("frozen", now=datetime(2026, 1, 5, 9, tzinfo=UTC))
    running = access.spaces.use("running")
    for space in (frozen, running):
        space.world("living").create("Minutes", {"id": "min_1"}, space.now())
    (due,) = (due.at for due in running.agenda.all())
    file.save()

    later, restarted = StateFile(tmp_path / "state.json"), SpaceAccess([LIVING])
    later.attach(restarted)
    one, other = (restarted.spaces.use(name) for name in ("frozen", "running"))
    assert (one.now(), one.next_due()) == (frozen.now(), frozen.next_due())
    assert (other.clock.running, other.next_due()) == (True, due)
    other.clock = Clock(wall=lambda: due + timedelta(days=1))
    other.catch_up()
    assert [(done.at, done.after) for done in other.transitions][:1] == [(due, "final")]


def test_a_change_of_time_is_a_change(tmp_path: Path) -> None:
    """Although no record has changed."""
    file, access = attached(tmp_path / "state.json")
    space, _ = access.spaces.put("one", now=datetime(2026, 1, 5, 9, tzinfo=UTC))
    file.save()
    space.clock.move(space.now() + timedelta(hours=1))
    file.save()
    written = json.loads((tmp_path / "state.json").read_text("utf-8"))
    assert written["spaces"]["one"]["now"] == "2026-01-05T10:00:00+00:00"


def test_the_file_is_written_only_when_something_changed(tmp_path: Path) -> None:
    """Not every minute."""
    file, access = attached(tmp_path / "state.json")
    create(access, "one", "Ada")
    file.save()
    (tmp_path / "state.json").unlink()
    file.save()
    assert os.listdir(tmp_path) == []
    create(access, "one", "Grace")
    file.save()
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_reloaded_server_has_the_spaces_of_the_one_before(tmp_path: Path) -> None:
    """Also those that are not in the file yet."""
    file, access = attached(tmp_path / "state.json")
    create(access, "one", "Ada")
    reloaded = SpaceAccess([API])
    file.attach(reloaded)
    assert names(reloaded, "one") == ["Documented", "Ada"]


RECORD = {"id": "a", "version": 1, "sequence": 1, "own": [], "value": {"id": "a", "name": 1}}
WORLD = {"sequence": 1, "numbers": {}, "resources": {"Thing": [RECORD]}}
SNAPSHOT = {"version": 1, "seed": 1, "now": None, "vendors": {"acme": WORLD}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Expecting value"),
        ("[]", "not a file of spaces"),
        ("{}", "it has no 'version'"),
        ('{"version": 2, "spaces": {}}', "version 2 is not 1"),
        ('{"version": 1}', "it has no 'spaces'"),
        ('{"version": 1, "spaces": 5}', "its spaces are not an object"),
        ("[" * 100_000, "too deep"),
        ('{"version": 1, "spaces": {"x": 1}}', "is not of type"),
        (json.dumps({"version": 1, "spaces": {"x": SNAPSHOT}}), "/Thing/0/value/name: 1 is not"),
        (json.dumps({"version": 1, "spaces": {"/": SNAPSHOT}}), "matches"),
    ],
)
def test_an_invalid_file_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """With its name and what is wrong, where."""
    path = tmp_path / "state.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GreenroomError, match=r"state\.json: not a file of spaces") as caught:
        attached(path)
    assert reason in str(caught.value)


def test_a_file_that_cannot_be_written_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server goes on."""
    file, access = attached(tmp_path / "none" / "state.json")
    create(access, "one", "Ada")
    file.save()
    assert "was not written" in capsys.readouterr().err


def test_a_file_that_is_too_large_is_neither_read_nor_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even in part."""
    path = tmp_path / "state.json"
    file, access = StateFile(path, 300), SpaceAccess([API])
    file.attach(access)
    create(access, "one", "x" * 300)
    file.save()
    assert "was not written: " in capsys.readouterr().err
    path.write_bytes(b"{" + b" " * 300)
    with pytest.raises(GreenroomError, match="larger than 300 bytes"):
        StateFile(path, 300).attach(access)


def test_more_than_all_spaces_may_take_is_refused(tmp_path: Path) -> None:
    """When the server starts, with the reason."""
    file, access = attached(tmp_path / "state.json")
    create(access, "one", "x" * 3000)
    file.save()
    with pytest.raises(GreenroomError, match=r"state\.json.* may take 2000 bytes"):
        StateFile(tmp_path / "state.json").attach(SpaceAccess([API], largest=2000))


def test_only_a_regular_file_is_read(tmp_path: Path) -> None:
    """Whoever reads a pipe waits for ever."""
    os.mkfifo(tmp_path / "state.json")
    with pytest.raises(GreenroomError, match="not a regular file"):
        attached(tmp_path / "state.json")
