"""`overlay.yaml`: how to correct a contract if a guess of ours was wrong.

An OpenAPI Overlay 1.0.0 (https://spec.openapis.org/overlay/v1.0.0.html). Documented
statements are not changed: if they are wrong, the vendor has changed, and a person has to decide.
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
    """The overlay for a redacted report as YAML; empty if no guess needs a correction."""
    found = overlay(report, contract)
    return dumped(found) if found else ""


def overlay(report: Report, contract: Contract) -> Mapping[str, Any] | None:
    """The overlay for a redacted report, None if it would change nothing.

    Some findings have no such correction: a server that fails, a credential that is not enforced,
    a schema with `oneOf`.
    """
    actions = [_action(correction) for correction in corrections(report, contract)]
    if not actions:
        return None
    return {
        "overlay": _VERSION,
        "info": {
            "title": f"Corrections of guesses about {contract.title}",
            "version": day(report.started),
        },
        # Relative: the overlay belongs into the folder of the contract.
        "extends": quote(Path(contract.file).name),
        "actions": actions,
    }


def _action(correction: Correction) -> dict[str, Any]:
    change = {"remove": True} if correction.removes else {"update": correction.update}
    return {"target": correction.target, "description": correction.description, **change}
