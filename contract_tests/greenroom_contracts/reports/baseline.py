"""A baseline of findings that are accepted until a given day: reading, applying, writing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from greenroom.contract.loading.parsing import parse_value, read_text
from greenroom.contract.loading.yaml12 import dump
from greenroom.errors import GreenroomError
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

from ..finding import KINDS, Finding

DAYS = 30
_NEEDED = ("kind", "operation", "pointer", "until", "reason")
_OPTIONAL = ("detail", "owner")


class BaselineError(GreenroomError):
    """A file that is not a valid baseline: the file, the place in it, and what is expected."""

    def __init__(self, file: str, pointer: str, message: str) -> None:
        super().__init__(f"{file}#{pointer}: {message}")


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """One entry: a finding by kind, operation, pointer and, if given, detail.

    It is accepted up to and including the day `until`. `place` is the file with its JSON pointer.
    """

    kind: str
    operation: str
    pointer: str
    until: date
    reason: str
    detail: str | None = None
    owner: str = ""
    place: str = ""

    def covers(self, finding: Finding, operation: str) -> bool:
        """Whether the entry accepts the finding in one of its operations."""
        named = (self.kind, self.operation, self.pointer)
        same = named == (finding.kind, operation, finding.pointer)
        return same and self.detail in (None, finding.detail)

    @property
    def summary(self) -> str:
        """Until when, why, and accepted by whom."""
        owner = f" ({self.owner})" if self.owner else ""
        return f"until {self.until.isoformat()}: {self.reason}{owner}"


def read(path: Path) -> tuple[BaselineEntry, ...]:
    """Read a baseline, a list of entries in YAML or JSON. Raises GreenroomError.

    Each entry has `kind`, `operation`, `pointer`, `until` (a date, `2026-12-31`) and `reason`, and
    may have `detail` and `owner`.
    """
    file = str(path)
    listed = parse_value(read_text(path, file), file)
    if not isinstance(listed, list | None):
        raise BaselineError(file, "", "a baseline must be a list of accepted findings")
    return tuple(_entry(entry, file, ptr.join("", i)) for i, entry in enumerate(listed or ()))


def apply(
    findings: Iterable[Finding], entries: Sequence[BaselineEntry], today: date
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings with `accepted` set where an entry covers them, and notes.

    A finding of several operations needs an entry for each; it stays for those without one.
    The notes name entries that have expired, which accept nothing, and those without a finding.
    """
    valid = [entry for entry in entries if entry.until >= today]
    marked: list[Finding] = []
    used: set[int] = set()
    for finding in findings:
        # The operations by the summary of the entry that covers them, empty without one.
        covered: dict[str, list[str]] = {}
        for operation in finding.operations:
            covering = [entry for entry in valid if entry.covers(finding, operation)]
            used.update(map(id, covering))
            # The most specific entry, and of several the one that is valid longest.
            best = max(covering, key=lambda e: (e.detail is not None, e.until), default=None)
            covered.setdefault(best.summary if best else "", []).append(operation)
        marked += [
            replace(finding, operation=first, others=tuple(others), accepted=summary)
            for summary, (first, *others) in covered.items()
        ]
    return tuple(marked), tuple(_notes(entries, today, used))


def _notes(entries: Iterable[BaselineEntry], today: date, used: set[int]) -> Iterator[str]:
    for entry in entries:
        subject = f"{entry.place}: {entry.kind} of {entry.operation or 'no operation'}"
        if entry.until < today:
            yield f"{subject} expired on {entry.until.isoformat()} and has no effect"
        elif id(entry) not in used:
            yield f"{subject} matches no finding; remove the entry"


def write(findings: Sequence[Finding], today: date) -> str:
    """A baseline in YAML that accepts the findings for thirty days."""
    until = (today + timedelta(days=DAYS)).isoformat()
    entries: dict[tuple[str, ...], dict[str, Any]] = {}
    for finding, operation in ((f, operation) for f in findings for operation in f.operations):
        entry = {
            "kind": finding.kind,
            "operation": operation,
            "pointer": finding.pointer,
            # A redacted value would match no finding.
            **({"detail": finding.detail} if finding.detail and MARK not in finding.detail else {}),
            "until": until,
            "reason": f"Not reviewed yet: {finding.message}",
        }
        key = (finding.kind, operation, finding.pointer, str(entry.get("detail")))
        entries.setdefault(key, entry)
    return dump(list(entries.values()))


def _entry(entry: Any, file: str, place: str) -> BaselineEntry:
    if not isinstance(entry, dict):
        raise BaselineError(file, place, "an entry must be a mapping")
    known = (*_NEEDED, *_OPTIONAL)
    for name, value in entry.items():
        if name not in known:
            message = f"unknown key; an entry has {', '.join(known)}"
            raise BaselineError(file, ptr.join(place, name), message)
        if not isinstance(value, str):
            raise BaselineError(file, ptr.join(place, name), "must be a string; put it in quotes")
    for name in _NEEDED:
        if name not in entry:
            raise BaselineError(file, place, f"{name} is missing")
    if entry["kind"] not in KINDS:
        listed = ", ".join(KINDS)
        raise BaselineError(file, f"{place}/kind", f"not a kind of finding; the kinds are {listed}")
    if not entry["reason"].strip():
        raise BaselineError(file, f"{place}/reason", "give the reason why it is accepted")
    try:
        until = date.fromisoformat(entry["until"])
    except ValueError as error:
        message = f"{entry['until']!r} is not a valid date; write it as 2026-12-31"
        raise BaselineError(file, f"{place}/until", message) from error
    reason = " ".join(entry["reason"].split())
    return BaselineEntry(**{**entry, "until": until, "reason": reason, "place": f"{file}#{place}"})
