"""How a run reports its progress: not at all, or on a terminal or in a log.

rich, which comes with schemathesis, was tried and is not used. Its `Live` passes control characters
and line breaks of operation names on to the terminal, so `plain` and cutting would stay; it hides
the cursor, which a killed process does not bring back; and a log needs the code for phases anyway.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TextIO

from greenroom.printable import counted, plain

_CLEAR = "\r\x1b[K"


class Progress:
    """Notified of every operation before its requests are sent; this one reports nothing."""

    def operation(self, name: str, phase: str, number: int, total: int) -> None:
        """An operation begins: its id, the phase of the run, its number out of a total."""


class TerminalProgress(Progress):
    """On a terminal one line that is overwritten, in pipes and files a line for each phase.

    `width` is that of the terminal, in columns.
    """

    def __init__(self, stream: TextIO, width: int | None = None) -> None:
        self._stream = stream
        self._width = width or shutil.get_terminal_size((80, 24)).columns
        self._overwrites = stream.isatty()
        self._phase = ""
        self._is_visible = False

    def operation(self, name: str, phase: str, number: int, total: int) -> None:
        """An operation begins: its id, the phase of the run, its number out of a total."""
        if self._overwrites:
            line = plain(f"{phase} {number}/{total}  {name}")
            self._write(f"{_CLEAR}{line[: self._width - 1]}")
            self._is_visible = True
        elif phase != self._phase:
            self._write(plain(f"{phase}: {counted(total, 'operation')}") + "\n")
        self._phase = phase

    def done(self) -> None:
        """Erase the line that is overwritten."""
        if self._is_visible:
            self._write(_CLEAR)
            self._is_visible = False

    def _write(self, text: str) -> None:
        encoding = self._stream.encoding or "utf-8"
        # A terminal that is gone must not prevent cleaning up.
        with suppress(OSError):
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self._stream.flush()
