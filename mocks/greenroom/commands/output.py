"""Lines and tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence


def write_lines(lines: Iterable[str]) -> None:
    """Write lines; characters that the encoding of the output does not have become escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def table(rows: Sequence[Sequence[str]], numbers: bool = False) -> Iterator[str]:
    """The lines of a table; with `numbers` all columns but the first are aligned to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        if numbers:
            cells[1:] = map(str.rjust, row[1:], widths[1:])
        yield "  ".join(cells).rstrip()
