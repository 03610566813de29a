"""`greenroom models` on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.cli import main

ACME = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "paths": {},
    "components": {"schemas": {"Thing": {"type": "object", "properties": {"a": {}}}}},
}


@pytest.fixture
def contract(tmp_path: Path) -> str:
    """A contract file that is not a vendor's."""
    path = tmp_path / "acme.json"
    path.write_text(json.dumps(ACME), encoding="utf-8")
    return str(path)


def test_models_of_any_contract_file_are_written(contract: str, tmp_path: Path) -> None:
    """It need not be a vendor's."""
    output = tmp_path / "models.py"
    assert main(["models", contract, "--output", str(output)]) == 0
    assert "class Thing(BaseModel):" in output.read_text(encoding="utf-8")


def test_a_dash_writes_to_standard_output(
    contract: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The output is the module and nothing else, so that it can be piped."""
    assert main(["models", contract, "--output", "-", "--style", "typeddict"]) == 0
    printed = capsys.readouterr().out
    assert "class Thing(TypedDict):" in printed
    compile(printed, "printed", "exec")


def test_an_existing_file_is_overwritten(contract: str, tmp_path: Path) -> None:
    """Models are generated again whenever the contract changes."""
    output = tmp_path / "models.py"
    output.write_text("old", encoding="utf-8")
    assert main(["models", contract, "--output", str(output)]) == 0
    assert "old" not in output.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("folder", "folder is a folder; name a file"),
        ("missing/models.py", "the folder missing does not exist"),
        ("acme.json/models.py", "the folder acme.json does not exist"),
        ("x" * 300 + ".py", "File name too long"),
    ],
)
def test_an_impossible_output_is_refused_in_one_line(
    contract: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    output: str,
    message: str,
) -> None:
    """Nothing is written."""
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["models", contract, "--output", output]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_an_exact_style_must_be_pydantic(contract: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The other styles cannot express it."""
    assert main(["models", contract, "--style", "dataclass", "--exact"]) == 2
    assert "only the style pydantic" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["datamodel_code_generator", "ruff"])
def test_a_missing_extra_is_named(
    contract: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    module: str,
) -> None:
    """Whichever part of it is missing."""
    monkeypatch.setitem(sys.modules, module, None)
    assert main(["models", contract]) == 2
    assert "pip install 'greenroom[generate]'" in capsys.readouterr().err


def test_models_need_no_server(contract: str) -> None:
    """The extra `generate` is enough."""
    script = (
        "import sys; from greenroom.cli import main; main(['models', sys.argv[1]]);"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    command = [sys.executable, "-c", script, contract]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(run.stderr.split())
    assert "datamodel_code_generator" in loaded
    assert loaded.isdisjoint(("connexion", "starlette", "uvicorn", "openapi_core", "schemathesis"))
