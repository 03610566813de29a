"""Guesses of a contract that recordings confirm."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from greenroom.contract.model import Contract
from greenroom.contract.provenance import OBSERVED, PROVENANCE_KEY, declared
from greenroom.contract.provenance_summary import subject

from ..report import Report
from ..reports.formats.overlay_actions import Action
from ..reports.formats.overlay_jsonpath import path_of


def confirmed(
    contract: Contract, report: Report, properties: Collection[str], observed: str
) -> Iterator[Action]:
    """An action for each inferred response and property that was seen as it is stated.

    `properties` are the pointers of those that were seen, `observed` says when.
    """
    statuses = {(s.operation, s.status) for s in report.statuses if s.seen}
    responses = {
        response.pointer
        for operation in contract.operations
        for response in operation.responses
        if (operation.id, response.status) in statuses
    }
    doubtful = [f.pointer for f in report.findings if not f.is_addition]
    doubtful += [unseen.pointer for unseen in report.unseen]
    for entry in declared(contract.document):
        where = entry.pointer
        if entry.basis != "inferred" or not (where in responses or where in properties):
            continue
        if not any(f"{pointer}/".startswith(f"{where}/") for pointer in doubtful):
            note = f"Seen as stated in recordings {observed}. {entry.note}"
            yield {
                "target": path_of(contract.document, where),
                "description": f"{subject(contract.document, where)}: seen as stated {observed}.",
                "update": {PROVENANCE_KEY: {"basis": OBSERVED, "note": note.strip()}},
            }
