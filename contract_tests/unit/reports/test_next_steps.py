"""The next steps of a report: what to do, and the options and commands in them work."""

from __future__ import annotations

import itertools
import json
import shlex
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from reporting import exchange, finding, guessing, operation, reported

from greenroom.cli import main
from greenroom.contract.catalog import Source, load, vendors
from greenroom_contracts.planning.options import Options
from greenroom_contracts.planning.plan import make_plan
from greenroom_contracts.report import Report
from greenroom_contracts.reports.assembly import operation_reports
from greenroom_contracts.reports.contents import ReportContents
from greenroom_contracts.reports.next_steps import Step, options_for
from greenroom_contracts.reports.publishing import ReportOutputs, publish
from greenroom_contracts.running.target_sanity import refused_credential


def steps(report: Report) -> tuple[Step, ...]:
    """The steps after a report about the contract with guesses."""
    return ReportContents.of(report, guessing()).steps


def printed(report: Report, folder: Path, write: bool = True) -> list[str]:
    """The printed lines after a report about a contract in a file."""
    file = folder / "my contract.json"
    file.write_text(json.dumps(guessing().document), encoding="utf-8")
    contract = load(Source("acme", file))
    outputs = ReportOutputs(folder / "out" if write else None)
    _, lines = publish(contract, report, outputs, (), date(2026, 1, 31))
    begin = next((i for i, line in enumerate(lines) if line == "what next:"), len(lines))
    return lines[begin:]


def test_the_overlay_can_be_applied_by_copying_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever characters the paths have."""
    found = printed(reported(finding()), tmp_path)
    assert "Our guess was wrong: 1 statement." in found[1]

    (words,) = (shlex.split(line) for line in found if "overlay apply" in line)
    assert words[0] == "greenroom"
    assert main(words[1:]) == 0

    corrected = json.loads(capsys.readouterr().out)
    assert (
        corrected["components"]["schemas"]["Candidate"]["required"]
        != (guessing().document["components"]["schemas"]["Candidate"]["required"])
    )


def test_without_a_folder_there_is_no_overlay_to_apply(tmp_path: Path) -> None:
    """The contract is named instead."""
    found = printed(reported(finding()), tmp_path, write=False)
    assert not any("overlay apply" in line for line in found)
    assert any(line.strip().endswith("my contract.json") for line in found)


@pytest.mark.parametrize("basis", ["documented", "published", None])
def test_a_documented_statement_is_not_corrected_by_a_command(basis: str | None) -> None:
    """A person decides whether the server or the contract is right; a baseline gives time."""
    (step,) = steps(reported(finding(basis=basis)))
    assert step.title == "The server differs from what is stated: 1 statement"
    assert "If the server is yours, mend it." in step.advice
    file = "acme-baseline.yaml"
    assert step.lines == (("once", f"--write-baseline {file}"), ("then", f"--baseline {file}"))


@pytest.mark.parametrize(
    ("kind", "basis", "title"),
    [
        ("wrong-type", "inferred", "Our guess was wrong"),
        ("wrong-type", "disputed", "The other side of a contradiction was right"),
        ("server-error", "inferred", "The server failed"),
        ("operation-gone", "documented", "Operations are gone"),
        ("credential-not-enforced", "inferred", "The server accepts what it has to refuse"),
        ("invalid-request-accepted", "documented", "The server accepts what it has to refuse"),
        ("invalid-request-accepted", "inferred", "Our guess was wrong"),
        ("valid-request-refused", "documented", "Documented requests are refused"),
        ("undocumented-field", "documented", "Additions"),
    ],
)
def test_a_finding_has_the_step_of_its_kind_and_basis(kind: str, basis: str, title: str) -> None:
    """What to do depends on what failed, and on who stated it."""
    (step,) = steps(reported(finding(kind, basis=basis)))
    assert step.title == f"{title}: 1 statement"


def test_an_accepted_finding_needs_nothing() -> None:
    """The verdict is enough."""
    assert steps(reported(finding(accepted="known until 2026-12-31"))) == ()
    assert steps(reported()) == ()


def test_a_contradiction_is_named_with_the_place_to_change() -> None:
    """The note of the contract says which sources contradict each other."""
    document = json.loads(json.dumps(guessing().document))
    candidate = document["components"]["schemas"]["Candidate"]
    candidate["x-provenance"] = {"basis": "disputed", "note": "One table says so, one does not."}
    contract = load_text(document)
    found = reported(finding(basis="disputed"))

    (step,) = ReportContents.of(found, contract).steps

    assert step.lines == (
        ("One table says so, one does not.", f"{contract.file}#{finding().pointer}"),
    )


def load_text(document: Any) -> Any:
    """A contract from a document, without a text."""
    from greenroom.contract.catalog import build

    return build(document, "acme", "acme.yaml")


def test_for_a_refused_request_own_values_are_asked_for() -> None:
    """The options that give them, of each operation."""
    document = json.loads(json.dumps(guessing().document))
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    document["paths"]["/candidates/{id}"]["get"]["requestBody"] = body
    found = reported(finding("valid-request-refused", basis="documented"))

    (step,) = ReportContents.of(found, load_text(document)).steps

    assert step.lines == (
        ("", "--body getCandidate=FILE"),
        ("", "--param getCandidate.id=…"),
    )


@pytest.mark.parametrize("source", vendors(), ids=lambda source: source.name)
def test_the_options_of_what_was_left_out_make_it_be_sent(source: Source) -> None:
    """The words are options of greenroom check, complete but for values."""
    contract = load(source)
    left = operation_reports(make_plan(contract, Options()), (), {}, ())
    lines = [options_for(each) for each in left if not each.planned]
    words = [word for line in lines for word in shlex.split(line)]
    valued = [(option, word) for option, word in itertools.pairwise(words)]
    options = Options(
        writes="--allow-writes" in words,
        allowed=frozenset(word for option, word in valued if option == "--allow"),
        given=dict(word.split("=") for option, word in valued if option == "--param"),
    )
    assert lines
    assert all(lines)
    assert [e for e in make_plan(contract, options).entries if not e.sent] == []


def test_what_was_left_out_says_what_it_would_do() -> None:
    """Operations with the same effects and options are one line."""
    left = (
        operation("a", planned=False, effects=("create",), why_not="create; needs --allow-writes"),
        operation("b", planned=False, effects=("create",), why_not="create; needs --allow-writes"),
        operation("c", planned=False, effects=("contact", "cost"), why_not="x; needs --allow c"),
        operation("d", planned=False, effects=("read",), why_not="excluded by --only"),
    )
    (step,) = steps(reported(operations=left))
    assert step.title == "Left out: it needs your permission: 3 operations"
    assert step.lines == (
        ("a, b: creates", "--allow-writes"),
        ("c: reaches a person and costs money or credits", "--allow c"),
    )


@pytest.mark.parametrize(
    ("name", "why", "line"),
    [
        ("a b", "no response supplied id; --param a b.id=…", "--param 'a b.id'=…"),
        ("get", "responded 400; give --body get=FILE", "--body get=FILE"),
        ("get", "reserved: responded 422; give --receiver URL", "--receiver URL"),
        ("get", "delete; needs --allow-writes and --allow getAll", "--allow-writes"),
        ("get", "responded 500 to every valid request", ""),
    ],
)
def test_the_options_that_a_reason_names_can_be_pasted(name: str, why: str, line: str) -> None:
    """Quoted for a shell where that is needed; those of other operations are not taken."""
    assert options_for(operation(name, why_not=why)) == line


def test_an_operation_without_an_option_says_why() -> None:
    """So that nothing that the plan held is missing from the steps."""
    (step,) = steps(reported(operations=(operation("get", why_not="responded 500"),)))
    assert step.title == "Not examined: 1 operation"
    assert step.lines == (("get: responded 500", ""),)


def test_a_refused_credential_names_its_variable() -> None:
    """And an operation that was not reached for it is not one step more."""
    denied = [exchange(i, response=exchange().response) for i in range(3)]
    for each in denied:
        assert each.response is not None
        object.__setattr__(each.response, "status", 401)
    problem = refused_credential(denied, whole=False)
    (step,) = steps(reported(problem=problem, operations=(operation("get"),)))
    assert step.lines == (("set another credential", "GREENROOM_ACME_KEY"),)


def test_steps_stand_in_the_order_of_the_table() -> None:
    """What fails the check comes before what was not examined, additions and what was left out."""
    left = operation("c", planned=False, why_not="create; needs --allow-writes")
    found = steps(
        reported(
            finding("undocumented-field", pointer="/a", detail="x"), finding(),
            finding(basis="documented"),
            operations=(left, operation("d")),
        )
    )  # fmt: skip
    assert [step.title.split(":")[0] for step in found] == [
        "The server differs from what is stated", "Our guess was wrong", "Not examined",
        "Additions", "Left out",
    ]  # fmt: skip


def test_the_terminal_leaves_out_what_changes_no_verdict(tmp_path: Path) -> None:
    """Additions and what was left out stand above, with their options."""
    left = operation("c", planned=False, why_not="create; needs --allow-writes")
    report = reported(finding("undocumented-field"), operations=(left,))
    assert len(steps(report)) == 2
    assert printed(report, tmp_path) == []
