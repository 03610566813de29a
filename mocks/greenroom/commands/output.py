"""Lines and tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from ..printable import plain


def write_lines(lines: Iterable[str], keep: str = "") -> None:
    """Write lines.

    Characters that are unprintable, but for those in `keep`, become escapes, and those that the
    encoding of the output does not have.
    """
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        written = plain(line, keep).encode(encoding, "backslashreplace").decode(encoding)
        sys.stdout.write(written + "\n")


def write_note(note: str) -> None:
    """Write a line to standard error, unprintable characters escaped."""
    sys.stderr.write(plain(note) + "\n")


def table(rows: Sequence[Sequence[str]], numbers: bool = False) -> Iterator[str]:
    """The lines of a table; with `numbers` all columns but the first are aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        if numbers:
            cells[1:] = map(str.rjust, row[1:], widths[1:])
        yield "  ".join(cells).rstrip()
