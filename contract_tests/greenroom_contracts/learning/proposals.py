"""What recordings show and a contract does not state, as an overlay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.model import Contract
from greenroom.contract.provenance import OBSERVED, PROVENANCE_KEY, declared
from greenroom.contract.provenance_summary import subject
from greenroom.http.exchange import Entry
from greenroom.http.timestamps import day
from greenroom.redaction.credentials import credentials_in
from greenroom.redaction.redactor import redactor_for

from ..report import Report
from ..reports.formats.overlay import corrections
from ..reports.formats.overlay_actions import Action
from ..reports.formats.overlay_jsonpath import path_of
from ..reports.formats.terminal import unseen_lines
from ..reports.redacted_report import redacted
from ..traffic.recording import RecordingJudge, judge_recording
from .lifecycles import learned
from .observations import state_periods


@dataclass(frozen=True, slots=True)
class Proposals:
    """The overlay, None if there is nothing to propose, and what is told of it, in lines.

    `contradicted` is what the recordings show otherwise and no overlay may take back, `unseen` what
    they do not show. `problem` is why nothing was examined.
    """

    overlay: dict[str, Any] | None
    proposed: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    problem: str = ""


def proposals(
    contract: Contract,
    entries: Sequence[Entry],
    target: str,
    base_url: str | None = None,
    confirm: bool = False,
) -> Proposals:
    """What recorded exchanges show; `base_url` as in judge_recording, `target` is their name.

    With `confirm` also which guesses they confirm.
    """
    recorded = RecordingJudge(contract, base_url)
    raw = judge_recording(contract, entries, target=target, base_url=base_url, judge=recorded)
    known = credentials_in(contract, (each.request for each in raw.exchanges))
    report = redacted(raw, redactor_for(contract, known))
    if report.problem:
        return Proposals(None, problem=report.problem)
    days = sorted({day(exchange.started) for exchange in report.exchanges})
    observed = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
    found = corrections(report, contract, observed)
    seen = state_periods(contract, behaviour_of(contract), report.exchanges)
    more, contradicted = learned(contract.document, seen, observed)
    shown = set(recorded.judge.coverage.seen())
    more += _confirmed(contract, report, shown, observed) if confirm else ()
    found = replace(found, actions=[*found.actions, *more])
    told = [f"{f.operation}: {f.message}, at {f.instance or f.pointer}" for f in found.uncorrected]
    return Proposals(
        found.document(),
        tuple(dict.fromkeys(action["description"] for action in found.actions)),
        (*told, *contradicted),
        tuple(unseen_lines(report)),
    )


def _confirmed(
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
