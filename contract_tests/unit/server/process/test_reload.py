"""Edited contracts are reloaded by `serve --reload`."""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from watchfiles import Change

from greenroom.errors import GreenroomError
from greenroom.server.connexion_seams import App, Receive, Scope, Send
from greenroom.server.logs import logger
from greenroom.server.process.reload import Contracts, ReloadingApp

_PATIENCE = 10


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The events that are logged."""
    events: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: events.append(record.getMessage())  # type: ignore[method-assign]
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield events
    logger.removeHandler(handler)
    logger.setLevel(level)


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """An application without responses."""


def edited(
    place: Path | list[Path], edits: list[Callable[[], object]], build: Callable[[], App]
) -> int:
    """How often the application was built anew while a place was watched and edits were made."""
    built = 0

    def counted() -> App:
        nonlocal built
        built += 1
        return build() if built > 1 else nothing

    async def watch() -> None:
        places = place if isinstance(place, list) else [place]
        watching = asyncio.create_task(ReloadingApp(counted).watch(places))
        for number, edit in enumerate(edits, start=2):
            # It is not known when the watcher begins, so edits are repeated until one is noticed.
            for _ in range(_PATIENCE * 5):
                edit()
                await asyncio.sleep(0.2)
                if built >= number:
                    break
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)

    asyncio.run(watch())
    return built - 1


@pytest.mark.parametrize("name", ["acme.yaml", "acme.json", "contract", "contract.txt"])
def test_a_contract_is_watched_by_whatever_name_it_has(tmp_path: Path, name: str) -> None:
    """What can be served can be reloaded."""
    place = tmp_path / name
    place.write_text("a")

    assert edited(place, [lambda: place.write_text("b")], lambda: nothing)


def test_a_link_is_watched_where_it_leads(tmp_path: Path) -> None:
    """The file in the other folder is the one that is edited."""
    target = tmp_path / "there" / "real.yaml"
    place = tmp_path / "here" / "acme.yaml"
    for path in (target, place):
        path.parent.mkdir()
    target.write_text("a")
    place.symlink_to(target)

    assert edited(place, [lambda: target.write_text("b")], lambda: nothing)


def made_again(folder: Path, name: str, text: str) -> None:
    """A folder is removed with its content, and one of the same name is made."""
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / name).write_text(text)


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_folder_that_is_made_again_is_still_watched(tmp_path: Path, is_folder: bool) -> None:
    """As when another branch is checked out: changes in the new folder are noticed."""
    folder = tmp_path / "specs"
    place = folder / "openapi.yaml"
    folder.mkdir()
    place.write_text("a")
    edits: list[Callable[[], object]] = [
        lambda: place.write_text("b"),
        lambda: made_again(folder, place.name, "c"),
        lambda: place.write_text("d"),
    ]

    assert edited(folder if is_folder else place, edits, lambda: nothing) >= len(edits)


def test_a_file_that_a_contract_comes_to_need_is_watched(tmp_path: Path) -> None:
    """It may be in another folder, which the first change refers to."""
    place, other = tmp_path / "api" / "acme.yaml", tmp_path / "parts" / "part.yaml"
    for path in (place, other):
        path.parent.mkdir()
        path.write_text("a")
    places = [place]

    def build() -> App:
        places[:] = [place, other]
        return nothing

    edits: list[Callable[[], object]] = [
        lambda: place.write_text("b"),
        lambda: other.write_text("b"),
    ]

    assert edited(places, edits, build) >= len(edits)


@pytest.mark.parametrize("error", [GreenroomError("broken"), RecursionError("a bug of ours")])
def test_watching_continues_after_a_contract_that_cannot_be_loaded(
    tmp_path: Path, logged: list[str], error: Exception
) -> None:
    """Whatever the error is, the next edit may correct it."""
    place = tmp_path / "acme.yaml"
    errors = [error]

    def build() -> App:
        if errors:
            raise errors.pop()
        return nothing

    edits: list[Callable[[], object]] = [lambda: place.write_text("b")] * 2

    assert edited(place, edits, build) >= 2
    assert "serving the last good one" in logged[0]
    assert "contracts reloaded" in logged[1:]


def test_a_failure_to_watch_is_logged(
    tmp_path: Path, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system limits the number of watches; the server runs on without them."""

    async def refusing(*_: object, **__: object) -> AsyncIterator[object]:
        raise OSError("OS file watch limit reached")
        yield

    monkeypatch.setattr("greenroom.server.process.reload.awatch", refusing)

    asyncio.run(ReloadingApp(lambda: nothing).watch([tmp_path]))

    assert logged == ["contracts are not watched"]


@pytest.mark.parametrize("name", ["greenroom.json", "log.yaml", "acme.yaml~"])
def test_other_files_in_the_folder_of_a_contract_are_not_its_changes(name: str) -> None:
    """A log in that folder would cause a reload, which is logged, and so on for ever."""
    assert not Contracts(["acme.yaml"])(Change.modified, f"/specs/{name}")
