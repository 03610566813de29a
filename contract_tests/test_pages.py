"""The style guide's contract keeps its rules, and the pages name what exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from greenroom.contract.loading.parsing import parse
from greenroom.lint.document import Document
from greenroom.lint.registry import RULES, Rule, find_problems

_README = Path(__file__).resolve().parents[1] / "README.md"
_ARCHITECTURE = _README.with_name("ARCHITECTURE.md")
_GUIDE = Path(__file__).resolve().parents[1] / "specs" / "README.md"


def test_the_contract_in_the_style_guide_keeps_the_house_rules() -> None:
    """New contracts are copied from it."""
    guide = _GUIDE.read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(openapi:.*?)```", guide, re.DOTALL)
    assert found is not None
    document = Document(parse(found[1], "openapi.yaml"), "openapi.yaml", found[1])
    assert find_problems(document) == []


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
