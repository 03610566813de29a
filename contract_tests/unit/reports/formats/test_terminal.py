"""The printed report is readable at 80 columns, harmless, and ends with the verdict."""

from __future__ import annotations

import io
from typing import Any

import pytest
from reporting import everything, finding, operation, reported

from greenroom_contracts.report import Leftover, NeverSeen, Report, StatusReport
from greenroom_contracts.reports.formats.terminal import is_colourful, report_lines


class Screen(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def lines(report: Report, **options: Any) -> list[str]:
    """The printed lines."""
    return list(report_lines(report, **options))


def test_no_line_is_wider_than_a_terminal() -> None:
    """Except the lines for copying."""
    copied = ("  repeat: ", "  contract: ")
    wide = [line for line in lines(everything()) if len(line) > 80 and not line.startswith(copied)]

    assert wide == []


def test_control_characters_of_a_vendor_are_escaped() -> None:
    """Escape sequences, and characters that change the direction of writing."""
    printed = "\n".join(lines(everything()))

    assert "\\x1b[31m\\x00\\u202e" in printed
    assert all(c.isprintable() or c == "\n" for c in printed)


def test_every_operation_has_a_line() -> None:
    """With its result, and how many findings it has."""
    printed = lines(everything())

    assert "drift         getCandidate  GET /candidates/{id}  6 differences, 1 accepted" in printed
    assert "conforms      listThings4   GET /things/4" in printed
    assert "not examined  listThings5   GET /listThings5" in printed
    assert "left out      listThings8   GET /listThings8" in printed


def test_a_long_path_continues_on_the_next_line() -> None:
    """Indented below its operation."""
    printed = lines(everything())
    where = printed.index("left out      listThings9")

    assert (
        printed[where + 1]
        == " " * 14 + "DELETE /a/very/long/path/{with}/many/{segments}/that/is/wide"
    )


def test_the_reason_for_not_examining_is_below_the_operation() -> None:
    """If it was planned."""
    printed = lines(everything())
    where = printed.index("not examined  listThings5   GET /listThings5")

    assert printed[where + 1] == " " * 14 + "responded 500 to every valid request"


def test_a_finding_is_printed_with_all_its_facts() -> None:
    """Kind, operation, expected and seen value, provenance, command to repeat it."""
    printed = lines(reported(finding(count=3)))
    where = printed.index(
        "drift: getCandidate: a required field is missing in response body /stage (3"
    )

    assert printed[where + 1 : where + 7] == [
        "  times)",
        "  message: response body /stage is required, but missing",
        "  expected: a field stage; seen: no such field",
        "  contract: #/components/schemas/Candidate/required",
        "  basis: Our guess was wrong: no document states this.",
        "  repeat: curl -i https://api.acme.example/v1/candidates/c-1 -H "
        '"X-Acme: ${GREENROOM_ACME_KEY}"',
    ]


@pytest.mark.parametrize(
    ("more", "label"),
    [
        ({}, "drift"),
        ({"accepted": "until 2026-12-31: known"}, "accepted"),
        ({"kind": "undocumented-field"}, "addition"),
    ],
)
def test_a_finding_is_marked_as_drift_or_not(more: dict[str, str], label: str) -> None:
    """At its beginning."""
    printed = lines(reported(finding(**{"kind": "missing-field", **more})))

    assert any(line.startswith(f"{label}: getCandidate: ") for line in printed)


def test_very_many_findings_are_counted() -> None:
    """The report files have all of them."""
    printed = lines(reported(*(finding(detail=str(i)) for i in range(150))))

    assert sum(line.startswith("drift: getCandidate") for line in printed) == 100
    assert "50 further findings; --report DIR writes all of them" in printed


def test_parts_that_never_appeared_are_counted() -> None:
    """Fields, values and responses, a few by name."""
    fields = tuple(NeverSeen("op", "/p", f"f{i}") for i in range(10))
    values = (NeverSeen("op", "/p", "stage", '"done"'),)
    statuses = (
        StatusReport("getCandidate", "404", False),
        StatusReport("getCandidate", "200", True),
    )

    found = lines(reported(unseen=(*fields, *values), statuses=statuses))

    only, printed = "(for information only)", " ".join(line.strip() for line in found)
    listed = "f0, f1, f2, f3, f4, f5, f6, f7 and 2 more"
    assert f"never seen: 10 documented fields: {listed} {only}" in printed
    assert f'never seen: 1 listed value: stage = "done" {only}' in printed
    assert f"never seen: 1 documented response: getCandidate 404 {only}" in printed


def test_left_out_operations_are_listed_by_reason() -> None:
    """One line for each."""
    left = [operation(f"op{i}", planned=False, why_not="needs --allow-writes") for i in range(3)]

    assert "left out: op0, op1, op2: needs --allow-writes" in lines(
        reported(operations=tuple(left))
    )


def test_leftovers_notes_and_files_are_printed() -> None:
    """Before the verdict."""
    report = reported(leftovers=(Leftover("make", "id=1", "it responded 500"),), notes=("a note",))

    printed = lines(report, written=["reports: here/"])

    end = max(i for i, line in enumerate(printed) if not line)
    assert printed[end - 3 : end] == [
        "left behind by make: id=1; it responded 500", "note: a note", "reports: here/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("report", "last"),
    [
        (
            reported(),
            "conforms: 1 operation examined, no difference from the contract. "
            "(exit code 0: conforms)",
        ),
        (
            reported(finding(accepted="known"), finding("undocumented-field")),
            "conforms: 1 operation examined, no difference from the contract but 1 accepted, "
            "1 addition. (exit code 0: conforms)",
        ),
        (
            reported(operations=()),
            "conforms: 1 webhook payload examined, no difference from the contract. "
            "(exit code 0: conforms)",
        ),
        (
            reported(finding(basis="documented")),
            "drift: 1 difference from the contract. (exit code 1: drift from the contract)",
        ),
        (
            reported(finding(basis="documented"), problem="interrupted"),
            "drift: 1 difference from the contract. The run ended early: interrupted. "
            "(exit code 1: drift from the contract)",
        ),
        (
            reported(problem="no connection"),
            "not examined: The run ended early: no connection. "
            "(exit code 2: something planned was not examined)",
        ),
    ],
)
def test_the_verdict_is_last_with_its_exit_code(report: Report, last: str) -> None:
    """In words."""
    printed = lines(report)
    where = max(i for i, line in enumerate(printed) if not line)

    assert " ".join(line.strip() for line in printed[where + 1 :]) == last


def test_colours_are_printed_only_if_wanted() -> None:
    """And change nothing else."""
    plain, coloured = lines(everything()), lines(everything(), coloured=True)
    bare = [
        line.replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[33m", "")
        .replace("\x1b[2m", "").replace("\x1b[0m", "")
        for line in coloured
    ]  # fmt: skip

    assert bare == plain
    assert bare != coloured


@pytest.mark.parametrize(
    ("stream", "environment", "expected"),
    [
        (Screen(), {}, True),
        (Screen(), {"NO_COLOR": "1"}, False),
        (Screen(), {"NO_COLOR": ""}, True),
        (Screen(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_a_terminal_has_colours_unless_disabled(
    stream: io.StringIO, environment: dict[str, str], expected: bool
) -> None:
    """By NO_COLOR, unless it is empty."""
    assert is_colourful(stream, environment) is expected


def test_a_finding_of_several_operations_counts_for_each_of_them() -> None:
    """It is printed once."""
    operations = tuple(operation(name, examined=True) for name in ("getCandidate", "b", "c"))
    printed = lines(reported(finding(others=("b", "x")), operations=operations))

    assert "drift         b             GET /b  1 difference" in printed
    assert "conforms      c             GET /c" in printed
    titles = [line for line in printed if line.startswith("drift: ")]
    assert titles[0].startswith("drift: getCandidate and 2 more: a required field is missing")
    assert "  operations: getCandidate, b, x" in printed
