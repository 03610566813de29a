"""`junit.xml`: a run as a CI server reads it."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest
from reporting import HOSTILE, everything, exchange, finding, operation, reported

from greenroom_contracts.finding import Finding
from greenroom_contracts.report import OperationReport, Report
from greenroom_contracts.reports.formats.junit import write


def suite(report: Report) -> Element:
    """The only suite of the file."""
    found = fromstring(write(report)).findall("testsuite")
    assert len(found) == 1
    return found[0]


def case(report: Report, name: str = "getCandidate") -> Element:
    """The case of an operation."""
    found = [entry for entry in suite(report).findall("testcase") if entry.get("name") == name]
    assert len(found) == 1
    return found[0]


def outcome(entry: Element) -> str:
    """The result of a case."""
    found = [child.tag for child in entry if child.tag in ("failure", "error", "skipped")]
    return found[0] if found else "passed"


def test_every_operation_is_a_case_of_the_vendor() -> None:
    """Each once, by its id."""
    report = everything()
    found = suite(report)

    assert found.get("name") == "acme"
    assert {entry.get("classname") for entry in found.findall("testcase")} == {"acme"}
    names = [entry.get("name") for entry in found.findall("testcase")]
    assert names[: len(report.operations)] == [o.operation for o in report.operations]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("about", "found", "expected"),
    [
        (operation("getCandidate", examined=True), [], "passed"),
        (operation("getCandidate", examined=True), [finding()], "failure"),
        (operation("getCandidate", examined=True), [finding(accepted="known")], "passed"),
        (operation("getCandidate", examined=True), [finding("undocumented-field")], "passed"),
        (operation("getCandidate"), [], "error"),
        (operation("getCandidate"), [finding()], "failure"),
        (operation("getCandidate", planned=False), [], "skipped"),
        (operation("getCandidate", planned=False), [finding()], "failure"),
    ],
)
def test_a_case_has_the_result_of_its_operation(
    about: OperationReport, found: list[Finding], expected: str
) -> None:
    """Drift comes before operations that were not examined."""
    assert outcome(case(reported(*found, operations=(about,)))) == expected


def test_an_addition_is_a_failure_if_strict() -> None:
    """As it makes drift of it."""
    report = reported(finding("undocumented-field"), strict=True)

    assert outcome(case(report)) == "failure"


@pytest.mark.parametrize("planned", [True, False])
def test_an_operation_that_was_not_examined_says_why(planned: bool) -> None:
    """In the message, where servers show it."""
    about = operation("getCandidate", planned=planned, why_not="needs --allow-writes")
    child = next(iter(case(reported(operations=(about,)))))

    assert child.get("message") == "needs --allow-writes"


def test_all_findings_of_an_operation_are_one_failure() -> None:
    """With expected and seen values, and a command to repeat it."""
    report = reported(finding(), finding("wrong-type", seen="5", basis="documented"))
    failures = case(report).findall("failure")

    assert len(failures) == 1
    text = failures[0].text or ""
    for expected in (
        "a required field is missing",
        "seen: 5",
        "#/components/schemas/Candidate/required",
        "Our guess was wrong",
        "The vendor's document states this",
        "curl -i",
    ):
        assert expected in text
    assert (failures[0].get("message") or "").startswith("2 differences: ")


@pytest.mark.parametrize(
    "more", [{"accepted": "until 2026-12-31: known"}, {"kind": "undocumented-field"}]
)
def test_tolerated_findings_are_output(more: dict[str, str]) -> None:
    """So that nothing is lost."""
    output = case(reported(finding(**{"kind": "missing-field", **more}))).find("system-out")

    assert output is not None
    assert "stage" in (output.text or "")


def test_findings_of_no_operation_have_a_case_of_their_own() -> None:
    """Webhooks, and traffic to operations that are not documented."""
    report = reported(finding(operation="thing.done"), finding(operation=""))

    assert outcome(case(report, "thing.done")) == "failure"
    assert outcome(case(report, "no operation")) == "failure"


def test_a_run_that_ended_early_is_an_error() -> None:
    """In addition to the cases of the operations."""
    entry = case(reported(problem="no connection"), "the run itself")

    assert outcome(entry) == "error"
    assert entry[0].get("message") == "no connection"


def test_the_numbers_are_those_of_the_cases() -> None:
    """Of the suite as of the whole file."""
    root = fromstring(write(everything()))
    cases = root.findall("testsuite/testcase")
    outcomes = [outcome(entry) for entry in cases]

    for element in (root, root[0]):
        assert element.get("tests") == str(len(cases))
        assert element.get("failures") == str(outcomes.count("failure"))
        assert element.get("errors") == str(outcomes.count("error"))
        assert element.get("skipped") == str(outcomes.count("skipped"))


def test_a_case_lasts_as_long_as_its_requests() -> None:
    """In seconds."""
    report = reported(exchanges=(exchange(1), exchange(2), exchange(3, operation="other")))

    assert case(report).get("time") == "0.500"


def test_hostile_texts_are_escaped() -> None:
    """Every other character stays; characters that XML does not allow are escaped."""
    report = reported(finding(message=f"{HOSTILE}\ufffe\ud800\x0b ü 日本"))
    text = write(report).encode("utf-8").decode("utf-8")

    failure = case(report).find("failure")
    assert failure is not None
    assert "<script>alert(1)</script>" in (failure.text or "")
    assert "\\x1b[31m\\x00" in (failure.text or "")
    assert "ü 日本" in (failure.text or "")
    assert not set(text) & {"\x00", "\x1b", "\x0b", "\ufffe"}
    assert not fromstring(text).findall(".//script")


def test_the_message_names_the_field() -> None:
    """A CI server shows nothing else at first."""
    number = finding(
        "wrong-type", instance="response body /age", message="is a string, not an integer"
    )
    failure = case(reported(finding(), number))[0]

    assert failure.get("message") == (
        "2 differences: a required field is missing in response body /stage: "
        "stage is required, but missing; "
        "a value of the wrong type in response body /age: is a string, not an integer"
    )


def test_a_finding_of_several_operations_fails_each_of_them() -> None:
    """And names all."""
    operations = tuple(operation(name, examined=True) for name in ("getCandidate", "b", "c"))
    report = reported(finding(others=("b",)), operations=operations)

    assert [outcome(case(report, name)) for name in ("getCandidate", "b", "c")] == [
        "failure", "failure", "passed",
    ]  # fmt: skip
    assert "operations: getCandidate, b" in (case(report, "b")[0].text or "")
    assert suite(report).get("failures") == "2"
