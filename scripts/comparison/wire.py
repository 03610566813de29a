"""One request after the other over a loopback connection, and the bytes that come back."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import BinaryIO

from .message import Request, Response

_PATIENCE_SECONDS = 20.0
_LONGEST_LINE = 1_000_000
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_DATE = re.compile(rb"\r\ndate: [^\r]*", re.IGNORECASE)
NO_RESPONSE = Response(b"(connection closed without a response)", b"")
LATE = Response(f"(no response in {_PATIENCE_SECONDS:g} seconds)".encode(), b"")


def responses(port: int, requests: Iterable[Request]) -> Iterator[Response]:
    """The responses to requests, with the port replaced by `PORT` wherever a response names it.

    One request is under way at a time, so that a server has always seen the same ones before.
    """
    shared = _Connection(port)
    try:
        for request in requests:
            if request.own_connection:
                own = _Connection(port)
                response = own.exchange(request)
                own.close()
            else:
                response = shared.exchange(request)
            head = without_port(_DATE.sub(b"", response.head), port)
            yield Response(head, without_port(response.body, port))
    finally:
        shared.close()


def without_port(text: bytes, port: int) -> bytes:
    """A text in which the port of a server has a name."""
    return text.replace(b"127.0.0.1:%d" % port, b"127.0.0.1:PORT")


class _Connection:
    """A connection that is opened when it is needed, and again when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def exchange(self, request: Request) -> Response:
        used = self._socket is not None
        response = self._exchange(request)
        # A server may close an idle connection: nothing was read, so it may be sent once more.
        return self._exchange(request) if used and response is NO_RESPONSE else response

    def close(self) -> None:
        if self._socket is not None:
            self._file.close()
            self._socket.close()
            self._socket = None

    def _exchange(self, request: Request) -> Response:
        try:
            if self._socket is None:
                address = "127.0.0.1", self._port
                self._socket = socket.create_connection(address, _PATIENCE_SECONDS)
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._file = self._socket.makefile("rb")
            # It may have responded before it closed.
            with suppress(BrokenPipeError, ConnectionResetError):
                self._socket.sendall(request.raw)
            response = _read(self._file, request.raw.startswith(b"HEAD "))
        except TimeoutError:
            response = LATE
        except (OSError, ValueError):
            response = NO_RESPONSE
        if response in (LATE, NO_RESPONSE) or b"\r\nconnection: close" in response.head.lower():
            self.close()
        return response


def _read(file: BinaryIO, is_head: bool) -> Response:
    head = last = _head(file)
    while last[9:10] == b"1" and last[9:12] != b"101":
        last = _head(file)
        head += last
    if not last:
        return NO_RESPONSE
    if is_head or last[9:12] in (b"101", b"204", b"304"):
        return Response(head, b"")
    if found := _LENGTH.search(last):
        return Response(head, file.read(int(found[1])))
    if b"\r\ntransfer-encoding: chunked" in last.lower():
        return Response(head, b"".join(_chunks(file)))
    return Response(head, file.read())


def _head(file: BinaryIO) -> bytes:
    head = b""
    while (line := file.readline(_LONGEST_LINE)) not in (b"", b"\r\n"):
        head += line
    return head + line if line else b""


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """As they came: how a response is cut must stay as well."""
    size = -1
    while size:
        line = file.readline(_LONGEST_LINE)
        size = int(line.partition(b";")[0] or b"0", 16)
        yield line + file.read(size + 2)
