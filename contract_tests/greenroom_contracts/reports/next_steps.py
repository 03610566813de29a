"""What to do about a report: one table, for the terminal, JUnit, the job summary and the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import join, quote

from greenroom.contract.model import Contract
from greenroom.printable import counted

from ..finding import ADDITION, DRIFT, Finding
from ..report import OperationReport, Report
from ..sending.target import credential_variable
from .by_statement import StatementFindings

ADDITIONS, LEFT_OUT = "additions", "left out"
_UNEXAMINED, _STOPPED, _GUESS, _LAX, _MOVED = "unexamined", "stopped", "guess", "lax", "moved"
_REFUSED = "refused"

# What was found, in the order of the steps: its name, and what to do.
_TABLE = {
    _STOPPED: (
        "The run ended early",
        "What it did not reach says nothing about the server: mend the cause, and check again.",
    ),
    _MOVED: (
        "The server differs from what is stated",
        "If the server is yours, mend it. If the vendor has changed its API, send them the request "
        "that repeats it, and change your client and then the contract. Until then, accept what is "
        "known: write a baseline, and give it to the next runs.",
    ),
    "gone": (
        "Operations are gone",
        "Is the base URL right? If many are gone, the server may have another version of the API; "
        "if only these are, ask the vendor what replaces them.",
    ),
    "server": (
        "The server failed",
        "Check again, since it may be temporary or too many requests at once. If it fails again, "
        "send the vendor the request that repeats it.",
    ),
    _LAX: (
        "The server accepts what it has to refuse",
        "Tell the vendor, and do not rely on this validation in your client.",
    ),
    _REFUSED: (
        "Documented requests are refused",
        "Does the account lack a permission, a plan or the data? Give values of your own. If these "
        "are refused too, the vendor has changed its API.",
    ),
    "disputed": (
        "The other side of a contradiction was right",
        "The vendor's sources contradict each other, and the contract took one side: change it.",
    ),
    _GUESS: (
        "Our guess was wrong",
        "No document states this; the contract guessed. Correct the contract, and the tests that "
        "rely on it.",
    ),
    _UNEXAMINED: ("Not examined", "Run the check again with what is missing."),
    ADDITIONS: (
        "Additions",
        "Nothing breaks for clients that follow the contract. To count them as drift:",
    ),
    LEFT_OUT: (
        "Left out: it needs your permission",
        "Each of these is sent only if you allow it, at the server that you name:",
    ),
}
_BY_KIND = {
    "server-error": "server", "operation-gone": "gone", "valid-request-refused": _REFUSED,
    "credential-not-enforced": _LAX,
}  # fmt: skip
_BY_BASIS = {"inferred": _GUESS, "disputed": "disputed"}
_DOES = {
    "contact": "reaches a person", "cost": "costs money or credits",
    "subscribe": "sends data to an address from now on", "delete": "deletes", "change": "changes",
    "create": "creates",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `topic` is a key of the table, `title` says what was found and how often.

    `lines` are options to add, or commands, each with what it is for, which may be empty.
    """

    topic: str
    title: str
    advice: str
    statements: tuple[StatementFindings, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()


def advice_for(finding: Finding) -> str:
    """What to do about a finding that is drift."""
    return ". ".join(_TABLE[_topic(finding)])


def options_for(operation: OperationReport) -> str:
    """The options that the reason for not examining an operation names, as they are typed."""
    name, why = operation.operation, operation.why_not
    found = ["--allow-writes"] if "--allow-writes" in why else []
    if re.search(rf"--allow {re.escape(name)}(?:\W|$)", why):
        found.append(f"--allow {quote(name)}")
    parameters = re.findall(rf"--param {re.escape(name)}\.(.+?)=", why)
    found += [f"--param {quote(f'{name}.{each}')}=…" for each in parameters]
    found += [f"--body {quote(name)}=FILE"] if f"--body {name}=FILE" in why else []
    found += ["--receiver URL"] if "--receiver URL" in why else []
    return " ".join(found)


def next_steps(
    report: Report,
    statements: Sequence[StatementFindings],
    contract: Contract,
    overlay: Path | None = None,
) -> list[Step]:
    """What to do about a redacted report, in the order of the table; empty if there is nothing.

    `overlay` is the file of the corrections, None without one.
    """
    about: dict[str, list[StatementFindings]] = {}
    for statement in statements:
        if statement.label == ADDITION:
            about.setdefault(ADDITIONS, []).append(statement)
        elif statement.label == DRIFT:
            # The new name of a renamed member is about another statement.
            own = (f for f in statement.findings if f.pointer == statement.pointer)
            for topic in dict.fromkeys(map(_topic, own)):
                about.setdefault(topic, []).append(statement)
    command = ["greenroom", "overlay", "apply", contract.file, str(overlay)]
    correction = ("prints a corrected contract", join(command))
    baseline = f"{report.vendor}-baseline.yaml"
    lines = {
        _MOVED: [("once", f"--write-baseline {baseline}"), ("then", f"--baseline {baseline}")],
        _REFUSED: _own_values(about.get(_REFUSED, ()), contract),
        "disputed": [(each.note, each.place) for each in about.get("disputed", ())],
        _GUESS: [correction if overlay else ("correct it in", contract.file)],
        ADDITIONS: [("", "--strict")],
    }
    steps = list(_of_operations(report))
    for topic, found in about.items():
        step = _step(topic, lines.get(topic, ()), counted(len(found), "statement"))
        steps.append(replace(step, statements=tuple(found)))
    order = list(_TABLE)
    return sorted(steps, key=lambda step: order.index(step.topic))


def _topic(finding: Finding) -> str:
    """The row of the table for a finding that is drift."""
    if finding.kind == "invalid-request-accepted" and not finding.is_guess:
        return _LAX
    return _BY_KIND.get(finding.kind) or _BY_BASIS.get(finding.basis or "", _MOVED)


def _own_values(
    statements: Iterable[StatementFindings], contract: Contract
) -> list[tuple[str, str]]:
    known = {operation.id: operation for operation in contract.operations}
    lines = []
    for name in dict.fromkeys(name for each in statements for name in each.operations):
        operation = known.get(name)
        lines += [f"--body {quote(name)}=FILE"] if operation and operation.body else []
        identifiers = (p.name for p in operation.parameters if p.identifier) if operation else ()
        lines += [f"--param {quote(f'{name}.{each}')}=…" for each in identifiers]
    return [("", line) for line in lines]


def _of_operations(report: Report) -> Iterator[Step]:
    if report.problem and not report.is_received:
        is_refused = "credential is refused" in report.problem
        wanted = [("set another credential", credential_variable(report.vendor))]
        yield _step(_STOPPED, wanted if is_refused else ())
    elif report.not_examined:
        options = [(each, options_for(each)) for each in report.not_examined]
        # A reason that names no option says itself what is missing.
        lines = [("" if o else f"{each.operation}: {each.why_not}", o) for each, o in options]
        yield _step(_UNEXAMINED, lines, counted(len(lines), "operation"))
    left = [o for o in report.operations if not (o.planned or o.examined) and options_for(o)]
    together: dict[tuple[str, str], list[str]] = {}
    for each in left:
        does = " and ".join(text for name, text in _DOES.items() if name in each.effects)
        key = (does or "has no x-effect, so it may do anything", options_for(each))
        together.setdefault(key, []).append(each.operation)
    if left:
        lines = [(f"{', '.join(n)}: {does}", options) for (does, options), n in together.items()]
        yield _step(LEFT_OUT, lines, counted(len(left), "operation"))


def _step(topic: str, lines: Iterable[tuple[str, str]], number: str = "") -> Step:
    title, advice = _TABLE[topic]
    return Step(topic, f"{title}: {number}" if number else title, advice, lines=tuple(lines))
