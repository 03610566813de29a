"""Taking up a changed contract while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from watchfiles import DefaultFilter, awatch

from ..errors import GreenroomError
from .logs import logger
from .seams import App, Receive, Scope, Send

# Contracts, and what stands beside them.
_SUFFIXES = (".yaml", ".yml", ".json", ".graphql", ".graphqls", ".gql")


class ReloadingApp:
    """An application that can be built anew; a request ends on the one that it began with."""

    def __init__(self, build: Callable[[], App]) -> None:
        self._build = build
        self._app = build()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, answered by the newest application."""
        await self._app(scope, receive, send)

    async def watch(self, folders: Iterable[Path]) -> None:
        """Rebuild whenever a contract in the folders changes, until cancelled.

        A contract that has become invalid is reported, and the last good one stays.
        """
        async for _ in awatch(*folders, watch_filter=_Contracts(), raise_interrupt=False):
            try:
                self._app = await asyncio.to_thread(self._build)
            except GreenroomError as error:
                fields = {"reason": str(error)}
                logger.error(
                    "contract refused, serving the last good one", extra={"fields": fields}
                )
            else:
                logger.info("contracts reloaded")


class _Contracts(DefaultFilter):
    def __call__(self, change: object, path: str) -> bool:
        return super().__call__(change, path) and path.endswith(_SUFFIXES)  # type: ignore[arg-type]
