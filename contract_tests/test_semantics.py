"""Requests are judged as the OpenAPI Specification says, section by section.

The tables are in `semantics/`; each row names the section that it comes from.
"""

from __future__ import annotations

import pytest
from semantics import styles
from semantics.case import Case, judged


def rows(table: list[Case]) -> pytest.MarkDecorator:
    """A test for each row of a table."""
    return pytest.mark.parametrize("case", table, ids=[case.id for case in table])


@rows(styles.CASES)
def test_a_parameter_is_read_by_its_style(case: Case) -> None:
    """Every style, exploded or not, in every place and of every shape."""
    assert judged(case) == case.verdict
