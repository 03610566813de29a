"""The phrases of a report, for verdicts, provenance and findings, and the order of findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from greenroom.printable import counted

from ..finding import DRIFT, KINDS, Finding
from ..report import CONFORMS, NOT_EXAMINED, OperationReport, Report

# The state of an operation that was neither planned nor examined.
LEFT_OUT = "left out"

_BASES = {
    "documented": "The vendor's document states this.",
    "published": "Other public material of the vendor states this.",
    "observed": "A server behaved so when it was recorded.",
    "inferred": "Our guess was wrong: no document states this.",
    "disputed": "The vendor's sources contradict each other; the contract takes one side.",
}
_SILENT = "The contract does not name a source for this."
_INCOMPLETE = "Our guess was incomplete: no document states this."
_ADDITION = "No document states this; clients that follow the contract are not affected."
_MOST_NAMES = 8


def basis_sentence(finding: Finding) -> str:
    """The source of the statement that a finding is about; an addition has none."""
    if finding.is_addition:
        return _INCOMPLETE if finding.is_guess else _ADDITION
    return _BASES.get(finding.basis or "", _SILENT)


def verdict_sentence(report: Report) -> str:
    """The verdict in one sentence, without the exit code."""
    count = len(report.drift)
    if report.verdict == DRIFT:
        guesses = sum(finding.is_guess for finding in report.drift)
        drift = f"{counted(count, 'difference')} from the contract"
        return f"{drift}, {_guessed(guesses, count)}." if guesses else f"{drift}."
    if report.verdict == CONFORMS:
        known = sum(bool(finding.accepted) for finding in report.findings)
        difference = f"no difference from the contract{f' but {known} accepted' if known else ''}"
        additions = len(report.findings) - known
        more = f", {counted(additions, 'addition')}" if additions else ""
        return f"{examined(report)}, {difference}{more}."
    if report.problem:
        return why_incomplete(report)
    if report.not_examined:
        return f"{counted(len(report.not_examined), 'planned operation')} could not be examined."
    return "Nothing was planned, so nothing was examined."


def outcome(report: Report) -> str:
    """The verdict, and why the run ended early if it did."""
    verdict, reason = verdict_sentence(report), why_incomplete(report) if report.problem else ""
    return verdict if reason in verdict else f"{verdict} {reason}"


def examined(report: Report) -> str:
    """How much was examined: operations, or payloads of a webhook."""
    if not report.operations:
        return f"{counted(len(report.exchanges), 'webhook payload')} examined"
    number = sum(operation.examined for operation in report.operations)
    return f"{counted(number, 'operation')} examined"


def why_incomplete(report: Report) -> str:
    """The problem of a report as a sentence."""
    problem = report.problem.rstrip(".")
    sentence = f"The run ended early: {problem}"
    if report.is_received:
        sentence = problem[:1].upper() + problem[1:]
    return sentence if sentence.endswith("?") else f"{sentence}."


def _guessed(guesses: int, count: int) -> str:
    if guesses == count:
        return "where our guess was wrong" if count == 1 else "all where our guess was wrong"
    return f"{guesses} of them where our guess was wrong"


def drift_first(report: Report) -> list[tuple[Finding, str]]:
    """The findings, each with what it counts as; drift comes first."""
    found = [(finding, finding.counts_as(report.strict)) for finding in report.findings]
    return sorted(found, key=lambda pair: pair[1] != DRIFT)


def some(names: Sequence[str], separator: str = ", ") -> str:
    """Names in one line, at most eight of them."""
    rest = len(names) - _MOST_NAMES
    return separator.join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def by_operation(report: Report) -> dict[str, Counter[str]]:
    """For each operation, and each webhook, how many of its findings count as what."""
    found: dict[str, Counter[str]] = {}
    for finding, label in drift_first(report):
        for operation in finding.operations:
            found.setdefault(operation, Counter())[label] += 1
    return found


def state(operation: OperationReport, drift: int) -> str:
    """CONFORMS, DRIFT, NOT_EXAMINED or LEFT_OUT, by the number of its drift findings."""
    if drift:
        return DRIFT
    if operation.examined:
        return CONFORMS
    return NOT_EXAMINED if operation.planned else LEFT_OUT


def headline(finding: Finding) -> str:
    """One line for a finding: the title of its kind, the place, how often."""
    # A header field is named without its message.
    joined = " in " if " " in finding.instance else ": "
    where = f"{joined}{finding.instance}" if finding.instance else ""
    often = f" ({finding.count} times)" if finding.count > 1 else ""
    return f"{KINDS[finding.kind].title}{where}{often}"


def facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """The lines below the headline: name and text."""
    yield "message", finding.sentence
    if finding.others:
        yield "operations", some(finding.operations)
    if finding.expected and finding.seen:
        yield "expected", f"{finding.expected}; seen: {finding.seen}"
    elif finding.expected or finding.seen:
        yield ("expected", finding.expected) if finding.expected else ("seen", finding.seen)
    if finding.pointer:
        yield "contract", f"#{finding.pointer}"
    yield "basis", basis_sentence(finding)
    if finding.accepted:
        yield "accepted", finding.accepted
    if finding.curl:
        yield "repeat", finding.curl
