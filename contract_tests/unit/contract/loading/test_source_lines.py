"""The lines of a file that a JSON pointer leads to."""

from __future__ import annotations

import pytest

from greenroom.contract.catalog import vendors
from greenroom.contract.loading.parsing import parse_value
from greenroom.contract.loading.source_lines import lines_of
from greenroom.schema import json_pointer as ptr

TEXT = """\
a:
  b: 1
  c:
    - x
    - {y: 2,
       z: 3}

d/e: last
"""


@pytest.mark.parametrize(
    ("pointer", "lines"),
    [
        ("", (1, 8)),
        ("/a", (1, 6)),
        ("/a/b", (2, 2)),
        ("/a/c", (3, 6)),
        ("/a/c/0", (4, 4)),
        ("/a/c/1", (5, 6)),
        ("/a/c/1/z", (6, 6)),
        ("/d~1e", (8, 8)),
        ("/a/b/nowhere/x", (2, 2)),
    ],
)
def test_a_value_has_the_lines_from_its_key_to_its_end(
    pointer: str, lines: tuple[int, int]
) -> None:
    """Without blank lines at its end; what does not exist has the lines of what is around it."""
    assert lines_of(TEXT, [pointer]) == {pointer: lines}


@pytest.mark.parametrize("text", ["a: [", "", "\t{"])
def test_an_unreadable_text_has_no_lines(text: str) -> None:
    """It is only a help for readers."""
    assert lines_of(text, ["/a"]) == {}


def test_every_key_of_a_contract_is_found() -> None:
    """The first of its lines has the key."""
    text = vendors()[0].path.read_text(encoding="utf-8")
    pointers = [where for where, _ in ptr.walk(parse_value(text, "x")) if where]
    lines, found = text.splitlines(), lines_of(text, pointers)
    for where in pointers:
        name = ptr.split(where)[-1]
        assert name.isdecimal() or name in lines[found[where][0] - 1], where
