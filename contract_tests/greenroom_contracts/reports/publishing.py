"""The end of a check: apply the baseline, write the files, print the result."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom.redaction.redactor import Redactor, redactor_for

from ..report import Report
from . import baseline as baselines
from .formats import har, html, junit, overlay
from .formats import json as report_json
from .formats.terminal import report_lines
from .next_steps import next_steps
from .redacted_report import redacted


@dataclass(frozen=True, slots=True)
class ReportOutputs:
    """Where a report is written; None for outputs that are not wanted.

    `folder` gets the files, `baseline` lists accepted findings, `new_baseline` is written.
    """

    folder: Path | None = None
    baseline: Path | None = None
    new_baseline: Path | None = None


def publish(
    contract: Contract,
    report: Report,
    outputs: ReportOutputs,
    secrets: Iterable[str],
    today: date,
    coloured: bool = False,
) -> tuple[Report, list[str]]:
    """Apply the baseline and write the files. Returns the report and the lines to print.

    `secrets` are credentials that no output may hold. Raises GreenroomError if a file cannot be
    read or written.
    """
    if outputs.baseline is not None:
        known = baselines.read(outputs.baseline)
        findings, notes = baselines.apply(report.findings, known, today)
        report = replace(report, findings=findings, notes=(*report.notes, *notes))
    redactor = redactor_for(contract, secrets)
    clean = redacted(report, redactor)
    written = []
    if outputs.new_baseline is not None:
        text = baselines.write(clean.drift, today)
        written.append(f"baseline: {_write(outputs.new_baseline, text)}")
    corrections = None
    if outputs.folder is not None:
        paths = write_all(report, outputs.folder, redactor, contract)
        written.append(f"reports: {outputs.folder}/ ({', '.join(path.name for path in paths)})")
        written += filter(None, [overlay.remark(clean, contract)])
        corrections = next((path for path in paths if path.name == overlay.FILE), None)
    written += next_steps(clean, contract, corrections)
    return report, list(report_lines(clean, coloured=coloured, written=written))


def write_all(
    report: Report, directory: Path, redactor: Redactor, contract: Contract
) -> list[Path]:
    """Write every file of a report into a directory, created if missing. Returns their paths.

    The report is redacted first. An overlay is written only if an inferred statement was wrong; one
    of an earlier run is removed. Raises GreenroomError if a file cannot be written.
    """
    with _as_greenroom_error(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    texts = _texts(redacted(report, redactor), contract)
    found = [_write(directory / name, text, 0o600) for name, text in texts]
    stale = directory / overlay.FILE
    if stale not in found:
        with _as_greenroom_error(stale):
            stale.unlink(missing_ok=True)
    return found


def _texts(clean: Report, contract: Contract) -> Iterator[tuple[str, str]]:
    yield report_json.FILE, _json(report_json.write(clean))
    yield junit.FILE, junit.write(clean)
    yield html.FILE, html.write(clean)
    yield har.FILE, _json(har.write(clean))
    if changes := overlay.write(clean, contract):
        yield overlay.FILE, changes


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _write(path: Path, text: str, mode: int = 0o666) -> Path:
    """Write a file atomically, so that nobody reads half of it. Raises GreenroomError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with _as_greenroom_error(path):
        try:
            temporary.unlink(missing_ok=True)
            new = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(new, "wb") as file:
                # A vendor may have sent half of a surrogate pair, which UTF-8 cannot encode.
                file.write(text.encode("utf-8", "replace"))
            temporary.replace(path)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    return path


@contextmanager
def _as_greenroom_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GreenroomError(f"{path}: cannot be written: {error.strerror or error}") from error
