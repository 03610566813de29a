"""A balancer of connections, in this process: each goes to the next server that takes it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle
from threading import Thread


@contextmanager
def balanced(ports: Sequence[int]) -> Iterator[int]:
    """The port of a balancer of these ports."""
    order = cycle(ports)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                Thread(target=connect, args=(client,), daemon=True).start()

    def connect(client: socket.socket) -> None:
        for _ in ports:
            with suppress(OSError):
                server = socket.create_connection(("127.0.0.1", next(order)))
                Thread(target=pump, args=(server, client), daemon=True).start()
                pump(client, server)
                return
        client.close()

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
