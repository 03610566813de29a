"""The findings of a report by the statement of the contract that they are about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from greenroom.contract.loading.source_lines import lines_of
from greenroom.contract.model import Contract
from greenroom.contract.provenance import provenance_at
from greenroom.schema import json_pointer as ptr
from greenroom.schema.subschemas import types_of

from ..finding import ACCEPTED, ADDITION, DRIFT, Finding
from ..report import Report

_LABELS = (DRIFT, ADDITION, ACCEPTED)
_BASES = ("documented", "published", None, "disputed", "observed", "inferred")
_MOST_LINES, _LONGEST_LINE = 7, 200
# By the first character; a long value is cut.
_JSON_TYPES = {
    '"': "string", "{": "object", "[": "array", "t": "boolean", "f": "boolean", "n": "null",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StatementFindings:
    """A statement of a contract, by pointer and basis, and the findings about it.

    `label` is what they count as: drift, addition or accepted. `renamed` has the members that seem
    to have another name now, each with that name; their findings are both among the findings.
    `line` is the statement's in `file`, 0 if that is unknown; `excerpt` has its first lines with
    their numbers. `source` is the document that states it, `note` what the contract says of it.
    """

    pointer: str
    basis: str | None
    label: str
    findings: tuple[Finding, ...]
    renamed: tuple[tuple[str, str], ...] = ()
    file: str = ""
    line: int = 0
    excerpt: tuple[tuple[int, str], ...] = ()
    source: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """A name for links to it, with characters that a URL fragment may have."""
        return anchor("statement", f"{self.label} {self.basis} {self.pointer}")

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation, or webhook, where a difference from it was seen."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.operations))

    @property
    def place(self) -> str:
        """File and line, or file and pointer where the line is unknown."""
        return f"{self.file}:{self.line}" if self.line else f"{self.file}#{self.pointer}"

    @property
    def title(self) -> str:
        """What differs, in one line."""
        if self.renamed:
            return "; ".join(f"{old} seems to be called {new} now" for old, new in self.renamed)
        more = len({finding.message for finding in self.findings}) - 1
        return self.findings[0].sentence + (f", and {more} more" if more else "")


def anchor(kind: str, name: str) -> str:
    """The id of a part of a page, with characters that a URL fragment may have."""
    return f"{kind}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:12]}"


def by_statement(report: Report, contract: Contract) -> list[StatementFindings]:
    """The findings of a redacted report, grouped by pointer, basis and label.

    First drift, of documented statements, published, disputed and guessed ones, then additions,
    then accepted findings.
    """
    # Both halves of a rename are told at the statement that has the old name.
    pairs = _renamed(report.findings, contract.document)
    old_of = {id(new): old for old, new in pairs}
    names = {id(old): (old.detail, new.detail) for old, new in pairs}
    groups: dict[tuple[str, str | None, str], list[Finding]] = {}
    for finding in report.findings:
        about = old_of.get(id(finding), finding)
        label = about.counts_as(report.strict)
        groups.setdefault((label, about.basis, about.pointer), []).append(finding)
    lines = lines_of(contract.text, (pointer for _, _, pointer in groups))
    text = contract.text.splitlines()
    found = []
    for (label, basis, pointer), members in groups.items():
        ranked = sorted(members, key=lambda f: id(f) in old_of)
        first, last = lines.get(pointer, (0, 0))
        source, note = _provenance(contract.document, pointer)
        found.append(
            StatementFindings(
                pointer, basis, label, tuple(ranked),
                tuple(names[id(f)] for f in ranked if id(f) in names),
                contract.file, first, tuple(_excerpt(text, first, last)), source, note,
            )
        )  # fmt: skip
    order = {basis: i for i, basis in enumerate(_BASES)}
    return sorted(found, key=lambda s: (_LABELS.index(s.label), order.get(s.basis, len(order))))


def _excerpt(text: list[str], first: int, last: int) -> Iterator[tuple[int, str]]:
    for number in range(first, min(last, first + _MOST_LINES - 1) + 1 if first else 0):
        line = text[number - 1]
        yield number, line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …"


def _provenance(document: Any, pointer: str) -> tuple[str, str]:
    """The document that a statement comes from, with its date, and the note of the contract."""
    found = provenance_at(document, pointer)
    if found is None:
        return "", ""
    sources = document.get("info", {}).get("x-sources")
    named = sources.get(found.source) if isinstance(sources, dict) else None
    about = named if isinstance(named, dict) else {}
    parts = (f"“{found.at}”" if found.at else "", str(about.get("title", found.source)))
    date = f" ({about['date']})" if about.get("date") else ""
    return ", ".join(filter(None, parts)) + date, found.note


def _renamed(findings: Iterable[Finding], document: Any) -> list[tuple[Finding, Finding]]:
    """The pairs of a missing field and one that is not documented but takes its place.

    They are of the same object, and have the same name but for case and separators, or are the only
    ones there and have the same type.
    """
    olds: dict[tuple[str, str], list[Finding]] = {}
    news: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if finding.detail and finding.kind in ("missing-field", "undocumented-field"):
            found = olds if finding.kind == "missing-field" else news
            found.setdefault((finding.operation, _place(finding)), []).append(finding)
    pairs = []
    for place, missing in olds.items():
        left = news.get(place, [])
        are_alone = len(missing) == len(left) == 1
        for old in missing:
            alike = [f for f in left if _letters(f.detail) == _letters(old.detail)]
            if not alike and are_alone:
                alike = [f for f in left if _has_type(f.seen, old, document)]
            if alike:
                pairs.append((old, alike[0]))
                left.remove(alike[0])
    return pairs


def _place(finding: Finding) -> str:
    """The object that a field is in, for all items of an array alike."""
    steps = finding.instance.rpartition("/")[0].split("/")
    return "/".join(step for step in steps if not step.isdecimal())


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _has_type(seen: str, old: Finding, document: Any) -> bool:
    """Whether a value, given as JSON, is of a type that the schema of a missing field has."""
    where = ptr.join(old.pointer.rpartition("/")[0], "properties", old.detail)
    try:
        types = types_of(document, where)
    except LookupError:
        return False
    kind = _JSON_TYPES.get(seen[:1], "number")
    return kind in types or (kind == "number" and "integer" in types and "." not in seen)
