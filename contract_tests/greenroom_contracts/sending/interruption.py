"""Ending a run from outside without losing what is under way."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Interruption:
    """Lets an exchange end before a run does: what it creates has to be known to be deleted.

    A second signal does not wait.
    """

    def __init__(self) -> None:
        self._under_way = False
        self._asked = False

    def install(self) -> None:
        """Take over what Ctrl-C and an end from outside (SIGTERM) do. In the main thread only."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._signalled)

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Within this, a first signal waits for the end. Raises KeyboardInterrupt there."""
        self._under_way = True
        try:
            yield
        finally:
            self._under_way = False
            if self._asked:
                self._asked = False
                raise KeyboardInterrupt

    def _signalled(self, *_: object) -> None:
        if self._under_way and not self._asked:
            self._asked = True
        else:
            self._asked = False
            raise KeyboardInterrupt
