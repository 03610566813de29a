"""Baselines: known findings are accepted until a given day, and no others."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from reporting import HOSTILE, everything, finding, reported

from greenroom.errors import GreenroomError
from greenroom.redaction.secrets import MARK
from greenroom_contracts.finding import Finding
from greenroom_contracts.reports.baseline import BaselineEntry, apply, read, write

TODAY = date(2026, 11, 22)
ENTRY = {
    "kind": "missing-field",
    "operation": "getCandidate",
    "pointer": "/components/schemas/Candidate/required",
    "until": "2026-12-31",
    "reason": "The vendor repairs it",
}


def baseline(tmp_path: Path, *entries: Any, text: str | None = None) -> tuple[BaselineEntry, ...]:
    """A baseline, read from a file."""
    path = tmp_path / "known.yaml"
    path.write_text(json.dumps(entries) if text is None else text, encoding="utf-8")
    return read(path)


def accepted(tmp_path: Path, entry: dict[str, Any], found: Finding | None = None) -> str:
    """The `accepted` of a finding by an entry."""
    (marked,), _ = apply([found or finding()], baseline(tmp_path, entry), TODAY)
    return marked.accepted


def test_a_known_finding_is_accepted(tmp_path: Path) -> None:
    """Until a day, with the reason."""
    assert accepted(tmp_path, ENTRY) == "until 2026-12-31: The vendor repairs it"


def test_the_owner_is_in_the_summary(tmp_path: Path) -> None:
    """The person or team in charge of the entry."""
    entry = {**ENTRY, "owner": "integrations"}

    assert accepted(tmp_path, entry) == "until 2026-12-31: The vendor repairs it (integrations)"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"detail": "stage"}, True),
        ({"detail": "id"}, False),
        ({"detail": ""}, False),
        ({"kind": "wrong-type"}, False),
        ({"operation": "other"}, False),
        ({"pointer": "/components"}, False),
        ({"until": "2026-11-22"}, True),
        ({"until": "2026-11-21"}, False),
    ],
)
def test_only_the_finding_of_the_entry_is_accepted(
    tmp_path: Path, change: dict[str, str], expected: bool
) -> None:
    """By kind, operation, pointer and detail, through the last day."""
    assert bool(accepted(tmp_path, {**ENTRY, **change})) is expected


def test_an_accepted_finding_is_not_drift(tmp_path: Path) -> None:
    """A finding without an entry is."""
    found, _ = apply([finding()], baseline(tmp_path, ENTRY), TODAY)

    assert reported(*found).verdict == "conforms"
    assert reported(*found, finding("wrong-type")).verdict == "drift"


def test_the_most_specific_entry_accepts_a_finding(tmp_path: Path) -> None:
    """Of equally specific ones, the one that is valid longest."""
    entries = [
        {**ENTRY, "reason": "any"},
        {**ENTRY, "detail": "stage", "reason": "short", "until": "2026-12-01"},
        {**ENTRY, "detail": "stage", "reason": "long", "until": "2026-12-02"},
    ]

    (marked,), notes = apply([finding()], baseline(tmp_path, *entries), TODAY)

    assert marked.accepted == "until 2026-12-02: long"
    assert notes == ()


def test_an_expired_entry_is_noted(tmp_path: Path) -> None:
    """With its place, and it accepts nothing."""
    known = baseline(tmp_path, {**ENTRY, "until": "2026-01-01"})

    (marked,), notes = apply([finding()], known, TODAY)

    assert marked.accepted == ""
    assert notes == (
        f"{tmp_path / 'known.yaml'}#/0: missing-field of getCandidate expired on 2026-01-01 and "
        "has no effect",
    )


def test_an_entry_without_a_finding_is_noted(tmp_path: Path) -> None:
    """So that it can be removed."""
    known = baseline(tmp_path, ENTRY)

    entry = f"{tmp_path / 'known.yaml'}#/0: missing-field of getCandidate"
    assert apply([], known, TODAY) == ((), (f"{entry} matches no finding; remove the entry",))


@pytest.mark.parametrize("text", ["", "[]", "# nothing yet\n"])
def test_an_empty_baseline_accepts_nothing(tmp_path: Path, text: str) -> None:
    """It is valid."""
    assert baseline(tmp_path, text=text) == ()


def test_a_baseline_may_be_yaml(tmp_path: Path) -> None:
    """With comments, and a day without quotes."""
    text = "# known\n- kind: missing-field\n" + "".join(
        f"  {name}: {ENTRY[name]}\n" for name in ("operation", "pointer", "until", "reason")
    )

    assert baseline(tmp_path, text=text)[0].until == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("- [", "", "line"),
        ("a: 1", "", "list"),
        ("- 5", "/0", "mapping"),
        ("- {kind: missing-field}", "/0", "operation is missing"),
        (json.dumps([ENTRY, {**ENTRY, "kind": "odd"}]), "/1/kind", "missing-field"),
        (json.dumps([{**ENTRY, "until": "tomorrow"}]), "/0/until", "2026-12-31"),
        (json.dumps([{**ENTRY, "until": 5}]), "/0/until", "quote"),
        (json.dumps([{**ENTRY, "reason": " "}]), "/0/reason", "why"),
        (json.dumps([{**ENTRY, "untill": "x"}]), "/0/untill", "owner"),
        (json.dumps([{**ENTRY, "detail": None}]), "/0/detail", "must be a string"),
    ],
)
def test_an_error_in_a_baseline_names_its_place(
    tmp_path: Path, text: str, place: str, words: str
) -> None:
    """File, JSON pointer, and what is expected."""
    with pytest.raises(GreenroomError) as raised:
        baseline(tmp_path, text=text)

    assert str(raised.value).startswith(f"{tmp_path / 'known.yaml'}#{place}: ")
    assert words in str(raised.value)


def test_a_missing_baseline_is_an_error(tmp_path: Path) -> None:
    """By its path."""
    with pytest.raises(GreenroomError, match=r"none\.yaml"):
        read(tmp_path / "none.yaml")


def test_a_written_baseline_accepts_the_findings(tmp_path: Path) -> None:
    """For thirty days."""
    report = everything()

    known = baseline(tmp_path, text=write(report.findings, TODAY))
    found, notes = apply(report.findings, known, TODAY)

    assert all(each.accepted for each in found)
    assert {entry.until for entry in known} == {date(2026, 12, 22)}
    assert notes == ()


def test_equal_findings_are_one_entry() -> None:
    """Merged or not."""
    assert len(yaml.safe_load(write([finding(), finding(count=2)], TODAY))) == 1


def test_a_redacted_value_is_not_a_detail() -> None:
    """It would match no finding."""
    (entry,) = yaml.safe_load(write([finding(detail=f'"{MARK}"')], TODAY))

    assert "detail" not in entry


def test_without_findings_the_baseline_is_empty(tmp_path: Path) -> None:
    """It can be read."""
    assert baseline(tmp_path, text=write([], TODAY)) == ()


def test_hostile_texts_are_escaped(tmp_path: Path) -> None:
    """They come back as they were."""
    found = finding(operation=HOSTILE, pointer=f"/{HOSTILE}", detail=HOSTILE, message=HOSTILE)

    entry = baseline(tmp_path, text=write([found], TODAY))[0]

    assert entry.covers(found, found.operation)


def test_a_finding_of_several_operations_stays_for_those_without_an_entry(tmp_path: Path) -> None:
    """An entry that was written for one operation accepts no other."""
    known = baseline(tmp_path, {**ENTRY, "operation": "b"}, {**ENTRY, "operation": "d"})

    found, notes = apply([finding(operation="a", others=("b", "c"))], known, TODAY)

    assert [(f.operations, bool(f.accepted)) for f in found] == [
        (("a", "c"), False),
        (("b",), True),
    ]
    assert [note.partition(": ")[2] for note in notes] == [
        "missing-field of d matches no finding; remove the entry"
    ]


def test_a_written_baseline_has_an_entry_for_each_operation(tmp_path: Path) -> None:
    """Which accepts the whole finding, and still accepts it in a part of them."""
    whole = finding(operation="a", others=("b", "c"))
    known = baseline(tmp_path, text=write([whole], TODAY))

    (marked,), notes = apply([whole], known, TODAY)
    assert (marked.operations, bool(marked.accepted), notes) == (("a", "b", "c"), True, ())
    (marked,), notes = apply([finding(operation="c")], known, TODAY)
    assert (bool(marked.accepted), len(notes)) == (True, 2)
