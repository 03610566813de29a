"""A run reports its progress: one line on a terminal, a line for each phase in a log."""

from __future__ import annotations

import io

from reporting import HOSTILE

from greenroom_contracts.running.progress import TerminalProgress


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_progress_on_a_terminal_is_one_line_that_changes() -> None:
    """It is erased at the end."""
    screen = Terminal()
    progress = TerminalProgress(screen, 30)

    progress.operation("listThings", "documented", 1, 2)
    progress.operation(HOSTILE, "documented", 2, 2)
    progress.done()
    progress.done()

    first, second, *rest = screen.getvalue().split("\r\x1b[K")[1:]
    assert first == "documented 1/2  listThings"
    assert len(second) == 29
    assert second.isprintable()
    assert rest == [""]
    assert "\n" not in screen.getvalue()


def test_progress_elsewhere_is_a_line_for_each_phase() -> None:
    """Nothing in a log is overwritten."""
    stream = io.StringIO()
    progress = TerminalProgress(stream)

    for phase, total in (("documented", 3), ("clean-up", 1)):
        for number in range(1, total + 1):
            progress.operation("listThings", phase, number, total)
    progress.done()

    assert stream.getvalue() == "documented: 3 operations\nclean-up: 1 operation\n"


def test_progress_is_written_in_any_encoding() -> None:
    """Characters that the encoding does not have are escaped."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", write_through=True)

    TerminalProgress(stream).operation("op", "prüfen", 1, 1)

    assert raw.getvalue() == b"pr\\xfcfen: 1 operation\n"
