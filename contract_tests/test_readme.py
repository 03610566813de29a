"""The code in the READMEs works as it is printed there, and the pages name what exists."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.cli import main
from greenroom.lint.document import Document
from greenroom.lint.registry import RULES, Rule, find_problems

_README = Path(__file__).resolve().parents[1] / "README.md"
_ARCHITECTURE = _README.with_name("ARCHITECTURE.md")
_GUIDE = Path(__file__).resolve().parents[1] / "specs" / "README.md"
_BLOCKS = re.findall(r"```python\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_readme_has_python_blocks() -> None:
    """Without any, the tests below would prove nothing."""
    assert len(_BLOCKS) >= 2


@pytest.mark.parametrize("block", _BLOCKS, ids=lambda block: block.splitlines()[0])
def test_a_python_block_of_the_readme_runs(block: str, tmp_path: Path) -> None:
    """A script runs and a test passes, each in a process of its own, with warnings as errors."""
    path = tmp_path / "test_block.py"
    path.write_text(block, encoding="utf-8")
    runner = ["-m", "pytest", "-q", "-W", "error"] if "def test_" in block else ["-W", "error"]
    command = [sys.executable, *runner, str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_readme_prints_the_report_of_the_contracts(capsys: pytest.CaptureFixture[str]) -> None:
    """Its first lines: the numbers of each contract."""
    printed = re.search(
        r"\$ greenroom report \| head -(\d+)\n(.*?)```", _README.read_text(), re.DOTALL
    )
    assert printed is not None

    assert main(["report"]) == 0

    lines = capsys.readouterr().out.splitlines()[: int(printed[1])]
    assert printed[2].splitlines() == lines


def test_the_contract_in_the_style_guide_keeps_the_house_rules() -> None:
    """New contracts are copied from it."""
    guide = _GUIDE.read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(openapi:.*?)```", guide, re.DOTALL)
    assert found is not None
    problems = list(find_problems(Document.from_text(found[1], "openapi.yaml")))
    assert problems == []


def test_the_style_guide_begins_with_a_whole_contract() -> None:
    """What it looks like is seen before it is explained."""
    before, _, _ = _GUIDE.read_text(encoding="utf-8").partition("```yaml\nopenapi:")
    assert len(before.split()) < 200


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_style_guide_names_every_rule(rule: Rule) -> None:
    """In parentheses, after what it demands."""
    named = re.findall(r"\((`[a-z-]+`)\)", _GUIDE.read_text(encoding="utf-8"))
    assert f"`{rule.name}`" in named


_NAMED = sorted(
    set(re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.[a-z]+)?)`", _ARCHITECTURE.read_text("utf-8")))
)
_ROOTS = ("", "mocks/greenroom", "contract_tests/greenroom_contracts", "contract_tests")


def test_the_architecture_page_names_modules() -> None:
    """Without any, the test below would prove nothing."""
    assert len(_NAMED) > 40


@pytest.mark.parametrize("name", _NAMED)
def test_what_the_architecture_page_names_exists(name: str) -> None:
    """A module or folder of the repository, from its top, from a package or from a room of one."""
    root = _README.parent
    places = [root / place for place in _ROOTS]
    rooms = [room for place in places[1:3] for room in place.iterdir() if room.is_dir()]
    assert any(
        (place / name).exists() or (place / f"{name}.py").exists() for place in places + rooms
    )
