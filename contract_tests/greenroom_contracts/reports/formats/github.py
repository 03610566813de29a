"""A report for GitHub Actions: annotations of the run, and the summary of the job.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex

from greenroom.printable import counted, plain

from ...finding import DRIFT, Finding
from ..by_statement import StatementFindings
from ..contents import ReportContents
from ..next_steps import advice_for
from ..wording import basis_sentence, outcome, some, why_incomplete

# GitHub shows ten annotations of a kind for a step; the last says how many there are more.
_MOST = 9
# In bytes; the limit of GitHub is 1 MiB for each step.
LARGEST_SUMMARY = 64_000
_LONGEST, _LONGEST_LINE = 300, 2000


def annotated(
    lines: Iterable[str], contents: ReportContents, repository: Path | None
) -> Iterator[str]:
    """Printed lines, in which GitHub reads no commands, and after them the annotations.

    `repository` is the folder of the caller's checkout, None if that is unknown.
    """
    token = token_hex(16)
    # A body in a curl line may have a line that looks like a command.
    yield f"::stop-commands::{token}"
    yield from lines
    yield f"::{token}::"
    yield from annotation_lines(contents, repository)


def annotation_lines(contents: ReportContents, repository: Path | None) -> Iterator[str]:
    """An error for each statement that differs, at most nine, and a warning if it is incomplete.

    Only a contract in the caller's own repository is named as a file.
    """
    report = contents.report
    differ = [statement for statement in contents.statements if statement.label == DRIFT]
    for statement in differ[:_MOST]:
        first = statement.findings[0]
        parts = (f"In {some(statement.operations)}.", _seen(first), advice_for(first))
        place = _place(statement, repository)
        yield _command("error", "\n".join(filter(None, parts)), title=statement.title, **place)
    if len(differ) > _MOST:
        more = f"{len(differ) - _MOST} more statements differ; the summary of the job has them."
        yield _command("error", more, title="greenroom check")
    if report.problem or report.not_examined:
        number = counted(len(report.not_examined), "planned operation")
        why = why_incomplete(report) if report.problem else f"{number} could not be examined."
        yield _command("warning", why, title="greenroom check: not examined")


def without_report(vendor: str, why: str) -> tuple[str, str]:
    """The annotation and the summary of a check that ends without a report, for example since it
    could not begin.
    """
    line = _command("error", why, title="greenroom check: no report")
    return line, f"## {_text(vendor)}: no report\n\n{_text(why, _LONGEST_LINE)}\n"


def summary(contents: ReportContents) -> str:
    """The summary of a job as Markdown of at most LARGEST_SUMMARY bytes; what is cut is counted."""
    report = contents.report
    title = f"## {_text(report.vendor)}: {report.verdict}"
    blocks = [f"{title}\n\n{_text(outcome(report))} Checked at {_code(report.target)}.\n"]
    if contents.steps:
        blocks.append("\n### What next\n\n")
    for step in contents.steps:
        blocks.append(f"1. **{_text(step.title)}.** {_text(step.advice)}\n")
        for purpose, line in step.lines:
            about = f"{_text(purpose)}{': ' if purpose and line else ''}"
            blocks.append(f"   - {about}{_code(line) if line else ''}\n")
    if contents.statements:
        blocks.append("\n### By statement\n\n|  | what differs | basis | place | in |\n")
        blocks.append("| --- | --- | --- | --- | --- |\n")
    for each in contents.statements:
        cells = (each.label, _text(each.title), each.basis or "", _code(each.place),
                 _code(some(each.operations)))  # fmt: skip
        blocks.append(f"| {' | '.join(cells)} |\n")
    blocks += map(_evidence, contents.statements)
    return _bounded(blocks)


def _bounded(blocks: list[str]) -> str:
    left, kept = LARGEST_SUMMARY - 100, 0
    for block in blocks:
        left -= len(block.encode())
        if left < 0:
            break
        kept += 1
    cut = len(blocks) - kept
    note = f"\n{counted(cut, 'further entry', 'further entries')} in report.html.\n" if cut else ""
    return "".join(blocks[:kept]) + note


def _evidence(statement: StatementFindings) -> str:
    """What was expected and seen, folded; a command that is cut would do something else."""
    lines = [basis_sentence(statement.findings[0]), f"contract: #{statement.pointer}"]
    for finding in statement.findings[:5]:
        lines += [finding.sentence, _seen(finding)]
        lines += [finding.curl] if len(finding.curl) <= _LONGEST_LINE else []
    shown = _text("\n".join(filter(None, lines)), 5 * _LONGEST_LINE, keep="\n")
    title = _text(statement.title)
    return f"\n<details><summary>{title}</summary>\n\n<pre>{shown}</pre>\n\n</details>\n"


def _seen(finding: Finding) -> str:
    pairs = (("Expected", finding.expected), ("seen", finding.seen), ("in", finding.instance))
    return ", ".join(f"{name} {value[:_LONGEST]}" for name, value in pairs if value)


def _place(statement: StatementFindings, repository: Path | None) -> dict[str, str]:
    """The file and line of a statement of a file in the caller's repository; else nothing."""
    file = Path(statement.file).resolve()
    installed = file.is_relative_to(Path(sys.prefix).resolve())
    if repository is None or installed or not file.is_relative_to(repository.resolve()):
        return {}
    line = {"line": str(statement.line)} if statement.line else {}
    return {"file": file.relative_to(repository.resolve()).as_posix(), **line}


def _command(name: str, message: str, **properties: str) -> str:
    """A workflow command; its texts are escaped as GitHub's own toolkit does."""
    named = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{name} {named}::{_escaped(message)}"


def _escaped(text: str, more: str = "") -> str:
    text = plain(text[:_LONGEST_LINE], keep="\n")
    return "".join(f"%{ord(c):02X}" if c in f"%\r\n{more}" else c for c in text)


def _text(text: str, longest: int = _LONGEST * 2, keep: str = "") -> str:
    """Text on one line of Markdown, in which neither Markdown nor HTML finds anything."""
    cut = text if len(text) <= longest else f"{text[:longest]}…"
    line = plain(cut if keep else " ".join(cut.split()), keep)
    return "".join(c if c.isalnum() or c in " ," or c > "\x7f" else f"&#{ord(c)};" for c in line)


def _code(text: str) -> str:
    return f"<code>{_text(text, _LONGEST)}</code>"
