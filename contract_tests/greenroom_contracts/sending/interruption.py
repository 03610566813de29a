"""Ending a run by a signal without losing the exchange in progress."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Interruption:
    """Defers a first signal to the end of an exchange, so that what it creates is deleted.

    A second signal interrupts at once.
    """

    def __init__(self) -> None:
        self._in_exchange = False
        self._signalled = False

    def install(self) -> None:
        """Handle SIGINT (Ctrl-C) and SIGTERM. In the main thread only."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._handle)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Defer a first signal to the end of this block, which then raises KeyboardInterrupt."""
        self._in_exchange = True
        try:
            yield
        finally:
            self._in_exchange = False
            if self._signalled:
                self._signalled = False
                raise KeyboardInterrupt

    def _handle(self, *_: object) -> None:
        if self._in_exchange and not self._signalled:
            self._signalled = True
        else:
            self._signalled = False
            raise KeyboardInterrupt
