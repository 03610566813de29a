"""The spaces of a server in a file, from which they go on after a restart."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import GreenroomError
from .space_access import SpaceAccess

_SECONDS = 60
_VERSION = 1


class StateFile:
    """Reads the snapshots of all spaces when a server starts, and writes them when they change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._access: SpaceAccess | None = None
        self._written = ""

    def attach(self, access: SpaceAccess) -> None:
        """Give the spaces of the file to a server; after a reload those of the one before it.

        Raises GreenroomError for a file that is not valid or does not fit the contracts.
        """
        before, self._access = self._access, access
        if before is not None:
            try:
                _restore(access, _snapshots(before))
            except GreenroomError as error:
                sys.stderr.write(f"greenroom serve: the spaces begin anew: {error}\n")
        elif self._path.exists():
            try:
                if not self._path.is_file():
                    # Reading a pipe would never end.
                    raise GreenroomError("not a regular file")
                document = json.loads(self._path.read_text(encoding="utf-8"))
                if document["version"] != _VERSION:
                    raise GreenroomError(f"version {document['version']} is not {_VERSION}")
                if not isinstance(document["spaces"], dict):
                    raise GreenroomError("its spaces are not an object")
                _restore(access, document["spaces"])
            except RecursionError as error:
                raise GreenroomError(f"{self._path}: not a file of spaces: too deep") from error
            except (OSError, ValueError, LookupError, TypeError, GreenroomError) as error:
                reason = str(error) if not isinstance(error, LookupError) else f"it has no {error}"
                raise GreenroomError(f"{self._path}: not a file of spaces: {reason}") from error

    def save(self) -> None:
        """Write the file if anything has changed, in one step; a failure is only reported."""
        if self._access is None:
            return
        text = json.dumps({"version": _VERSION, "spaces": _snapshots(self._access)})
        if text == self._written:
            return
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            part.write_text(text, encoding="utf-8")
            os.replace(part, self._path)
        except OSError as error:
            sys.stderr.write(f"greenroom serve: {self._path} was not written: {error}\n")
        else:
            self._written = text

    async def save_often(self) -> None:
        """Write it every minute."""
        while True:
            await asyncio.sleep(_SECONDS)
            self.save()


def _snapshots(access: SpaceAccess) -> Mapping[str, Any]:
    return {s.name: s.document() for s in access.spaces.all() if s.mode == "stateful"}


def _restore(access: SpaceAccess, snapshots: Mapping[str, Any]) -> None:
    for name, snapshot in snapshots.items():
        access.spaces.restore(name, snapshot)
