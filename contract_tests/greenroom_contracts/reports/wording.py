"""The phrases of a report, for verdicts, provenance and findings, and the order of findings."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import KINDS, Finding
from ..report import CONFORMS, DRIFT, NOT_EXAMINED, OperationReport, Report

# The state of an operation that was neither planned nor examined.
LEFT_OUT = "left out"

_BASES = {
    "documented": "The vendor's document states this.",
    "published": "Other public material of the vendor states this.",
    "inferred": "Our guess was wrong: no document states this.",
    "disputed": "The vendor's sources contradict each other; the contract takes one side.",
}
_SILENT = "The contract does not name a source for this."
_INCOMPLETE = "Our guess was incomplete: no document states this."
_ADDITION = "An addition: clients that follow the contract are not affected."


def basis_sentence(finding: Finding) -> str:
    """The source of the statement that a finding is about."""
    if finding.is_addition and finding.is_guess:
        return _INCOMPLETE
    return _BASES.get(finding.basis or "", _SILENT)


def verdict_sentence(report: Report) -> str:
    """The verdict in one sentence, without the exit code."""
    count = len(report.drift)
    if report.verdict == DRIFT:
        guesses = sum(finding.is_guess for finding in report.drift)
        drift = f"{counted(count, 'difference')} from the contract"
        return f"{drift}, {_guessed(guesses, count)}." if guesses else f"{drift}."
    if report.verdict == CONFORMS:
        examined = sum(operation.examined for operation in report.operations)
        return f"{counted(examined, 'operation')} examined, no difference from the contract."
    if report.problem:
        return ended_early(report.problem)
    if report.not_examined:
        return f"{counted(len(report.not_examined), 'planned operation')} could not be examined."
    return "Nothing was planned, so nothing was examined."


def ended_early(problem: str) -> str:
    """Why a run ended early, as a sentence."""
    sentence = f"The run ended early: {problem.rstrip('.')}"
    return sentence if sentence.endswith("?") else f"{sentence}."


def _guessed(guesses: int, count: int) -> str:
    if guesses == count:
        return "where our guess was wrong" if count == 1 else "all where our guess was wrong"
    return f"{guesses} of them where our guess was wrong"


def drift_first(report: Report) -> list[tuple[Finding, bool]]:
    """The findings, each with whether it is drift; drift comes first."""
    drift = set(map(id, report.drift))
    return sorted(((f, id(f) in drift) for f in report.findings), key=lambda pair: not pair[1])


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 finding`, `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def state(operation: OperationReport, drift: int) -> str:
    """CONFORMS, DRIFT, NOT_EXAMINED or LEFT_OUT, by the number of its drift findings."""
    if drift:
        return DRIFT
    if operation.examined:
        return CONFORMS
    return NOT_EXAMINED if operation.planned else LEFT_OUT


def headline(finding: Finding) -> str:
    """One line for a finding: the title of its kind, the place, how often."""
    where = f" in {finding.instance}" if finding.instance else ""
    often = f" ({finding.count} times)" if finding.count > 1 else ""
    return f"{KINDS[finding.kind].title}{where}{often}"


def facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """The lines below the headline: label and text."""
    yield "message", finding.message
    if finding.expected and finding.seen:
        yield "expected", f"{finding.expected}; seen: {finding.seen}"
    elif finding.expected or finding.seen:
        yield ("expected", finding.expected) if finding.expected else ("seen", finding.seen)
    if finding.pointer:
        yield "contract", f"#{finding.pointer}"
    yield "basis", basis_sentence(finding)
    if finding.is_addition:
        yield "note", _ADDITION
    if finding.accepted:
        yield "accepted", finding.accepted
    if finding.curl:
        yield "repeat", finding.curl
