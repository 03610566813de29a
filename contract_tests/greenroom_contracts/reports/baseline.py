"""Findings that are known and accepted until a day: reading, applying and writing the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from greenroom.contract.loading.parsing import parse_value, read_text
from greenroom.errors import GreenroomError
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

from ..finding import KINDS, Finding
from .yaml_text import dumped

DAYS = 30
_NEEDED = ("kind", "operation", "pointer", "until", "reason")
_OPTIONAL = ("detail", "owner")


class BaselineError(GreenroomError):
    """What is no baseline: the file, the place in it, and what would be right."""

    def __init__(self, file: str, pointer: str, message: str) -> None:
        super().__init__(f"{file}#{pointer}: {message}")


@dataclass(frozen=True, slots=True)
class Accepted:
    """One entry: a finding by kind, operation, pointer and, where it is given, detail.

    It is accepted up to and including the day `until`. `place` is its JSON pointer in the file.
    """

    kind: str
    operation: str
    pointer: str
    until: date
    reason: str
    detail: str | None = None
    owner: str = ""
    place: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is the one meant."""
        same = (self.kind, self.operation, self.pointer) == finding.identity[:3]
        return same and self.detail in (None, finding.detail)

    @property
    def told(self) -> str:
        """Until when, why, and by whom."""
        owner = f" ({self.owner})" if self.owner else ""
        return f"until {self.until.isoformat()}: {self.reason}{owner}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries of a file, in its order."""

    file: str
    entries: tuple[Accepted, ...]


def read(path: Path) -> Baseline:
    """Read a baseline, a list of entries in YAML or JSON. Raises GreenroomError.

    Each entry has `kind`, `operation`, `pointer`, `until` (a day, `2026-12-31`) and `reason`, and
    may have `detail` and `owner`.
    """
    file = str(path)
    listed = parse_value(read_text(path, file), file)
    if listed is None:
        return Baseline(file, ())
    if not isinstance(listed, list):
        raise BaselineError(file, "", "a baseline is a list of accepted findings")
    return Baseline(
        file, tuple(_entry(entry, file, ptr.join("", i)) for i, entry in enumerate(listed))
    )


def apply(
    findings: Iterable[Finding], baseline: Baseline, today: date
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """The findings with `accepted` set where an entry covers them, and notes.

    Notes tell of entries that have expired, which accept nothing, and of those without a finding.
    """
    valid = [entry for entry in baseline.entries if entry.until >= today]
    told: list[Finding] = []
    used: set[int] = set()
    for finding in findings:
        covering = [entry for entry in valid if entry.covers(finding)]
        used.update(map(id, covering))
        # The entry that says most about the finding, and of those the one that holds longest.
        best = max(covering, key=lambda e: (e.detail is not None, e.until), default=None)
        told.append(replace(finding, accepted=best.told) if best else finding)
    return tuple(told), tuple(_notes(baseline, today, used))


def _notes(baseline: Baseline, today: date, used: set[int]) -> Iterator[str]:
    for entry in baseline.entries:
        what = f"{baseline.file}#{entry.place}: {entry.kind} of {entry.operation or 'no operation'}"
        if entry.until < today:
            yield f"{what} expired on {entry.until.isoformat()} and accepts nothing any more"
        elif id(entry) not in used:
            yield f"{what} was not found; the entry can go"


def write(findings: Sequence[Finding], today: date, days: int = DAYS) -> str:
    """A baseline in YAML that accepts the findings for so many days; additions need none."""
    until = (today + timedelta(days=days)).isoformat()
    entries: dict[tuple[str, ...], dict[str, Any]] = {}
    for finding in findings:
        entry = {
            "kind": finding.kind,
            "operation": finding.operation,
            "pointer": finding.pointer,
            # What was redacted would never be found again.
            **({"detail": finding.detail} if finding.detail and MARK not in finding.detail else {}),
            "until": until,
            "reason": f"Not judged yet: {finding.message}",
        }
        key = (finding.kind, finding.operation, finding.pointer, str(entry.get("detail")))
        entries.setdefault(key, entry)
    return dumped(list(entries.values()))


def _entry(entry: Any, file: str, place: str) -> Accepted:
    if not isinstance(entry, dict):
        raise BaselineError(file, place, "an entry is a mapping")
    for name in entry:
        if name not in (*_NEEDED, *_OPTIONAL):
            known = ", ".join((*_NEEDED, *_OPTIONAL))
            raise BaselineError(file, ptr.join(place, name), f"unknown; an entry has {known}")
    for name in _NEEDED:
        if name not in entry:
            raise BaselineError(file, place, f"{name} is missing")
    for name, value in entry.items():
        if not isinstance(value, str):
            raise BaselineError(file, ptr.join(place, name), "a text is needed; quote it")
    if entry["kind"] not in KINDS:
        listed = ", ".join(KINDS)
        raise BaselineError(file, f"{place}/kind", f"no kind of finding; those are {listed}")
    if not entry["reason"].strip():
        raise BaselineError(file, f"{place}/reason", "say why it is accepted")
    try:
        until = date.fromisoformat(entry["until"])
    except ValueError as error:
        message = f"{entry['until']!r} is no day; write it as 2026-12-31"
        raise BaselineError(file, f"{place}/until", message) from error
    return Accepted(
        kind=entry["kind"],
        operation=entry["operation"],
        pointer=entry["pointer"],
        until=until,
        reason=" ".join(entry["reason"].split()),
        detail=entry.get("detail"),
        owner=entry.get("owner", ""),
        place=place,
    )
