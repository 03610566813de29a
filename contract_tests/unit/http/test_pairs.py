"""A query is split into names and values."""

from __future__ import annotations

import pytest

from greenroom.http.pairs import query_pairs


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", []),
        (b"&&", []),
        (b"=", [("", "")]),
        (b"=a", [("", "a")]),
        (b"a", [("a", "")]),
        (b"a=b=c", [("a", "b=c")]),
        (b"a;b=c", [("a;b", "c")]),
        (b"a+b=c+d", [("a b", "c%20d")]),
        (b"%61=%61", [("a", "%61")]),
        (b"\xff=\xfe", [("\ufffd", "\ufffd")]),
        (b"a\x00=\r\n", [("a\x00", "\r\n")]),
    ],
)
def test_a_query_is_split_into_pairs(query: bytes, expected: list[tuple[str, str]]) -> None:
    """Names are decoded, values stay as they were sent, and no bytes are refused."""
    assert query_pairs(query) == expected
