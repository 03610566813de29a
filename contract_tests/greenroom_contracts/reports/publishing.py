"""The end of a check: apply the baseline, write the files, print the result."""

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
    """Where a report goes; None for outputs that are not wanted.

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
        report = replace(report, findings=tuple(findings), notes=(*report.notes, *notes))
    redactor = redactor_for(contract, secrets)
    written = list(_files(contract, report, outputs, redactor, today))
    lines = report_lines(redacted(report, redactor), coloured=coloured, written=written)
    return report, list(lines)


def _files(
    contract: Contract, report: Report, outputs: ReportOutputs, redactor: Redactor, today: date
) -> Iterator[str]:
    if outputs.new_baseline is not None:
        text = baselines.write(redacted(report, redactor).drift, today)
        yield f"baseline: {write_file(outputs.new_baseline, text)}"
    if outputs.folder is not None:
        paths = write_all(report, outputs.folder, redactor, contract)
        yield f"reports: {outputs.folder}/ ({', '.join(path.name for path in paths)})"
