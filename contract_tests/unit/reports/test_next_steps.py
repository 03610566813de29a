"""After drift, the last lines say what to do, and the commands in them work."""

from __future__ import annotations

import json
import shlex
from datetime import date
from pathlib import Path

import pytest
from reporting import finding, guessing, reported

from greenroom.cli import main
from greenroom.contract.catalog import Source, load
from greenroom_contracts.report import Report
from greenroom_contracts.reports.publishing import ReportOutputs, publish


def steps(report: Report, folder: Path, write: bool = True) -> list[str]:
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
    found = steps(reported(finding()), tmp_path)
    assert "1 wrong guess" in found[1]

    words = shlex.split(found[2])
    assert words[0] == "greenroom"
    assert main(words[1:]) == 0

    printed = json.loads(capsys.readouterr().out)
    assert (
        printed["components"]["schemas"]["Candidate"]["required"]
        != (guessing().document["components"]["schemas"]["Candidate"]["required"])
    )


def test_a_documented_statement_is_not_corrected_by_a_command(tmp_path: Path) -> None:
    """A person decides whether the server or the contract is right."""
    found = steps(reported(finding(basis="documented")), tmp_path)
    assert "1 difference from what is stated: mend the server, or" in found[1]
    assert "my contract.json" in found[2]
    assert not any("overlay apply" in line for line in found)


def test_without_a_folder_there_is_no_overlay_to_apply(tmp_path: Path) -> None:
    """The contract is named instead."""
    found = steps(reported(finding()), tmp_path, write=False)
    assert found[1].startswith("  1 wrong guess: correct ")


@pytest.mark.parametrize("findings", [(), (finding(accepted="known until 2026-12-31"),)])
def test_without_drift_there_is_nothing_to_do(tmp_path: Path, findings: tuple[object, ...]) -> None:
    """The verdict is enough."""
    assert steps(reported(*findings), tmp_path) == []
