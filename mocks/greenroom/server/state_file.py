"""The spaces of a server in a file, from which they go on after a restart."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from ..contract.loading.parsing import read_bytes
from ..errors import GreenroomError
from .space_access import LARGEST, SpaceAccess

if TYPE_CHECKING:
    from ..state.space import Space

_SECONDS = 60
_VERSION = 1


class StateFile:
    """Reads the snapshots of all spaces when a server starts, and writes them when they change."""

    def __init__(self, path: Path, largest: int = 2 * LARGEST) -> None:
        """No file with more than `largest` bytes is read or written."""
        self._path, self._largest = path, largest
        self._access: SpaceAccess | None = None
        self._seen: Any = None
        self._written = 0

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
        elif os.path.lexists(self._path):
            try:
                # Records may be nested as deeply as requests, and lie deep in the file themselves.
                document = json.loads(read_bytes(self._path, self._largest))
                to_json(document)
                if document["version"] != _VERSION:
                    raise GreenroomError(f"version {document['version']} is not {_VERSION}")
                if not isinstance(document["spaces"], dict):
                    raise GreenroomError("its spaces are not an object")
                _restore(access, document["spaces"])
            except RecursionError as error:
                raise GreenroomError(f"{self._path}: not a file of spaces: too deep") from error
            except (OSError, ValueError, LookupError, TypeError, GreenroomError) as error:
                reason = getattr(error, "strerror", None) or str(error)
                reason = f"it has no {reason}" if isinstance(error, LookupError) else reason
                lines = f"{self._path}: not a file of spaces: {reason}".splitlines()
                raise GreenroomError(*lines) from error

    def save(self) -> None:
        """Write the file if anything has changed, in one step; a failure is only reported."""
        if self._access is None:
            return
        seen = [*map(_marks, self._access.spaces.all())]
        if seen == self._seen:
            return
        content = to_json({"version": _VERSION, "spaces": _snapshots(self._access)})
        part = self._path.with_name(f"{self._path.name}.part")
        try:
            if len(content) > self._largest:
                raise OSError(errno.EFBIG, f"larger than {self._largest} bytes")
            if hash(content) != self._written:
                part.write_bytes(content)
                os.replace(part, self._path)
        except OSError as error:
            sys.stderr.write(f"greenroom serve: {self._path} was not written: {error}\n")
        else:
            self._seen, self._written = seen, hash(content)

    async def save_often(self) -> None:
        """Write it every minute."""
        while True:
            await asyncio.sleep(_SECONDS)
            self.save()


def _marks(space: Space) -> tuple[Any, ...]:
    """What is another after each change of a space."""
    journal = space.journal
    clock = space.clock.document()
    return space.name, journal.token, journal.last, journal.noted, space.records, clock


def _snapshots(access: SpaceAccess) -> Mapping[str, Any]:
    return {s.name: s.document() for s in access.spaces.all() if s.mode == "stateful"}


def _restore(access: SpaceAccess, snapshots: Mapping[str, Any]) -> None:
    for name, snapshot in snapshots.items():
        access.spaces.restore(name, snapshot)
