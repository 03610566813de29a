"""What recordings show and a contract does not state, as an overlay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.contract.behaviour.reading import behaviour_of
from greenroom.contract.model import Contract
from greenroom.http.exchange import Entry
from greenroom.http.timestamps import day
from greenroom.redaction.credentials import credentials_in
from greenroom.redaction.redactor import redactor_for

from ..reports.formats.overlay import corrections, document
from ..reports.formats.terminal import unseen_lines
from ..reports.redacted_report import redacted
from ..traffic.recording import RecordingJudge, judge_recording
from .confirmations import confirmed
from .lifecycles import learned
from .sightings import stays


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
    judge = RecordingJudge(contract, base_url)
    raw = judge_recording(contract, entries, target=target, base_url=base_url, judge=judge)
    known = credentials_in(contract, (each.request for each in raw.exchanges))
    report = redacted(raw, redactor_for(contract, known))
    if report.problem:
        return Proposals(None, problem=report.problem)
    days = sorted({day(exchange.started) for exchange in report.exchanges})
    observed = f"on {days[0]}" if len(days) == 1 else f"from {days[0]} to {days[-1]}"
    actions, uncorrected = corrections(report, contract, observed)
    seen = stays(contract, behaviour_of(contract), report.exchanges)
    more, contradicted = learned(contract.document, seen, observed)
    actions += more
    actions += confirmed(contract, report, judge.seen(), observed) if confirm else ()
    told = [f"{f.operation}: {f.message}, at {f.instance or f.pointer}" for f in uncorrected]
    return Proposals(
        document(report, contract, actions, uncorrected) if actions else None,
        tuple(dict.fromkeys(action["description"] for action in actions)),
        (*told, *contradicted),
        tuple(unseen_lines(report)),
    )
