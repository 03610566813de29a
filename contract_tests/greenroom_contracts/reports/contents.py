"""What the files and lines of a report are written from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from greenroom.contract.loading.yaml12 import dump
from greenroom.contract.model import Contract

from ..report import Report
from .by_statement import StatementFindings, by_statement
from .formats import overlay
from .next_steps import Step, next_steps


@dataclass(frozen=True, slots=True)
class ReportContents:
    """A redacted report, its findings by statement, what to do next, and the text of its overlay.

    `overlay` is empty if no guess needs a correction, `remark` says why or what it lacks.
    """

    report: Report
    statements: tuple[StatementFindings, ...]
    steps: tuple[Step, ...]
    overlay: str
    remark: str

    @classmethod
    def of(cls, report: Report, contract: Contract, folder: Path | None = None) -> ReportContents:
        """The contents for a redacted report; `folder` is where the overlay will be, if written."""
        found = overlay.corrections(report, contract)
        changes = found.document()
        here, file = Path.cwd(), Path(contract.file)
        if file.is_relative_to(here):
            contract = replace(contract, file=str(file.relative_to(here)))
        statements = by_statement(report, contract)
        written = folder / overlay.FILE if folder is not None and changes else None
        steps = next_steps(report, statements, contract, written)
        text = dump(changes) if changes else ""
        return cls(report, tuple(statements), tuple(steps), text, found.remark)
