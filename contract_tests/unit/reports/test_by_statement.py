"""Findings by the statement of the contract that they are about."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from reporting import finding, guessing, reported

from greenroom.contract.catalog import Source, build, load
from greenroom.contract.model import Contract
from greenroom_contracts.finding import Finding
from greenroom_contracts.reports.by_statement import StatementFindings, by_statement
from greenroom_contracts.reports.contents import ReportContents
from greenroom_contracts.reports.formats import github, html
from greenroom_contracts.reports.formats.terminal import report_lines
from greenroom_contracts.reports.wording import facts

PROPERTIES = "/components/schemas/Candidate/properties"


def statements(*findings: Finding, contract: Contract | None = None) -> list[StatementFindings]:
    """The statements of a report of these findings."""
    return by_statement(reported(*findings), contract or guessing())


def new_field(name: str, seen: str = '"x"', **more: Any) -> Finding:
    """A field that is not documented."""
    return finding(
        "undocumented-field",
        **{
            "pointer": PROPERTIES, "detail": name, "seen": seen,
            "instance": f"response body /{name}", "message": f"{name} is not documented", **more,
        },
    )  # fmt: skip


def test_findings_about_one_statement_are_together() -> None:
    """Whatever their kind and operation; another basis or pointer is another statement."""
    found = statements(
        finding(), finding("wrong-type", operation="b", detail=""), finding(pointer="/x"),
    )  # fmt: skip
    assert [len(each.findings) for each in found] == [2, 1]
    assert found[0].operations == ("getCandidate", "b")
    assert len({each.id for each in found}) == 2


def test_documented_drift_comes_first_and_accepted_findings_last() -> None:
    """Guesses come after what somebody stated."""
    bases = ("inferred", None, "disputed", "published", "documented")
    drift = [finding(basis=basis, pointer=f"/{basis}") for basis in bases]
    accepted = finding(basis="documented", accepted="until 2026-12-31: known")
    found = statements(accepted, new_field("z", basis="documented"), *drift)
    assert [(each.label, each.basis) for each in found] == [
        ("drift", "documented"), ("drift", "published"), ("drift", None), ("drift", "disputed"),
        ("drift", "inferred"), ("addition", "documented"), ("accepted", "documented"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "seen", "is_rename"),
    [
        ("stage", "Stage", '"x"', True),
        ("created_at", "createdAt", "5", True),
        ("stage", "phase", '"new"', True),
        ("stage", "phase", "5", False),
        ("score", "points", "5", True),
        ("score", "points", "5.5", False),
        ("unknown", "phase", '"new"', False),
    ],
)
def test_a_renamed_member_is_told_as_a_rename(
    old: str, new: str, seen: str, is_rename: bool
) -> None:
    """By its letters, or since it is the only new one and has the documented type."""
    missing = finding(detail=old, instance=f"response body /{old}")
    found = statements(missing, new_field(new, seen))
    assert len(found) == (1 if is_rename else 2)
    assert found[0].renamed == (((old, new),) if is_rename else ())
    assert (f"{old} seems to be called {new} now" in found[0].title) == is_rename


@pytest.mark.parametrize(
    ("message", "instance", "sentence"),
    [
        ("is a string, not an integer", "response body /data/0/id",
         "response body /data/0/id is a string, not an integer"),
        ("violates maximum: 10", "response body /rank", "response body /rank violates maximum: 10"),
        ("id is required, but missing", "response body /data/0/id",
         "response body /data/0/id is required, but missing"),
        ("is is not documented", "response body /is", "response body /is is not documented"),
        ("2 more fields are not documented", "response body /a",
         "response body /a: 2 more fields are not documented"),
        ("the second page repeats the first", "/data/0",
         "/data/0: the second page repeats the first"),
        ("x-total is not documented", "x-total", "x-total is not documented"),
        ("404 is not documented", "", "404 is not documented"),
    ],
)  # fmt: skip
def test_every_format_names_the_place_before_what_is_wrong_with_it(
    message: str, instance: str, sentence: str
) -> None:
    """So that a heading or a link alone says what differs."""
    contract = guessing()
    found = finding(message=message, instance=instance, detail="")
    report = reported(found)
    whole = ReportContents.of(report, contract)
    (statement,) = by_statement(report, contract)
    assert statement.title == sentence
    assert ("message", sentence) in facts(found)
    assert f"<h3>{sentence} " in html.write(whole)
    assert f"<summary>{sentence}</summary>" in unescape(github.summary(whole))
    assert f"message: {sentence}" in "\n".join(report_lines(report)).replace("\n    ", " ")


def test_a_rename_is_within_one_object() -> None:
    """Items of one array are alike, other objects are not."""
    missing = finding(detail="stage", instance="response body /data/3/stage")
    same = new_field("Stage", instance="response body /data/0/Stage")
    other = new_field("Stage", instance="response body /Stage")
    assert statements(missing, same)[0].renamed == (("stage", "Stage"),)
    assert statements(missing, other)[0].renamed == ()


def test_of_several_fields_only_letters_tell_a_rename() -> None:
    """Any of two new fields might be the missing one."""
    found = statements(finding(), new_field("phase"), new_field("state"))
    assert [each.renamed for each in found] == [(), ()]
    assert len(found[1].findings) == 2


def test_a_statement_has_its_line_and_an_excerpt(tmp_path: Path) -> None:
    """The first lines of it, as the file has them."""
    file = tmp_path / "acme.json"
    file.write_text(json.dumps(guessing().document, indent=1), encoding="utf-8")
    contract = load(Source("acme", file))
    (statement,) = statements(finding(), contract=contract)
    text = file.read_text().splitlines()
    assert statement.place == f"{file}:{statement.line}"
    assert text[statement.line - 1].strip() == '"required": ['
    assert statement.excerpt[1] == (statement.line + 1, text[statement.line])

    (large,) = statements(finding(pointer="/components"), contract=contract)
    assert len(large.excerpt) == 7


def test_a_statement_has_the_document_that_states_it() -> None:
    """With the heading and the date, from the nearest x-provenance."""
    document = json.loads(json.dumps(guessing().document))
    document["info"]["x-sources"] = {"guide": {"title": "The guide", "date": "2026-01-01"}}
    document["components"]["schemas"]["Candidate"]["x-provenance"] = {
        "basis": "documented", "source": "guide", "at": "Candidates", "note": "As the table says.",
    }  # fmt: skip
    (statement,) = statements(finding(), contract=build(document, "acme", "acme.yaml"))
    assert statement.source == "“Candidates”, The guide (2026-01-01)"
    assert statement.note == "As the table says."


def test_a_pointer_that_leads_nowhere_has_no_place() -> None:
    """As of a contract in several files, whose text is unknown."""
    (statement,) = statements(finding(pointer="/nowhere"))
    assert (statement.line, statement.excerpt) == (0, ())
    assert statement.place == "specs/acme/openapi.yaml#/nowhere"
