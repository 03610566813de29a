"""Loopback servers for tests that break HTTP: they write bytes, and close when they like."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

# How long a server waits for a client at most, in seconds.
_PATIENCE = 10.0


class Connection:
    """A connection of a client, with its number from 1."""

    def __init__(self, number: int, connected: socket.socket, stop: threading.Event) -> None:
        self.number = number
        self._socket = connected
        self._stop = stop

    def request(self) -> bytes:
        """The next request with its body; empty once the client has disconnected."""
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = self._socket.recv(65536)
            if not chunk:
                return b""
            data += chunk
        head, _, body = data.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                while len(body) < int(line.partition(b":")[2]):
                    body += self._socket.recv(65536)
        return head + b"\r\n\r\n" + body

    def head(self) -> bytes:
        """The head of the next request, and nothing that follows it."""
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            byte = self._socket.recv(1)
            if not byte:
                return b""
            data += byte
        return data

    def receive(self) -> bytes:
        """What arrives next; empty once the client has disconnected."""
        try:
            return self._socket.recv(65536)
        except ConnectionResetError:
            return b""

    def send(self, data: bytes) -> None:
        """Write bytes."""
        self._socket.sendall(data)

    @contextmanager
    def encrypted(self, context: ssl.SSLContext) -> Iterator[Connection]:
        """The same connection by TLS; raises ssl.SSLError where the client refuses."""
        with context.wrap_socket(self._socket, server_side=True) as wrapped:
            yield Connection(self.number, wrapped, self._stop)

    def reset(self) -> None:
        """Disconnect with RST, so that the client loses what it has not read."""
        at_once = struct.pack("ii", 1, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._socket.close()

    def drip(self, data: bytes, pause: float = 0.02) -> None:
        """Write bytes again and again, until the client disconnects or the server stops."""
        while not self._stop.wait(pause):
            self._socket.sendall(data)

    def rest(self, seconds: float = _PATIENCE) -> None:
        """Do nothing until the server stops, for some seconds at most."""
        self._stop.wait(seconds)


@contextmanager
def raw_server(talk: Callable[[Connection], None]) -> Iterator[str]:
    """The origin of a server that calls a function for each connection, in a thread of its own.

    Once the function returns, the connection is closed.
    """
    stop = threading.Event()
    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def serve(number: int, connected: socket.socket) -> None:
            with connected, suppress(OSError):
                connected.settimeout(_PATIENCE)
                talk(Connection(number, connected, stop))

        def accept() -> None:
            while not stop.is_set():
                with suppress(TimeoutError):
                    connected, _ = listener.accept()
                    arguments = (len(threads) + 1, connected)
                    threads.append(threading.Thread(target=serve, args=arguments, daemon=True))
                    threads[-1].start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            stop.set()
            accepting.join(5)


def response(body: bytes = b"[]", status: bytes = b"200 OK") -> bytes:
    """A response of JSON."""
    fields = b"Content-Type: application/json\r\nContent-Length: %d" % len(body)
    return b"HTTP/1.1 %s\r\n%s\r\n\r\n%s" % (status, fields, body)
