"""The files that a contract may consist of: which ones may be read, and their values."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ...errors import InvalidContractError
from ...schema import json_pointer as ptr
from ...schema.subschemas import type_of
from .parsing import parse_value, read_text
from .schema_identifiers import find_anchor


def resolve_within(folder: Path, path: Path) -> Path | None:
    """A path with its links followed, None if that leads out of a folder.

    Raises ValueError for a path that has a null character.
    """
    # Not `Path.resolve`, which raises for a circle of links; reading it fails with the reason.
    resolved = Path(os.path.realpath(path))
    return resolved if resolved.is_relative_to(os.path.realpath(folder)) else None


class UnreadableError(Exception):
    """A reference into another file that cannot be followed; the message is the reason."""


class Files:
    """YAML and JSON files below one folder, each read once.

    `entry` is the contract's own file as the user named it, and `root` the folder, by default that
    of `entry`. Links are followed before a path is compared with the folder.
    """

    def __init__(self, entry: Path, root: Path | None = None) -> None:
        self._entry = entry
        self._root = Path(os.path.realpath(root or entry.parent))
        self._values: dict[Path, Any] = {}
        # Where the contract is a link, its references are relative to the link.
        self.address = Path(os.path.abspath(entry)).as_uri()

    @property
    def read(self) -> tuple[Path, ...]:
        """The paths of the files that were read so far, links followed."""
        return tuple(self._values)

    def find(self, address: str, fragment: str, kind: str) -> tuple[str, str, Any]:
        """The name of the file at a `file:` URL, and the pointer and value of a fragment in it.

        Raises UnreadableError where there is no such value, or one that is not of the kind.
        """
        place = urlsplit(address)
        if place.scheme != "file" or place.netloc:
            raise UnreadableError(
                "nothing is fetched from a network; save it as a file in the contract's folder and "
                "refer to that"
            )
        name = self.name(address)
        document = self._value(address, name)
        pointer = fragment
        if fragment and not fragment.startswith("/"):
            pointer = find_anchor(document, fragment) or fragment
        try:
            value = ptr.look_up(document, pointer)
        except LookupError:
            raise UnreadableError(f"leads nowhere in {name}") from None
        if not isinstance(value, dict) and not (kind == "schema" and isinstance(value, bool)):
            raise UnreadableError(f"is of the type {type_of(value)} in {name}, not a {kind}")
        return name, pointer, value

    def name(self, address: str) -> str:
        """The path of a file as the user would write it, given how they named the contract."""
        here = os.path.abspath(self._entry.parent)
        path = url2pathname(urlsplit(address).path)
        return os.path.normpath(self._entry.parent / os.path.relpath(path, here))

    def _value(self, address: str, name: str) -> dict[str, Any]:
        path = self._path(address)
        if path not in self._values:
            try:
                self._values[path] = parse_value(read_text(path, name), name)
            except InvalidContractError as error:
                reason = error.problems[0].message
                raise UnreadableError(f"{name} cannot be read: {reason}") from error
        value = self._values[path]
        if not isinstance(value, dict):
            raise UnreadableError(f"{name} does not contain a YAML or JSON object")
        return value

    def _path(self, address: str) -> Path:
        text = urlsplit(address).path
        try:
            path = resolve_within(self._root, Path(url2pathname(text)))
            found = path is not None and path.is_file()
        except (OSError, ValueError):
            raise UnreadableError(f"{unquote(text)!r} is not a file name") from None
        if path is None:
            raise UnreadableError(
                f"is outside {self._root}, the only folder that is read; move it into that folder, "
                "or name a folder that contains both with --root"
            )
        if not found:
            raise UnreadableError(f"there is no file {self.name(address)}")
        return path
