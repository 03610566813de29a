"""`overlay.yaml`: how to correct a contract if a guess of ours was wrong.

An OpenAPI Overlay 1.1.0 (https://spec.openapis.org/overlay/v1.1.0.html): version 1.0.0 allows no
primitive as a target. Documented statements are not changed: if they are wrong, the vendor has
changed, and a person has to decide.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from greenroom.contract.model import Contract
from greenroom.contract.provenance import OBSERVED
from greenroom.http.timestamps import day
from greenroom.printable import counted

from ...finding import Finding
from ...report import Report
from .overlay_actions import LONGEST, OF_KEYWORDS, Action, ActionBuilder

FILE = "overlay.yaml"
# The kinds whose correction adds to the contract, and takes back nothing that it states.
_ADDING = frozenset((
    "undocumented-status", "undocumented-refusal", "undocumented-media-type", "undocumented-field",
    "undocumented-header", "undocumented-value",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corrections:
    """The actions for findings about a contract, and the findings without one."""

    report: Report
    contract: Contract
    actions: list[Action]
    uncorrected: list[Finding]

    def document(self) -> dict[str, Any] | None:
        """The overlay of the actions, None without any; its description names the others."""
        if not self.actions:
            return None
        listed = "\n".join(f"- {f.operation}: {f.message[:LONGEST]}" for f in self.uncorrected)
        description = {"description": f"Without a correction:\n\n{listed}\n"} if listed else {}
        return {
            "overlay": "1.1.0",
            "info": {
                "title": f"Corrections of guesses about {self.contract.title}",
                "version": day(self.report.started),
                **description,
            },
            # Relative: the overlay belongs into the folder of the contract.
            "extends": quote(Path(self.contract.file).name),
            "actions": self.actions,
        }

    @property
    def remark(self) -> str:
        """Why there is no overlay, or for how much it has no correction; else empty."""
        if self.actions:
            number = counted(len(self.uncorrected), "wrong guess", "wrong guesses")
            told = f"{FILE} has no correction for {number}; it names them"
            return told if self.uncorrected else ""
        if self.uncorrected:
            return f"no {FILE}: no wrong guess has a correction that it could state"
        why = f"no {FILE}: it corrects guesses, and no finding contradicts one"
        return why if self.report.findings else ""


def corrections(report: Report, contract: Contract, observed: str = "") -> Corrections:
    """What a redacted report says about guesses, as actions.

    `observed` says when recordings were made. What they show is then what a statement is based on,
    and additions to statements that are no guesses have an action, too; other findings about those
    have none.

    Some guesses have none: a server that fails, a credential that is not enforced, a value that was
    redacted. An action that several findings need appears once.
    """
    by_statement: dict[str, list[Finding]] = {}
    uncorrected: list[Finding] = []
    for finding in report.findings:
        is_learned = finding.basis == OBSERVED or finding.kind in _ADDING
        if finding.is_guess or (observed and is_learned):
            by_statement.setdefault(finding.pointer, []).append(finding)
        elif observed and not finding.is_addition:
            uncorrected.append(finding)
    builder = ActionBuilder(report, contract, observed)
    actions: dict[str, Action] = {}
    for pointer, about in by_statement.items():
        of_keyword = [finding for finding in about if finding.kind in OF_KEYWORDS]
        others = [[finding] for finding in about if finding.kind not in OF_KEYWORDS]
        for together in filter(None, (of_keyword, *others)):
            found = builder.actions(pointer, together)
            uncorrected += [] if found else together
            for action in found:
                actions.setdefault(json.dumps({**action, "description": ""}), action)
    return Corrections(report, contract, list(actions.values()), uncorrected)
