"""The code in the READMEs works as it is printed there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.lint.document import Document
from greenroom.lint.registry import find_problems

_README = Path(__file__).resolve().parents[1] / "README.md"
_GUIDE = Path(__file__).resolve().parents[1] / "specs" / "README.md"
_BLOCKS = re.findall(r"```python\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_readme_has_python_blocks() -> None:
    """Without any the tests below would pass."""
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


def test_the_contract_in_the_style_guide_keeps_the_house_rules() -> None:
    """New contracts are copied from it."""
    guide = _GUIDE.read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(openapi:.*?)```", guide, re.DOTALL)
    assert found is not None
    problems = list(find_problems(Document.from_text(found[1], "openapi.yaml")))
    assert problems == []
