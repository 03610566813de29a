"""Connections on which a response ends in time, and that carry nothing over to the next one.

http.client reads interim responses and lines of a header for ever, as a timeout is for each read.
"""

from __future__ import annotations

import io
import socket
import time
from functools import lru_cache
from http.client import HTTPResponse, parse_headers
from typing import Any

from requests.adapters import HTTPAdapter

# Content after a response that has none arrives at once, if it comes at all.
_STRAY_SECONDS = 0.1
_NO_CONTENT = (204, 304)
_SWITCHING_PROTOCOLS = 101


class _ReaderUntil(io.RawIOBase):
    """Reads a socket until a time, however many reads that takes; `until` is monotonic."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        seconds = sock.gettimeout()
        self.until = float("inf") if seconds is None else time.monotonic() + seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if left < float("inf"):
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class BoundedResponse(HTTPResponse):
    """A response whose header and body take no longer than the timeout of the socket.

    `stray` is the beginning of content that follows a 204 or 304, which have none (RFC 9112 section
    6.3). The connection of a response without content is not used again: what follows would be
    taken for the next response.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self._reader = _ReaderUntil(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._reader)
        self.stray = b""

    def _read_status(self) -> tuple[str, int, str]:
        """The status line, after any interim responses (RFC 9110 section 15.2)."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 100 <= status < 200 or status == _SWITCHING_PROTOCOLS:
                return version, status, reason
            parse_headers(self.fp)

    def begin(self) -> None:
        """Read the header."""
        super().begin()
        if self.status not in _NO_CONTENT and self._method != "HEAD":  # type: ignore[attr-defined]
            return
        self.will_close, self.chunked = True, False
        if self.status in _NO_CONTENT:
            self._reader.until = min(self._reader.until, time.monotonic() + _STRAY_SECONDS)
            try:
                self.stray = self.fp.peek()
            except OSError:
                return


class BoundedAdapter(HTTPAdapter):
    """The adapter of requests with bounded connections."""

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool of connections for a request."""
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _bounded(pool.ConnectionCls)
        return pool


@lru_cache(maxsize=8)
def _bounded(connection: type[Any]) -> type[Any]:
    if getattr(connection, "response_class", None) is BoundedResponse:
        return connection
    return type(connection.__name__, (connection,), {"response_class": BoundedResponse})
