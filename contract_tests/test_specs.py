"""Every contract in specs/ keeps every house rule of specs/README.md."""

from __future__ import annotations

from functools import cache

import pytest

from greenroom.contract.catalog import Source, vendors
from greenroom.lint import RULES, Document, Rule, find_problems

CASES = [
    pytest.param(source, rule, id=f"{source.name}][{rule.name}")
    for source in vendors()
    for rule in RULES
]


@cache
def _document(source: Source) -> Document:
    return Document.from_path(source.path, f"specs/{source.name}/{source.path.name}")


@pytest.mark.parametrize(("source", "rule"), CASES)
def test_contract_keeps_the_house_rule(source: Source, rule: Rule) -> None:
    """Each problem is reported with file, JSON pointer and what would be right."""
    problems = find_problems(_document(source), [rule])

    assert not problems, "\n" + "\n".join(map(str, problems))


def test_there_are_contracts() -> None:
    """Without any, the tests above would prove nothing."""
    assert vendors()
