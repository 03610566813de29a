"""A server in a thread, and connections to it that send and receive bytes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from greenroom.server.limits import Limits
from greenroom.server.run import Server, listen

Address = tuple[str, int]


@contextmanager
def listening(app: Any, limits: Limits | None = None, **more: Any) -> Iterator[Address]:
    """The address of a server of an application."""
    ready = threading.Event()
    with listen("127.0.0.1", 0) as sock:
        server = Server(app, ready.set, limits, **more)
        # Tests wait for it.
        server.config.timeout_keep_alive = 1
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        assert ready.wait(10)
        try:
            yield sock.getsockname()[:2]
        finally:
            server.should_exit = True
            thread.join()


def connected(address: Address) -> socket.socket:
    """A connection on which everything takes ten seconds at most."""
    return socket.create_connection(address, timeout=10)


def everything(opened: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    found = b""
    while True:
        try:
            piece = opened.recv(65536)
        except ConnectionResetError:
            return found
        if not piece:
            return found
        found += piece


def asked(address: Address, data: bytes) -> bytes:
    """What the server sends for some bytes until it ends the connection."""
    with connected(address) as opened:
        with suppress(BrokenPipeError, ConnectionResetError):
            opened.sendall(data)
        return everything(opened)


def statuses(received: bytes) -> list[int]:
    """The statuses of responses."""
    lines = received.split(b"HTTP/1.1 ")[1:]
    return [int(line[:3]) for line in lines]
