"""Ending a run by a signal without losing the exchange in progress."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

# Not every system has all of them.
_NAMES = [n for n in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, n)]


class Interruption:
    """Defers a first signal to the end of an exchange, so that what it creates is deleted.

    A second signal interrupts at once, cleaning up included.
    """

    def __init__(self) -> None:
        self._in_exchange = False
        self._signalled = False
        self._deferred = False

    def install(self) -> None:
        """Handle SIGINT (Ctrl-C), SIGTERM, SIGHUP and SIGQUIT. In the main thread only.

        A SIGHUP that the caller ignores, as `nohup` does, stays ignored.
        """
        for name in _NAMES:
            number = signal.Signals[name]
            if name != "SIGHUP" or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._handle)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Defer a first signal to the end of this block, which then raises KeyboardInterrupt."""
        self._in_exchange = True
        try:
            yield
        finally:
            self._in_exchange = False
            if self._deferred:
                self._deferred = False
                raise KeyboardInterrupt

    def _handle(self, *_: object) -> None:
        self._deferred = self._in_exchange and not self._signalled
        self._signalled = True
        if not self._deferred:
            raise KeyboardInterrupt
