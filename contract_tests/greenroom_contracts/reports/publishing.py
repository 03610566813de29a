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
from greenroom.redaction.redactor import redactor_for

from ..report import Report
from . import baseline as baselines
from .contents import ReportContents
from .formats import github, har, html, junit, overlay
from .formats import json as report_json
from .formats.terminal import report_lines
from .redacted_report import redacted


@dataclass(frozen=True, slots=True)
class ReportOutputs:
    """Where a report is written; None for outputs that are not wanted.

    `folder` gets the files, `baseline` lists accepted findings, `new_baseline` is written. `github`
    is whether annotations are printed, for files below `repository`; `summary` is appended to.
    """

    folder: Path | None = None
    baseline: Path | None = None
    new_baseline: Path | None = None
    github: bool = False
    repository: Path | None = None
    summary: Path | None = None


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
    clean = redacted(report, redactor_for(contract, secrets))
    contents = ReportContents.of(clean, contract, outputs.folder)
    written = []
    if outputs.new_baseline is not None:
        text = baselines.write(clean.drift, today)
        written.append(f"baseline: {_write(outputs.new_baseline, text)}")
    if outputs.folder is not None:
        paths = write_all(contents, outputs.folder)
        written.append(f"reports: {outputs.folder}/ ({', '.join(path.name for path in paths)})")
        written += filter(None, [contents.remark])
    if outputs.summary is not None:
        with (
            _as_greenroom_error(outputs.summary),
            outputs.summary.open("a", encoding="utf-8") as file,
        ):
            file.write(github.summary(contents))
    lines = report_lines(clean, coloured=coloured, written=written, steps=contents.steps)
    if outputs.github:
        lines = github.annotated(lines, contents, outputs.repository)
    return report, list(lines)


def write_all(contents: ReportContents, directory: Path) -> list[Path]:
    """Write every file of a report into a directory, created if missing. Returns their paths.

    An overlay is written only if an inferred statement was wrong; one of an earlier run is removed.
    Raises GreenroomError if a file cannot be written.
    """
    with _as_greenroom_error(directory):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = [_write(directory / name, text, 0o600) for name, text in _texts(contents)]
    stale = directory / overlay.FILE
    if stale not in found:
        with _as_greenroom_error(stale):
            stale.unlink(missing_ok=True)
    return found


def _texts(contents: ReportContents) -> Iterator[tuple[str, str]]:
    yield report_json.FILE, _json(report_json.write(contents.report))
    yield junit.FILE, junit.write(contents.report)
    yield html.FILE, html.write(contents)
    yield har.FILE, _json(har.write(contents.report))
    if contents.overlay:
        yield overlay.FILE, contents.overlay


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
