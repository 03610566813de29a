"""Writing the files of a report, each completely or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom.redaction.redactor import Redactor

from ..report import Report
from .formats import har, html, junit, overlay
from .formats import json as report_json
from .redacted_report import redacted


def write_all(
    report: Report, directory: Path, redactor: Redactor, contract: Contract
) -> list[Path]:
    """Write every file of a report into a directory, created if missing. Returns their paths.

    The report is redacted first. An overlay is written only if an inferred statement was wrong; one
    of an earlier run is removed. Raises GreenroomError if a file cannot be written.
    """
    clean = redacted(report, redactor)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _failure(directory, error) from error
    found = [write_file(directory / name, text) for name, text in _files(clean, contract)]
    stale = directory / overlay.FILE
    if stale not in found:
        try:
            stale.unlink(missing_ok=True)
        except OSError as error:
            raise _failure(stale, error) from error
    return found


def write_file(path: Path, text: str) -> Path:
    """Write a file atomically, so that nobody reads half of it. Raises GreenroomError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # A vendor may have sent half of a surrogate pair, which UTF-8 cannot encode.
        temporary.write_bytes(text.encode("utf-8", "replace"))
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _failure(path, error) from error
    return path


def _files(clean: Report, contract: Contract) -> Iterator[tuple[str, str]]:
    yield report_json.FILE, _json(report_json.write(clean))
    yield junit.FILE, junit.write(clean)
    yield html.FILE, html.write(clean)
    yield har.FILE, _json(har.write(clean))
    changes = overlay.write(clean, contract)
    if changes:
        yield overlay.FILE, changes


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _failure(path: Path, error: OSError) -> GreenroomError:
    return GreenroomError(f"{path}: cannot be written: {error.strerror or error}")
