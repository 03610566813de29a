"""What GitHub Actions shows of a run; nothing in it is a command or markup of a vendor."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from reporting import HOSTILE, everything, finding, guessing, operation, reported

from greenroom.contract.catalog import Source, load
from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError
from greenroom_contracts.report import Report
from greenroom_contracts.reports.contents import ReportContents
from greenroom_contracts.reports.formats.github import (
    LARGEST_SUMMARY,
    annotated,
    annotation_lines,
    summary,
)
from greenroom_contracts.reports.publishing import ReportOutputs, publish


def contents(report: Report, contract: Contract | None = None) -> ReportContents:
    """The contents of a report about a contract."""
    return ReportContents.of(report, contract or guessing())


def annotations(report: Report, contract: Contract | None = None) -> list[str]:
    """The annotations of a report; the current folder is the repository."""
    return list(annotation_lines(contents(report, contract), Path.cwd()))


def shown(markdown: str) -> str:
    """The text that a reader of Markdown sees."""
    page = MarkdownIt("commonmark").enable("table").render(markdown)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


@pytest.fixture
def contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contract:
    """A contract in the current folder."""
    monkeypatch.chdir(tmp_path)
    text = json.dumps(guessing().document, indent=1)
    (tmp_path / "acme.json").write_text(text, encoding="utf-8")
    return load(Source("acme", tmp_path / "acme.json"))


def test_each_statement_is_one_annotation(contract: Contract) -> None:
    """In the file of the caller, at its line, with what to do."""
    other = finding("wrong-type", basis="documented", pointer="/paths")
    found = annotations(reported(finding(), finding("wrong-type"), other), contract)

    assert len(found) == 2
    assert re.match(r"::error title=[^:]*,file=acme\.json,line=\d+::In getCandidate\.%0A", found[1])
    assert found[1].endswith(unquote("Correct the contract, and the tests that rely on it."))


@pytest.mark.parametrize("where", ["elsewhere", "unknown"])
def test_a_file_outside_of_the_repository_is_not_named(
    where: str, contract: Contract, tmp_path: Path
) -> None:
    """As the contracts that come with the package."""
    folder = tmp_path / "elsewhere" if where == "elsewhere" else None
    (found,) = annotation_lines(contents(reported(finding()), contract), folder)
    assert found.startswith("::error title=")
    assert "file=" not in found


def test_an_installed_contract_is_not_the_repositorys(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Although an environment may be in the folder of the repository."""
    monkeypatch.setattr("sys.prefix", str(tmp_path))
    assert "file=" not in annotations(reported(finding()), contract)[0]


def test_at_most_nine_statements_are_annotations() -> None:
    """GitHub shows ten; the last counts the others."""
    found = annotations(reported(*(finding(pointer=f"/{i}") for i in range(12))))
    assert len(found) == 10
    assert found[-1].endswith("::3 more statements differ; the summary of the job has them.")


def test_what_does_not_fail_is_no_annotation() -> None:
    """Additions and accepted findings are in the summary."""
    addition, accepted = finding("undocumented-field"), finding(accepted="until then")
    assert annotations(reported(addition, accepted)) == []


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (reported(operations=(operation("a"),)), "1 planned operation could not be examined."),
        (reported(problem="no connection"), "The run ended early: no connection."),
    ],
)
def test_an_incomplete_run_is_a_warning(report: Report, expected: str) -> None:
    """Beside the drift, if there is any."""
    assert annotations(report) == [f"::warning title=greenroom check%3A not examined::{expected}"]


def test_an_annotation_is_one_line_whatever_a_vendor_sends() -> None:
    """Percent signs, line ends, and in properties colons and commas, are escaped."""
    text = "a,b:c%0A\n::error::x\r\u2028"
    report = reported(finding(message=text, seen=text, operation=text))
    (found,) = annotation_lines(contents(report), None)

    assert found.isprintable()
    title, message = re.fullmatch(r"::error title=([^:,]*)::(.*)", found).groups()  # type: ignore[union-attr]
    assert unquote(title) == "response body /stage: a,b:c%0A\n::error::x\\r\\u2028"
    assert "seen a,b:c%250A%0A::error::x" in message


def test_no_printed_line_is_a_command_of_github() -> None:
    """Commands are stopped with a token that no vendor can know."""
    lines = ["one", "::error::two"]
    first, second = (list(annotated(lines, contents(reported()), None)) for _ in range(2))

    token = first[0].removeprefix("::stop-commands::")
    assert first == [f"::stop-commands::{token}", *lines, f"::{token}::"]
    assert len(token) == 32
    assert first[0] != second[0]


def test_the_summary_has_verdict_steps_statements_and_evidence() -> None:
    """As the page, in Markdown."""
    report = reported(
        finding(), finding(basis="documented"),
        operations=(operation("getCandidate", examined=True), operation("b", why_not="why")),
    )  # fmt: skip
    text = " ".join(shown(summary(contents(report))).split())

    for expected in (
        "acme: drift", "2 differences from the contract, 1 of them where our guess was wrong.",
        "What next", "Our guess was wrong: 1 statement.", "b: why", "By statement",
        "stage is required, but missing", "specs/acme/openapi.yaml#/components/schemas/Candidate",
        "Expected a field stage, seen no such field, in response body /stage",
        'curl -i https://api.acme.example/v1/candidates/c-1 -H "X-Acme: ${GREENROOM_ACME_KEY}"',
    ):  # fmt: skip
        assert expected in text


def test_a_curl_line_of_a_summary_keeps_its_line_ends() -> None:
    """A body without them would be another."""
    curl = "curl --data 'a\n\n* b'"
    assert curl in shown(summary(contents(reported(finding(curl=curl)))))


def test_no_text_of_a_vendor_is_markup_in_a_summary() -> None:
    """Neither of HTML nor of Markdown."""
    text = f"{HOSTILE} [x](https://evil.example) ![i](//e) `c` **b** | - # @who www.evil.example"
    hostile = finding(
        message=text, seen=text, expected=text, operation=text, curl=text, instance=text,
        pointer=f"/{text}",
    )  # fmt: skip
    report = reported(hostile, vendor=text, target=text, problem=text)
    page = MarkdownIt("gfm-like", {"linkify": False}).render(summary(contents(report)))

    assert set(re.findall(r"<(\w+)", page)) <= {
        "h2", "h3", "p", "code", "ol", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th",
        "td", "details", "summary", "pre",
    }  # fmt: skip
    assert "[x](https://evil.example)" in html.unescape(page)


def test_a_summary_is_bounded() -> None:
    """What is left out is counted."""
    many = reported(*(finding(pointer=f"/{i}", message="ü" * 5000) for i in range(2000)))
    text = summary(contents(many))

    assert len(text.encode()) <= LARGEST_SUMMARY
    assert re.search(r"\n\d+ further entries in report\.html\.\n$", text)


def test_a_summary_is_appended(tmp_path: Path) -> None:
    """Other steps of a job write into the same file."""
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    outputs = ReportOutputs(github=True, summary=file)
    _, lines = publish(guessing(), everything(), outputs, ("s3cr3t",), date(2026, 1, 31))

    assert file.read_text().startswith("before\n## acme: drift\n")
    assert "s3cr3t" not in file.read_text()
    assert lines[-1].startswith("::warning ")


def test_a_summary_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    """By its path."""
    outputs = ReportOutputs(github=True, summary=tmp_path / "missing" / "summary.md")
    with pytest.raises(GreenroomError, match=r"summary\.md: cannot be written"):
        publish(guessing(), reported(), outputs, (), date(2026, 1, 31))
