"""Copies of bodies that pass, bounded each and together."""

from __future__ import annotations

import io
from threading import Lock

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

from greenroom.http.exchange import Fields

# Bytes of one body, decoded too, as in a check; and of all bodies that are not judged yet.
_MOST_OF_ONE = 16 * 1024 * 1024
_MOST_OF_ALL = 128 * 1024 * 1024


class Room:
    """How many bytes all copies may still take."""

    def __init__(self, most: int = _MOST_OF_ALL) -> None:
        self._left = most
        self._lock = Lock()

    def take(self, size: int) -> bool:
        """Whether a piece fits; then its room is taken."""
        with self._lock:
            fits = size <= self._left
            self._left -= size if fits else 0
        return fits

    def give(self, size: int) -> None:
        """Give room back."""
        with self._lock:
            self._left += size


class Copy:
    """A copy of a body; nothing is kept of one that does not fit. `release` it after use."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._pieces: list[bytes] = []
        self.size = 0
        self.is_whole = True

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        if not self.is_whole:
            return
        if self.size + len(piece) > _MOST_OF_ONE or not self._room.take(len(piece)):
            self.release()
            self.is_whole = False
            return
        self._pieces.append(piece)
        self.size += len(piece)

    def release(self) -> None:
        """Give the room back."""
        self._room.give(self.size)
        self._pieces, self.size = [], 0

    @property
    def content(self) -> bytes:
        """The bytes so far."""
        return b"".join(self._pieces)


def without_coding(body: bytes, headers: Fields) -> bytes | None:
    """A body without its content coding; None if it is too large, or the coding is unknown."""
    codings = [value for name, value in headers if name.lower() == "content-encoding"]
    if not body or not codings:
        return body
    known = ("identity", *HTTPResponse.CONTENT_DECODERS)
    if any(coding.strip().lower() not in known for c in codings for coding in c.split(",")):
        return None
    fields = {"content-encoding": ", ".join(codings)}
    try:
        response = HTTPResponse(io.BytesIO(body), fields, preload_content=False)
        decoded = response.read(_MOST_OF_ONE + 1)
    except HTTPError:
        return None
    return decoded if len(decoded) <= _MOST_OF_ONE else None
