"""`overlay.yaml`: how to correct a contract if a guess of ours was wrong.

An OpenAPI Overlay 1.1.0 (https://spec.openapis.org/overlay/v1.1.0.html): version 1.0.0 allows no
primitive as a target. Documented statements are not changed: if they are wrong, the vendor has
changed, and a person has to decide.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from greenroom.contract.model import Contract
from greenroom.contract.provenance import OBSERVED
from greenroom.http.timestamps import day

from ...finding import Finding
from ...report import Report
from ..wording import counted
from ..yaml_text import dumped
from .overlay_actions import LONGEST, OF_KEYWORDS, Action, ActionBuilder

FILE = "overlay.yaml"
# The kinds whose correction adds to the contract, and takes back nothing that it states.
_ADDING = frozenset((
    "undocumented-status", "undocumented-refusal", "undocumented-media-type", "undocumented-field",
    "undocumented-header", "undocumented-value",
))  # fmt: skip


def write(report: Report, contract: Contract) -> str:
    """The overlay for a redacted report as YAML; empty if no guess needs a correction."""
    found = overlay(report, contract)
    return dumped(found) if found else ""


def overlay(report: Report, contract: Contract) -> dict[str, Any] | None:
    """The overlay for a redacted report, None if it would change nothing.

    Its `info.description` names the wrong guesses without a correction.
    """
    actions, uncorrected = corrections(report, contract)
    return document(report, contract, actions, uncorrected) if actions else None


def document(
    report: Report, contract: Contract, actions: Sequence[Action], uncorrected: Sequence[Finding]
) -> dict[str, Any]:
    """The overlay of these actions; its description names the findings without one."""
    listed = "\n".join(f"- {f.operation}: {f.message[:LONGEST]}" for f in uncorrected)
    description = {"description": f"Without a correction:\n\n{listed}\n"} if listed else {}
    return {
        "overlay": "1.1.0",
        "info": {
            "title": f"Corrections of guesses about {contract.title}",
            "version": day(report.started),
            **description,
        },
        # Relative: the overlay belongs into the folder of the contract.
        "extends": quote(Path(contract.file).name),
        "actions": actions,
    }


def corrections(
    report: Report, contract: Contract, observed: str = ""
) -> tuple[list[Action], list[Finding]]:
    """The actions for a redacted report, and the wrong guesses without one.

    `observed` says when recordings were made. What they show is then what a statement is based on,
    and additions to statements that are no guesses have an action, too; other findings about those
    have none.

    Some have none: a server that fails, a credential that is not enforced, a value that was
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
    return list(actions.values()), uncorrected


def remark(report: Report, contract: Contract) -> str:
    """Why a redacted report has no overlay, or for how much it has no correction; else empty."""
    if not report.findings:
        return ""
    actions, uncorrected = corrections(report, contract)
    if actions:
        number = counted(len(uncorrected), "wrong guess", "wrong guesses")
        return f"{FILE} has no correction for {number}; it names them" if uncorrected else ""
    if uncorrected:
        return f"no {FILE}: no wrong guess has a correction that it could state"
    return f"no {FILE}: it corrects guesses, and no finding contradicts one"
