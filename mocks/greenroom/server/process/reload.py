"""Reloading changed contracts while the server runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Iterator
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from ...contract.catalog import CONTRACT_FILE
from ...errors import GreenroomError
from ..connexion_seams import App, Receive, Scope, Send
from ..logs import logger

# How long a removed or new folder may stay unnoticed.
_PAUSE_SECONDS = 0.5
# Companion files of contracts.
_SUFFIXES = (".graphql", ".graphqls", ".gql")


class ReloadingApp:
    """An application that can be rebuilt; a request ends on the one that it began with."""

    def __init__(self, build: Callable[[], App], app: App | None = None) -> None:
        self._build = build
        self._app = app or build()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request to the newest application."""
        await self._app(scope, receive, send)

    async def watch(self, places: Collection[Path]) -> None:
        """Rebuild whenever a contract changes, until cancelled. A place is its file, or a folder.

        The places may change, and are read again after every change. A contract that has become
        invalid is logged, and the last valid one stays.
        """
        watched = _Folders(places)
        try:
            while True:
                await self._follow(watched, places)
                while not watched.now():
                    await asyncio.sleep(_PAUSE_SECONDS)
                await self._rebuild()
        except OSError as error:
            logger.error("contracts are not watched", extra={"members": {"reason": str(error)}})

    async def _follow(self, watched: _Folders, places: Collection[Path]) -> None:
        """Rebuild at every change, until other folders have to be watched."""
        folders = watched.now()
        with _held(folders):
            async with contextlib.aclosing(_changes(folders, places)) as changes:
                async for changed in changes:
                    if changed:
                        await self._rebuild()
                    # A folder that was made again is a new one, which is not watched yet.
                    if watched.now() != folders:
                        return

    async def _rebuild(self) -> None:
        try:
            self._app = await asyncio.to_thread(self._build)
        except GreenroomError as error:
            members = {"reason": str(error)}
            logger.error("invalid contract, serving the last good one", extra={"members": members})
        except Exception:
            # Nobody awaits this task, so it would end unnoticed.
            logger.exception("contract not reloaded, serving the last good one")
        else:
            logger.info("contracts reloaded")


class _Folders:
    """The folders to watch: places that are folders, and those that contain the other places."""

    def __init__(self, places: Collection[Path]) -> None:
        self._places = places
        self._is_folder: dict[Path, bool] = {}

    def now(self) -> dict[Path, tuple[int, int]]:
        """The folders that exist, each with device and inode, which differ if it is made again."""
        folders: dict[Path, tuple[int, int]] = {}
        for path in _found(self._places):
            with contextlib.suppress(OSError):
                if path not in self._is_folder:
                    self._is_folder[path] = stat.S_ISDIR(path.stat().st_mode)
                folder = path if self._is_folder[path] else path.parent
                status = folder.stat()
                folders[folder] = (status.st_dev, status.st_ino)
        return folders


def _found(places: Iterable[Path]) -> set[Path]:
    # A link changes where it is, and where it leads.
    return {path for place in places for path in (place, place.resolve())}


@contextlib.contextmanager
def _held(folders: Iterable[Path]) -> Iterator[None]:
    """Keep folders open, so that the system does not give their inode to a successor."""
    with contextlib.ExitStack() as stack:
        for folder in folders:
            with contextlib.suppress(OSError):
                stack.callback(os.close, os.open(folder, os.O_RDONLY))
        yield


def _changes(folders: Iterable[Path], places: Iterable[Path]) -> AsyncGenerator[object, None]:
    return awatch(
        *folders,
        watch_filter=Contracts(path.name for path in _found(places)),
        ignore_permission_denied=True,
        rust_timeout=int(_PAUSE_SECONDS * 1000),
        yield_on_timeout=True,
    )


class Contracts(DefaultFilter):
    """Accepts changes of contracts by name, of vendors' contracts, and of companion files.

    No others, since the log itself may be written to the same folder.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__()
        self._names = {CONTRACT_FILE, *names}

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a changed file is accepted."""
        ours = Path(path).name in self._names or path.endswith(_SUFFIXES)
        return ours and super().__call__(change, path)
