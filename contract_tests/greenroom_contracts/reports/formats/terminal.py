"""What `greenroom check` prints: where it is while it runs, and what it found at the end."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TextIO

from greenroom.printable import plain

from ...finding import Finding
from ...report import CONFORMS, DRIFT, NOT_EXAMINED, OperationReport, Report
from ..wording import LEFT_OUT, UNEXAMINED, counted, facts, headline, state, verdict_sentence

WIDTH = 80
_MOST = 100
_MOST_NAMES = 8
_RESET = "\x1b[0m"
_COLOURS = {CONFORMS: "\x1b[32m", DRIFT: "\x1b[31m", UNEXAMINED: "\x1b[33m", LEFT_OUT: "\x1b[2m"}
_MEANINGS = {
    CONFORMS: "conforms",
    DRIFT: "drift from the contract",
    NOT_EXAMINED: "something planned was not examined",
}
_COLUMN = max(map(len, _COLOURS))
# Lines that are copied stand as they are.
_WHOLE = ("repeat", "contract")


def is_colourful(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream is a terminal that takes colours, and nobody asked for none."""
    wanted = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    return wanted and stream.isatty()


def report_lines(
    report: Report, *, coloured: bool = False, width: int = WIDTH, written: Iterable[str] = ()
) -> Iterator[str]:
    """A redacted report as lines of at most `width` columns, but for what is to be copied.

    `written` are lines about files, which come before the verdict. Nothing in a line is anything
    that a terminal would act on, but for colours.
    """
    paint = _Paint(coloured)
    yield from _wrapped(f"{report.vendor} at {report.target}", width)
    yield ""
    yield from _table(report, paint, width)
    yield from _findings(report, paint, width)
    for line in (*_unseen(report), *_left_out(report), *_webhooks(report)):
        yield from _wrapped(line, width)
    for left in report.leftovers:
        said = f"left behind: {left.operation} created {left.identifiers}; {left.why}"
        yield from _wrapped(said, width)
    for note in report.notes:
        yield from _wrapped(f"note: {note}", width)
    for line in written:
        yield plain(line)
    yield ""
    verdict = f"{report.verdict}: {verdict_sentence(report)}"
    if report.problem and report.problem.rstrip(".") not in verdict:
        verdict += f" The run ended early: {report.problem.rstrip('.')}."
    meaning = f"(exit code {report.exit_code}: {_MEANINGS[report.verdict]})"
    for line in _wrapped(f"{verdict} {meaning}", width):
        yield paint(report.verdict, line)


class _Paint:
    """Colours a text by a state, or leaves it."""

    def __init__(self, coloured: bool) -> None:
        self._coloured = coloured

    def __call__(self, known: str, text: str) -> str:
        return f"{_COLOURS[known]}{text}{_RESET}" if self._coloured and text else text


def _table(report: Report, paint: _Paint, width: int) -> Iterator[str]:
    drift = _count(report.drift)
    total = _count(report.findings)
    longest = max((len(plain(o.operation)) for o in report.operations), default=0)
    for operation in report.operations:
        found = drift.get(operation.operation, 0)
        known = state(operation, found)
        more = total.get(operation.operation, 0) - found
        yield from _row(operation, known, (found, more), min(longest, 28), paint, width)
    if report.operations:
        yield ""


def _row(
    operation: OperationReport,
    known: str,
    found: tuple[int, int],
    column: int,
    paint: _Paint,
    width: int,
) -> Iterator[str]:
    numbers = [counted(found[0], "difference")] if found[0] else []
    if found[1]:
        numbers.append(f"{found[1]} to note")
    mark = paint(known, known.ljust(_COLUMN))
    name = plain(operation.operation).ljust(column)
    path = plain(f"{operation.method} {operation.path}")
    said = ", ".join(numbers)
    line = "  ".join(part for part in (path, said) if part)
    indent = " " * (_COLUMN + 2)
    if _COLUMN + len(name) + len(line) + 4 <= width:
        yield f"{mark}  {name}  {line}".rstrip()
    else:
        yield f"{mark}  {name}".rstrip() + (f"  {said}" if said else "")
        yield from _wrapped(path, width, indent)
    if known in (UNEXAMINED, DRIFT) and operation.why_not:
        yield from _wrapped(operation.why_not, width, indent)


def _findings(report: Report, paint: _Paint, width: int) -> Iterator[str]:
    drift = set(map(id, report.drift))
    order = sorted(report.findings, key=lambda finding: id(finding) not in drift)
    for finding in order[:_MOST]:
        known = DRIFT if id(finding) in drift else LEFT_OUT
        yield from _finding(finding, known, paint, width)
        yield ""
    if len(order) > _MOST:
        yield f"{counted(len(order) - _MOST, 'further finding')}; the report has all of them"
        yield ""


def _finding(finding: Finding, known: str, paint: _Paint, width: int) -> Iterator[str]:
    label = "drift" if known == DRIFT else "accepted" if finding.accepted else "addition"
    title = f"{label}: {finding.operation or 'no operation'}: {headline(finding)}"
    for line in _wrapped(title, width):
        yield paint(known, line)
    for name, text in facts(finding):
        if name in _WHOLE:
            # A body may have several lines.
            yield f"  {name}: " + plain(text, keep="\n\t")
        else:
            yield from _wrapped(f"{name}: {text}", width, "  ", "    ")


def _unseen(report: Report) -> Iterator[str]:
    fields = [unseen for unseen in report.unseen if not unseen.value]
    values = [unseen for unseen in report.unseen if unseen.value]
    for listed, what in ((fields, "documented field"), (values, "listed value")):
        if listed:
            names = (f"{u.name} = {u.value}" if u.value else u.name for u in listed)
            yield f"never seen: {counted(len(listed), what)}: {_some(list(names))}"
    called = {o.operation for o in report.operations if o.requests}
    missing = [s for s in report.statuses if not s.seen and s.operation in called]
    if missing:
        names = (f"{status.operation} {status.status}" for status in missing)
        yield f"never seen: {counted(len(missing), 'documented answer')}: {_some(list(names))}"


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
        yield f"webhooks not judged: {_some(unseen)}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    rest = len(names) - _MOST_NAMES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _count(findings: Iterable[Finding]) -> dict[str, int]:
    found: dict[str, int] = {}
    for finding in findings:
        found[finding.operation] = found.get(finding.operation, 0) + 1
    return found


def _wrapped(text: str, width: int, indent: str = "", following: str | None = None) -> list[str]:
    """Lines of a text, made harmless; what has no spaces is cut where the line ends."""
    below = (indent or "  ") if following is None else following
    return textwrap.wrap(
        plain(" ".join(text.split())),
        width,
        initial_indent=indent,
        subsequent_indent=below,
        break_on_hyphens=False,
    ) or [""]
