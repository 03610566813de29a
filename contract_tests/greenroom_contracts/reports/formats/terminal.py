"""The output of `greenroom check` at the end of a run.

rich, which comes with schemathesis, was tried and is not used: it passes escape sequences of a
vendor on to the terminal, reads `[...]` as markup, truncates long paths and breaks curl commands,
so escaping, wrapping and the unwrapped lines would still be needed here. Importing it takes 90 ms.
"""

from __future__ import annotations

import os
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TextIO

from greenroom.printable import counted, plain

from ...finding import ACCEPTED, ADDITION, DRIFT
from ...report import CONFORMS, NOT_EXAMINED, OperationReport, Report
from .. import next_steps
from ..next_steps import Step
from ..wording import (
    LEFT_OUT,
    by_operation,
    drift_first,
    facts,
    headline,
    outcome,
    some,
    state,
)

_WIDTH = 80
_MOST, _MOST_LINES = 100, 10
_RESET = "\x1b[0m"
_COLOURS = {CONFORMS: "\x1b[32m", DRIFT: "\x1b[31m", NOT_EXAMINED: "\x1b[33m", LEFT_OUT: "\x1b[2m"}
_MEANINGS = {
    CONFORMS: "conforms",
    DRIFT: "drift from the contract",
    NOT_EXAMINED: "something planned was not examined",
}
_COLUMN = max(map(len, _COLOURS))
# Colours a text by a state, or returns it as it is.
_Colour = Callable[[str, str], str]
# Lines for copying are not wrapped.
_UNWRAPPED = ("repeat", "contract")


def is_colourful(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream is a terminal with colours, and NO_COLOR is not set."""
    wanted = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return wanted and stream.isatty()


def report_lines(
    report: Report,
    *,
    coloured: bool = False,
    written: Iterable[str] = (),
    steps: Iterable[Step] = (),
) -> Iterator[str]:
    """A redacted report as lines of at most 80 columns; lines for copying may be longer.

    `written` are lines about files, which come before the verdict. Control characters are escaped,
    but for those of the colours.
    """

    def colour(state: str, text: str) -> str:
        return f"{_COLOURS[state]}{text}{_RESET}" if coloured and text else text

    yield from _wrapped(f"{report.vendor} at {report.target}")
    yield ""
    # After a wrong address or credential, the same reason at every operation says nothing more.
    if not report.problem or report.findings or any(o.examined for o in report.operations):
        yield from _table(report, colour)
        yield from _findings(report, colour)
        for line in (*unseen_lines(report), *_left_out(report), *_webhooks(report)):
            yield from _wrapped(line)
    for left in report.leftovers:
        yield from _wrapped(f"left behind by {left.operation}: {left.identifiers}; {left.why}")
    for note in report.notes:
        yield from _wrapped(f"note: {note}")
    yield from map(plain, written)
    yield from _what_next(steps)
    yield ""
    meaning = f"(exit code {report.exit_code}: {_MEANINGS[report.verdict]})"
    for line in _wrapped(f"{report.verdict}: {outcome(report)} {meaning}"):
        yield colour(report.verdict, line)


def _what_next(steps: Iterable[Step]) -> Iterator[str]:
    """The steps that the verdict asks for; what was left out stands above, with its options."""
    silent = (next_steps.ADDITIONS, next_steps.LEFT_OUT)
    wanted = [step for step in steps if step.topic not in silent]
    if wanted:
        yield "what next:"
    for step in wanted:
        yield from _wrapped(f"{step.title}. {step.advice}", "  ", "    ")
        for purpose, line in step.lines[:_MOST_LINES]:
            if purpose:
                yield from _wrapped(f"{purpose}:" if line else purpose, "    ", "      ")
            yield from [f"      {plain(line)}"] if line else ()
        if (rest := len(step.lines) - _MOST_LINES) > 0:
            yield f"    and {rest} more"


def _table(report: Report, colour: _Colour) -> Iterator[str]:
    labels = by_operation(report)
    longest = max((len(plain(o.operation)) for o in report.operations), default=0)
    for operation in report.operations:
        found = labels.get(operation.operation, Counter())
        nouns = {DRIFT: "difference", ADDITION: "addition"}
        numbers = [counted(found[name], noun) for name, noun in nouns.items() if found[name]]
        numbers += [f"{found[ACCEPTED]} accepted"] if found[ACCEPTED] else []
        known = state(operation, found[DRIFT])
        yield from _row(operation, known, ", ".join(numbers), min(longest, 28), colour)
    if report.operations:
        yield ""


def _row(
    operation: OperationReport, known: str, numbers: str, column: int, colour: _Colour
) -> Iterator[str]:
    mark = colour(known, known.ljust(_COLUMN))
    name = plain(operation.operation).ljust(column)
    path = plain(f"{operation.method} {operation.path}")
    line = "  ".join(part for part in (path, numbers) if part)
    indent = " " * (_COLUMN + 2)
    if _COLUMN + len(name) + len(line) + 4 <= _WIDTH:
        yield f"{mark}  {name}  {line}".rstrip()
    else:
        yield f"{mark}  {name}".rstrip() + (f"  {numbers}" if numbers else "")
        yield from _wrapped(path, indent)
    if known in (NOT_EXAMINED, DRIFT) and operation.why_not:
        yield from _wrapped(operation.why_not, indent)


def _findings(report: Report, colour: _Colour) -> Iterator[str]:
    for finding, label in drift_first(report)[:_MOST]:
        more = f" and {len(finding.others)} more" if finding.others else ""
        operation = f"{finding.operation or 'no operation'}{more}"
        for line in _wrapped(f"{label}: {operation}: {headline(finding)}"):
            yield colour(DRIFT if label == DRIFT else LEFT_OUT, line)
        for name, text in facts(finding):
            if name in _UNWRAPPED:
                # A body may have several lines.
                yield f"  {name}: " + plain(text, keep="\n\t")
            else:
                yield from _wrapped(f"{name}: {text}", "  ", "    ")
        yield ""
    if (rest := len(report.findings) - _MOST) > 0:
        yield f"{counted(rest, 'further finding')}; --report DIR writes all of them"
        yield ""


def unseen_lines(report: Report) -> Iterator[str]:
    """What is documented and never appeared, although its operation was called."""
    listed = {
        "documented field": [u.name for u in report.unseen if not u.value],
        "listed value": [f"{u.name} = {u.value}" for u in report.unseen if u.value],
        "documented response": [f"{s.operation} {s.status}" for s in report.missed],
    }
    for what, names in listed.items():
        if names:
            number = counted(len(names), what)
            yield f"never seen: {number}: {some(names)} (for information only)"


def _left_out(report: Report) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for operation in report.operations:
        if not operation.planned and not operation.examined:
            reasons.setdefault(operation.why_not or "not planned", []).append(operation.operation)
    for reason, names in reasons.items():
        yield f"left out: {', '.join(names)}: {reason}"


def _webhooks(report: Report) -> Iterator[str]:
    unseen = [webhook.operation for webhook in report.webhooks if not webhook.seen]
    if unseen:
        yield f"webhooks not judged: {some(unseen)}"


def _wrapped(text: str, indent: str = "", following: str | None = None) -> list[str]:
    """Lines of an escaped text; a word longer than a line is cut at its end."""
    continued = (indent or "  ") if following is None else following
    text = plain(" ".join(text.split()))
    return textwrap.wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=continued, break_on_hyphens=False
    ) or [""]
