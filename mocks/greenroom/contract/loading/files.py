"""The files that a contract may be made of: which ones are read, and what stands in them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from ...errors import InvalidContractError
from ...schema import json_pointer as ptr
from .parsing import parse_value, read_text
from .schema_identifiers import find_anchor

_TYPES = {type(None): "null", bool: "a boolean", str: "a text", list: "a list", dict: "an object"}


class UnreadableError(Exception):
    """What a reference to another file does not lead to; the message is a clause that says why."""


class Files:
    """YAML and JSON files below one folder, each read once.

    `entry` is the contract's own file as it was named. Without a `root` only what lies in its
    folder is read. Links are followed before a place is judged.
    """

    def __init__(self, entry: Path, root: Path | None = None) -> None:
        self._entry = entry
        self._root = (root or entry.parent).resolve()
        self._values: dict[Path, Any] = {}
        # A contract that is a link refers to what lies beside the link.
        self.address = Path(os.path.abspath(entry)).as_uri()

    @property
    def read(self) -> tuple[Path, ...]:
        """The files that were read so far, links followed."""
        return tuple(self._values)

    def find(self, address: str, fragment: str, kind: str) -> tuple[str, Any]:
        """Pointer and value of what a fragment means in the file at a `file:` address.

        Raises UnreadableError where there is no such thing, or nothing that can be of the kind.
        """
        place = urlsplit(address)
        if place.scheme != "file" or place.netloc:
            raise UnreadableError(
                "nothing is fetched from a network; save it as a file beside the contract and "
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
            said = _TYPES.get(type(value), "a number")
            raise UnreadableError(f"is {said} in {name}, and no {kind}")
        return pointer, value

    def name(self, address: str) -> str:
        """A file as the user would name it, from where the contract was named."""
        here = os.path.abspath(self._entry.parent)
        path = url2pathname(urlsplit(address).path)
        return os.path.normpath(self._entry.parent / os.path.relpath(path, here))

    def _value(self, address: str, name: str) -> dict[str, Any]:
        path = self._path(address)
        if path not in self._values:
            try:
                self._values[path] = parse_value(read_text(path, name), name)
            except InvalidContractError as error:
                why = error.breaches[0].message
                raise UnreadableError(f"{name} cannot be read: {why}") from error
        value = self._values[path]
        if not isinstance(value, dict):
            raise UnreadableError(f"{name} holds no YAML or JSON object")
        return value

    def _path(self, address: str) -> Path:
        text = urlsplit(address).path
        try:
            path = Path(url2pathname(text)).resolve()
            inside = path.is_relative_to(self._root)
            found = inside and path.is_file()
        except (OSError, ValueError, RuntimeError):
            raise UnreadableError(f"{unquote(text)!r} is no name of a file") from None
        if not inside:
            raise UnreadableError(
                f"lies outside of {self._root}, and no file there is read; move it below, or name "
                "a folder that holds all of them with --root"
            )
        if not found:
            raise UnreadableError(f"there is no file {self.name(address)}")
        return path
