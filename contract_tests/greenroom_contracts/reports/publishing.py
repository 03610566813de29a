"""The end of a check: baseline applied, files written, the outcome told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from greenroom.contract.model import Contract
from greenroom.redaction.redactor import Redactor, redactor_for

from ..report import Report
from . import baseline as baselines
from .files import write_all, write_file
from .formats.terminal import report_lines
from .redacted_report import redacted


@dataclass(frozen=True, slots=True)
class ReportOutputs:
    """What is to become of a report; None for what is not wanted.

    `folder` gets the files, `baseline` holds accepted findings, `new_baseline` is written anew.
    """

    folder: Path | None = None
    baseline: Path | None = None
    new_baseline: Path | None = None


def publish(
    contract: Contract,
    report: Report,
    wishes: ReportOutputs,
    secrets: Iterable[str],
    today: date,
    coloured: bool = False,
) -> tuple[Report, list[str]]:
    """The report with its baseline applied, and the lines to print. Files are written on the way.

    `secrets` are credentials that no output may hold. Raises GreenroomError where a file cannot be
    read or written.
    """
    if wishes.baseline is not None:
        known = baselines.read(wishes.baseline)
        findings, notes = baselines.apply(report.findings, known, today)
        report = replace(report, findings=tuple(findings), notes=(*report.notes, *notes))
    redactor = redactor_for(contract, secrets)
    written = list(_files(contract, report, wishes, redactor, today))
    lines = report_lines(redacted(report, redactor), coloured=coloured, written=written)
    return report, list(lines)


def _files(
    contract: Contract, report: Report, wishes: ReportOutputs, redactor: Redactor, today: date
) -> Iterator[str]:
    if wishes.new_baseline is not None:
        text = baselines.write(redacted(report, redactor).drift, today)
        yield f"baseline: {write_file(wishes.new_baseline, text)}"
    if wishes.folder is not None:
        paths = write_all(report, wishes.folder, redactor, contract)
        yield f"reports: {wishes.folder}/ ({', '.join(path.name for path in paths)})"
