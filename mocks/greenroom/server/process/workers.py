"""Several processes that serve one address: copies of this one, which watches over them.

One that ends is started again. All end with this process, even where it is killed: they hold the
other end of a pipe, into which nobody writes.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from ...errors import GreenroomError
from ..logs import logger

# Serves on a socket: calls back when it is ready, and ends when a file descriptor is at its end.
Work = Callable[[socket.socket, Callable[[], None], int], None]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_PAUSE_SECONDS = 1
# Longer than a worker takes that ends what it has begun.
_PATIENCE_SECONDS = 8


def run_workers(
    sock: socket.socket, count: int, work: Work, announce: Callable[[], None], backlog: int
) -> int:
    """Serve in `count` processes until a signal ends them; call back when all are ready.

    No event loop and no thread may run here. Raises GreenroomError where one is never ready.
    """
    if not hasattr(os, "fork"):
        raise GreenroomError("--workers needs a system that can copy processes (not Windows)")
    return _Workers(_sockets(sock, count, backlog), work).run(announce)


def _sockets(sock: socket.socket, count: int, backlog: int) -> Sequence[socket.socket]:
    """One for each worker, among which Linux shares out connections; elsewhere the same one.

    The first is bound already, so that nobody else's server is joined by mistake.
    """
    if sys.platform != "linux":
        return [sock] * count
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    address = sock.getsockname()[:2]
    more = [
        socket.create_server(address, family=sock.family, backlog=backlog, reuse_port=True)
        for _ in range(count - 1)
    ]
    return [sock, *more]


class _Workers:
    def __init__(self, sockets: Sequence[socket.socket], work: Work) -> None:
        self._sockets, self._work = sockets, work
        self._running: dict[int, socket.socket] = {}
        self._end, self._alive = os.pipe()
        self._signal, self._ending = 0, False

    def run(self, announce: Callable[[], None]) -> int:
        with self._handling():
            reading, writing = os.pipe()
            for sock in self._sockets:
                self._begin(sock, writing)
            os.close(writing)
            with open(reading, "rb") as ready:
                is_ready = len(ready.read()) == len(self._sockets)
            if is_ready:
                announce()
            else:
                self._stop()
            while self._running:
                self._wait()
        if not self._signal:
            raise GreenroomError("a worker ended before it was ready")
        if self._signal == signal.SIGTERM:
            # As a server of one process ends.
            signal.raise_signal(signal.SIGTERM)
        return 0

    def _begin(self, sock: socket.socket, pipe: int | None = None) -> None:
        sys.stdout.flush()
        # The handlers of this process are not for the worker, which begins with them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = 0 if self._ending else os.fork()
        if pid or self._ending:
            self._running |= {pid: sock} if pid else {}
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            return
        code = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(self._alive)
            for other in self._sockets:
                if other is not sock:
                    other.close()
            self._work(sock, partial(_announce, pipe), self._end)
            code = 0
        except BaseException:
            logger.exception("a worker failed")
        finally:
            sys.stdout.flush()
            os._exit(code)

    def _wait(self) -> None:
        """Start the next worker that ends again, unless all are to end."""
        pid, status = os.wait()
        sock = self._running.pop(pid, None)
        if sock is None or self._ending:
            return
        code = os.waitstatus_to_exitcode(status)
        members = {"pid": pid, "signal" if code < 0 else "code": abs(code)}
        logger.error("a worker ended and is started again", extra={"members": members})
        # One that always fails must not fill the log.
        time.sleep(_PAUSE_SECONDS)
        self._begin(sock)

    def _stop(self, number: int = 0, _: Any = None) -> None:
        if not self._ending:
            self._ending = True
            os.close(self._alive)
            for sock in self._sockets:
                sock.close()
            signal.alarm(_PATIENCE_SECONDS)
        self._signal = self._signal or number

    def _kill(self, *_: Any) -> None:
        for pid in self._running:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @contextmanager
    def _handling(self) -> Iterator[None]:
        wanted = {**dict.fromkeys(_SIGNALS, self._stop), signal.SIGALRM: self._kill}
        before = {number: signal.signal(number, handle) for number, handle in wanted.items()}
        try:
            yield
        finally:
            signal.alarm(0)
            for number, handler in before.items():
                signal.signal(number, handler)


def _announce(pipe: int | None) -> None:
    if pipe is not None:
        os.write(pipe, b".")
        os.close(pipe)
