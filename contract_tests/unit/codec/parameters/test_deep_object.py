"""What pairs with brackets in their names make up."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.codec.parameters.deep_object import read
from greenroom.http.pairs import query_pairs

ROWS: list[tuple[str, Any]] = [
    ("a[b]=1", {"b": "1"}),
    ("a[b]=1&a[c]=2", {"b": "1", "c": "2"}),
    ("a%5Bb%5D=%31", {"b": "1"}),
    ("a[]=1", {"": "1"}),
    ("a[b]=1&a[b]=2&a[b]=3", {"b": ["1", "2", "3"]}),
    ("a[b][c]=1&a[b][d]=2", {"b": {"c": "1", "d": "2"}}),
    ("a[b][]=1&a[b][]=2", {"b": {"": ["1", "2"]}}),
    ("a[b][c][d][e][f]=1", {"b": {"c": {"d": {"e": {"f": "1"}}}}}),
    # Deeper than that it is a name.
    ("a[b][c][d][e][f][g]=1", {"b][c][d][e][f][g": "1"}),
    # A value and an object of one name are two.
    ("a[b]=1&a[b][c]=2", {"b": "1", "b][c": "2"}),
    ("a[b][c]=1&a[b]=2", {"b": [{"c": "1"}, "2"]}),
    # What is none of it.
    ("", None),
    ("a=1&b[a]=2&aa[b]=3", None),
    ("a[b=1&a]=2", None),
    ("a[b]c=1", None),
]


@pytest.mark.parametrize(("query", "expected"), ROWS)
def test_brackets_lead_into_an_object(query: str, expected: Any) -> None:
    """As deep as the library goes that most clients use."""
    assert read(query_pairs(query.encode()), "a") == expected
