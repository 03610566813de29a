"""Taking up a changed contract while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

from ..contract.catalog import CONTRACT_FILE
from ..errors import GreenroomError
from .logs import logger
from .seams import App, Receive, Scope, Send

# What stands beside contracts.
_SUFFIXES = (".graphql", ".graphqls", ".gql")


class ReloadingApp:
    """An application that can be built anew; a request ends on the one that it began with."""

    def __init__(self, build: Callable[[], App], app: App | None = None) -> None:
        self._build = build
        self._app = app or build()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, answered by the newest application."""
        await self._app(scope, receive, send)

    async def watch(self, places: Iterable[Path]) -> None:
        """Rebuild whenever a contract changes, until cancelled. A place is its file, or a folder.

        A contract that has become invalid is reported, and the last good one stays.
        """
        # A link is changed where it lies, and where it leads.
        found = {path for place in places for path in (place, place.resolve())}
        folders = {path if path.is_dir() else path.parent for path in found}
        changes = awatch(
            *folders,
            watch_filter=Contracts(path.name for path in found),
            ignore_permission_denied=True,
        )
        try:
            async for _ in changes:
                await self._rebuild()
        except OSError as error:
            logger.error("contracts are not watched", extra={"fields": {"reason": str(error)}})

    async def _rebuild(self) -> None:
        try:
            self._app = await asyncio.to_thread(self._build)
        except GreenroomError as error:
            fields = {"reason": str(error)}
            logger.error("contract refused, serving the last good one", extra={"fields": fields})
        except Exception:
            # Nobody waits for the watching, which would end unseen.
            logger.exception("contract not taken up, serving the last good one")
        else:
            logger.info("contracts reloaded")


class Contracts(DefaultFilter):
    """Lets pass the contracts of some names, those of vendors, and what stands beside them.

    Nothing else: the log itself may go to a file of the same folder.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        super().__init__()
        self._names = {CONTRACT_FILE, *names}

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change of a file is one of ours."""
        ours = Path(path).name in self._names or path.endswith(_SUFFIXES)
        return ours and super().__call__(change, path)
