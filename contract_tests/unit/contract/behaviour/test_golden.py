"""What the operations of whole contracts do, as golden files (`make golden` writes them)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from greenroom.cli import main

HERE = Path(__file__).parent
VENDORS = sorted(path.parent.name for path in HERE.parents[3].glob("specs/*/openapi.yaml"))
# Nobody prepared these files for greenroom.
FILES = ("petstore", "payments")
CONTRACTS = {**{name: name for name in VENDORS}, **{n: str(HERE / f"{n}.yaml") for n in FILES}}


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_behaviour_of_a_contract_is_as_recorded(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """So a change of a rule shows as a difference, to be read and accepted."""
    assert main(["report", "--behaviour", CONTRACTS[name]]) == 0

    expected = (HERE / "golden" / f"{name}.txt").read_text("utf-8")
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_behaviour_is_printed_as_json(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With every operation, bound or not."""
    assert main(["report", "--behaviour", "--json", CONTRACTS[name]]) == 0

    (printed,) = json.loads(capsys.readouterr().out)
    text = (HERE / "golden" / f"{name}.txt").read_text("utf-8")
    operations = [entry["operation"] for entry in printed["operations"]] + [*printed["examples"]]
    assert f"of {len(operations)} operations" in text.splitlines()[0]
    assert all(f"{operation}: " in text for operation in operations)
