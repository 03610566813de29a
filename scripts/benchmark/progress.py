"""The progress of long work, on standard error."""

from __future__ import annotations

import sys
import time

_WIDTH = 78
_QUIET_SECONDS = 10.0


class Progress:
    """One line that is written over on a terminal; elsewhere a line every ten seconds at most."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last_line = 0.0

    def show(self, text: str) -> None:
        """Show a step of the work."""
        if self._terminal:
            sys.stderr.write(f"\r{text[:_WIDTH]:{_WIDTH}}\r")
            sys.stderr.flush()
        elif time.monotonic() >= self._last_line + _QUIET_SECONDS:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
            self._last_line = time.monotonic()

    def close(self) -> None:
        """Erase the line."""
        if self._terminal:
            sys.stderr.write(f"\r{'':{_WIDTH}}\r")
            sys.stderr.flush()
