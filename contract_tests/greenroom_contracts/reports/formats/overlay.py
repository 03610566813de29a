"""`overlay.yaml`: what to change in a contract where a guess of ours was wrong.

An OpenAPI Overlay 1.0.0 (https://spec.openapis.org/overlay/v1.0.0.html). What a vendor's document
states is not changed: there the vendor moved, and a person has to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from greenroom.contract.model import Contract
from greenroom.http.timestamps import day

from ...report import Report
from ..yaml_text import dumped
from .overlay_corrections import Correction, corrections

FILE = "overlay.yaml"
_VERSION = "1.0.0"


def write(report: Report, contract: Contract) -> str:
    """The overlay for a redacted report as YAML; empty where no guess is to be corrected."""
    found = overlay(report, contract)
    return dumped(found) if found else ""


def overlay(report: Report, contract: Contract) -> Mapping[str, Any] | None:
    """The overlay for a redacted report, None where it would change nothing.

    Findings that no such change can answer are in the report alone: a server that fails, a
    credential that is not asked for, a schema of alternatives.
    """
    actions = [_action(correction) for correction in corrections(report, contract)]
    if not actions:
        return None
    return {
        "overlay": _VERSION,
        "info": {
            "title": f"What {contract.title} was seen to do otherwise than guessed",
            "version": day(report.started),
        },
        # The file beside which the overlay is meant to be put.
        "extends": quote(Path(contract.file).name),
        "actions": actions,
    }


def _action(correction: Correction) -> dict[str, Any]:
    change = {"remove": True} if correction.removes else {"update": correction.update}
    return {"target": correction.target, "description": correction.description, **change}
