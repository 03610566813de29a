"""Lines, tables and whole documents as output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import GreenroomError
from ..printable import plain


class OutputError(GreenroomError):
    """A path where no file can be written."""


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


def file_format(name: str) -> str:
    """`json` or `yaml`: the format of a file, by the end of its name."""
    return "json" if name.endswith(".json") else "yaml"


def document_text(document: Any, wanted: str) -> str:
    """The text of a document in a format."""
    from ..contract.loading.yaml12 import dump

    if wanted == "yaml":
        return dump(document)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def check_output(output: str) -> None:
    """Raise OutputError for a path where writing is certain to fail; `-` is standard output."""
    # Not the methods of Path, which raise for a name that is too long.
    if os.path.isdir(output):
        raise OutputError(f"{output} is a folder; name a file in it")
    folder = Path(output).parent
    if output != "-" and not os.path.isdir(folder):
        raise OutputError(f"{output}: the folder {folder} does not exist")


def write_document(text: str, output: str = "-") -> None:
    """Write a text in UTF-8 to a file, or to standard output for `-`. Raises OutputError."""
    if output != "-":
        try:
            Path(output).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(f"{output}: {error.strerror or error}") from error
    elif sys.stdout.isatty():
        write_lines([text.removesuffix("\n")], keep="\n\t")
    else:
        sys.stdout.buffer.write(text.encode())


def write_json(value: Any) -> None:
    """Print a value as JSON, for other programs."""
    write_lines([json.dumps(value, indent=2)], keep="\n")
