"""`report.json`: its fixed keys, its schema, its evidence, and the other files."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from reporting import (
    HOSTILE,
    SECRET,
    everything,
    exchange,
    finding,
    guessing,
    operation,
    reported,
)

from greenroom.errors import GreenroomError
from greenroom.redaction.redactor import redactor_for
from greenroom_contracts.finding import KINDS
from greenroom_contracts.report import Report
from greenroom_contracts.reports.contents import ReportContents
from greenroom_contracts.reports.evidence import excerpt
from greenroom_contracts.reports.formats import json as report_json
from greenroom_contracts.reports.publishing import write_all
from greenroom_contracts.reports.redacted_report import redacted

REDACTOR = redactor_for(guessing(), [SECRET])


def schema() -> Any:
    """The validator of the shipped schema."""
    text = Path(report_json.__file__).with_name("report.schema.json").read_text(encoding="utf-8")
    return jsonschema_rs.validator_for(json.loads(text), validate_formats=True)


def written(report: Report, folder: Path) -> list[Path]:
    """The files of a report, without secrets."""
    return write_all(ReportContents.of(redacted(report, REDACTOR), guessing(), folder), folder)


REPORTS = {
    "everything": everything(),
    "nothing": replace(reported(), operations=(), exchanges=()),
    "conforms": reported(),
    "problem": reported(problem="no connection"),
    "without exchange": reported(finding(exchange=0)),
    "unknown basis": reported(finding(basis=None)),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_valid_by_its_schema(name: str) -> None:
    """Whatever is in it."""
    written = json.loads(json.dumps(report_json.write(REPORTS[name])))

    assert list(schema().iter_errors(written)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "fine"},
        {"findings": [{}]},
        {"operations": [{"operation": "a"}]},
        {"started": "yesterday"},
        {"exit_code": 3},
        {"counts": {}},
    ],
)
def test_the_schema_rejects_an_invalid_report(change: dict[str, Any]) -> None:
    """It checks more than the type."""
    assert not schema().is_valid({**report_json.write(everything()), **change})


def test_the_fixed_keys_come_first() -> None:
    """In the order that readers know."""
    written = report_json.write(everything())

    assert list(written)[:5] == ["vendor", "verdict", "findings", "operations", "unseen"]
    assert list(written["findings"][0])[:7] == [
        "kind", "operation", "operations", "basis", "pointer", "message", "evidence",
    ]  # fmt: skip
    assert list(written["operations"][0])[:5] == [
        "operation", "method", "path", "examined", "why_not",
    ]  # fmt: skip


def test_every_finding_is_written() -> None:
    """Of every kind, those that a baseline accepts too."""
    kinds = [entry["kind"] for entry in report_json.write(everything())["findings"]]

    assert set(kinds) == set(KINDS)


@pytest.mark.parametrize(
    ("report", "verdict", "code"),
    [
        (reported(), "conforms", 0),
        (reported(finding()), "drift", 1),
        (reported(finding(accepted="until then")), "conforms", 0),
        (reported(finding("undocumented-field")), "conforms", 0),
        (reported(finding("undocumented-field"), strict=True), "drift", 1),
        (reported(operations=(operation("a"),)), "not examined", 2),
        (reported(finding(), operations=(operation("a"),)), "drift", 1),
        (reported(problem="no connection"), "not examined", 2),
    ],
)
def test_the_verdict_is_that_of_the_report(report: Report, verdict: str, code: int) -> None:
    """With its exit code."""
    written = report_json.write(report)

    assert (written["verdict"], written["exit_code"]) == (verdict, code)


def test_the_counts_are_those_of_the_report() -> None:
    """Of drift, tolerated findings, and operations that were not examined."""
    additions = finding("undocumented-field")
    accepted = finding("wrong-type", basis="documented", accepted="known")
    report = reported(
        finding(), finding("wrong-type", basis="documented"), additions, accepted,
        operations=(operation("a", examined=True), operation("b"), operation("c", planned=False)),
    )  # fmt: skip

    assert report_json.counts(report) == {
        "operations": 3,
        "planned": 2,
        "examined": 1,
        "requests": 1,
        "findings": 4,
        "drift": 2,
        "guesses": 1,
        "additions": 1,
        "accepted": 1,
        "unseen": 0,
        "leftovers": 0,
    }


def test_the_evidence_leads_to_the_archive() -> None:
    """The file, the entry, and an excerpt."""
    found = exchange(7, {"id": "c-1"})
    report = reported(finding(exchange=7), exchanges=(exchange(3), found))

    assert report_json.write(report)["findings"][0]["evidence"] == {
        "har": "traffic.har",
        "entry": 1,
        "exchange": 7,
        "request": f"GET /v1/candidates/c-1?page=1&acme={'k' * 9}",
        "status": 200,
        "body": '{"id": "c-1"}',
        "side": "response",
    }


def test_a_finding_without_an_exchange_has_no_evidence() -> None:
    """Its object is empty."""
    assert report_json.write(reported(finding(exchange=0)))["findings"][0]["evidence"] == {}


def test_the_evidence_against_a_request_is_its_body() -> None:
    """Since the violation is there."""
    whole = exchange(1, {"id": "c-1"})
    whole = replace(whole, request=replace(whole.request, body=b'{"a": 1}'))
    report = reported(finding(instance="request body /a"), exchanges=(whole,))

    evidence = report_json.write(report)["findings"][0]["evidence"]

    assert (evidence["side"], evidence["body"]) == ("request", '{"a": 1}')


# Excerpts.

_LONG = json.dumps([{"id": f"c-{i}", "stage": {"at": i}} for i in range(1000)])


@pytest.mark.parametrize(
    ("instance", "within"),
    [
        ("response body /500/id", '"c-500"'),
        ("response body /500/stage/at", '"at": 500'),
        ("response body /999/stage", '"c-999"'),
        ("response body /0/id", '"c-0"'),
        ("response body /700/missing", '"c-700"'),
        ("response body /", '"c-0"'),
        ("response header X-Total", '"c-0"'),
        ("", '"c-0"'),
    ],
)
def test_an_excerpt_is_around_the_place_of_the_finding(instance: str, within: str) -> None:
    """Or the beginning if the place is unknown."""
    found = excerpt(_LONG, instance)

    assert within in found
    assert len(found) <= 2002


def test_a_short_body_is_whole() -> None:
    """Nothing is cut."""
    assert excerpt('{"a": 1}', "response body /a") == '{"a": 1}'


def test_a_cut_is_marked() -> None:
    """At each end that is cut."""
    found = excerpt(_LONG, "response body /500/id")

    assert (found[0], found[-1]) == ("…", "…")


def test_a_body_that_is_not_json_is_cut_too() -> None:
    """From its beginning."""
    assert excerpt("x" * 5000, "response body /a") == "x" * 2000 + "…"


# The files.


def test_all_files_are_written(tmp_path: Path) -> None:
    """Into a new folder."""
    folder = tmp_path / "new" / "reports"

    paths = written(reported(finding()), folder)

    names = ["report.json", "junit.xml", "report.html", "traffic.har", "overlay.yaml"]
    assert [path.name for path in paths] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


def test_without_a_wrong_guess_there_is_no_overlay(tmp_path: Path) -> None:
    """That of an earlier run is gone."""
    written(reported(finding()), tmp_path)

    paths = written(reported(finding(basis="documented")), tmp_path)

    assert not (tmp_path / "overlay.yaml").exists()
    assert len(paths) == 4


def test_no_file_holds_a_secret(tmp_path: Path) -> None:
    """Nor anything personal; hostile texts do no harm."""
    for path in written(everything(), tmp_path):
        text = path.read_text(encoding="utf-8")
        for secret in ("s3cr3t", "ada@example.com", "Ada Lovelace", "I built", "555 123"):
            assert secret not in text


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    """JSON can express it, UTF-8 cannot."""
    broken = finding(seen='"\ud800"', message="\ud800", curl="curl \ud800")

    for path in written(reported(broken), tmp_path):
        assert path.read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_created_is_an_error(tmp_path: Path) -> None:
    """By its path."""
    (tmp_path / "file").write_text("")

    with pytest.raises(GreenroomError, match=r"file.*: cannot be written"):
        written(reported(), tmp_path / "file" / "reports")


def test_a_file_that_cannot_be_written_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    """With its path."""
    (tmp_path / "report.json").mkdir()

    with pytest.raises(GreenroomError, match=r"report\.json: cannot be written"):
        written(reported(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_a_report_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """No temporary file is left."""
    written(reported(finding(message=HOSTILE)), tmp_path)
    written(reported(), tmp_path)

    assert json.loads((tmp_path / "report.json").read_text())["findings"] == []
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_only_the_owner_reads_reports(tmp_path: Path) -> None:
    """They hold traffic with people's data, redacted by rules that cannot know everything."""
    folder = tmp_path / "new" / "reports"
    umask = os.umask(0)
    try:
        paths = written(reported(finding()), folder)
        paths[0].chmod(0o644)
        written(reported(finding()), folder)
    finally:
        os.umask(umask)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


def test_a_finding_names_every_operation() -> None:
    """The first is `operation`."""
    report = reported(finding(others=("b", "c")), finding("wrong-type"))
    found = report_json.write(report)["findings"]

    assert found[0]["operations"] == ["getCandidate", "b", "c"]
    assert [each["operation"] for each in found] == ["getCandidate"] * 2
    assert found[1]["operations"] == ["getCandidate"]
    assert "others" not in found[0]
