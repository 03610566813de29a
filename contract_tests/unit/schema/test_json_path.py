"""JSONPath queries select what RFC 9535 says; its examples are the tables below."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.schema import json_path
from greenroom.schema.json_path import JsonPathError, select

STORE: dict[str, Any] = {
    "store": {
        "book": [
            {"category": "reference", "author": "Rees", "price": 8.95},
            {"category": "fiction", "author": "Waugh", "price": 12.99},
            {"category": "fiction", "author": "Melville", "isbn": "0-553", "price": 8.99},
            {"category": "fiction", "author": "Tolkien", "isbn": "0-395", "price": 22.99},
        ],
        "bicycle": {"color": "red", "price": 399},
    }
}

# A query, and what it selects of STORE or of the document given (figures 1 and 2, section 2.3).
SELECTED: list[tuple[Any, str, list[Any]]] = [
    (STORE, "$.store.book[*].author", ["Rees", "Waugh", "Melville", "Tolkien"]),
    (STORE, "$..author", ["Rees", "Waugh", "Melville", "Tolkien"]),
    (STORE, "$.store..price", [8.95, 12.99, 8.99, 22.99, 399]),
    (STORE, "$..book[-1].author", ["Tolkien"]),
    (STORE, "$..book[0,1].author", ["Rees", "Waugh"]),
    (STORE, "$..book[:2].author", ["Rees", "Waugh"]),
    (STORE, "$..book[?@.isbn].author", ["Melville", "Tolkien"]),
    (STORE, "$..book[?@.price<10].author", ["Rees", "Melville"]),
    (STORE, "$..book[?(@.price < 10 && !@.isbn)].author", ["Rees"]),
    (STORE, "$..book[?@.price > $.store.book[1].price].author", ["Tolkien"]),
    (STORE, "$..book[?match(@.author, 'M.*')].price", [8.99]),
    (STORE, "$..book[?search(@.author, 'l')].price", [8.99, 22.99]),
    (STORE, "$.store[?count(@.*) == 2].color", ["red"]),
    (STORE, "$..book[?length(@.author) == 4].price", [8.95]),
    (STORE, "$..book[?value(@..isbn) == '0-395'].price", [22.99]),
    ({"o": {"j j": {"k.k": 3}}, "'": {"@": 2}}, """$.o['j j']["k.k"]""", [3]),
    ({"o": {"j j": {"k.k": 3}}, "'": {"@": 2}}, """$["'"]["@"]""", [2]),
    ([0, 1, 2, 3, 4, 5, 6], "$[5:1:-2]", [5, 3]),
    ([0, 1, 2], "$[-4]", []),
    ([1, 1.0, True, "1"], "$[?@ == 1]", [1, 1.0]),
    ([{"a": None}, {}], "$[?@.a == null]", [{"a": None}]),
    ([[1, [2]], [1, 2]], "$[?@ == $[0]]", [[1, [2]]]),
    ([0, False, "", [1]], "$[?@]", [0, False, "", [1]]),
    ([0, "[", [2, 3]], "$[?count(@) == 1 && value(@) == 0]", [0]),
    ({"a": 1, "b": [{"c": [1]}, {"c": [2]}]}, "$.b[?@.c[?@ == $.a]]", [{"c": [1]}]),
    ({"ñ": 1}, "$.ñ", [1]),
    ({"a": 1}, "$['\\u0061']", [1]),
    ("text", "$", ["text"]),
]


@pytest.mark.parametrize(("document", "query", "values"), SELECTED, ids=[s[1] for s in SELECTED])
def test_a_query_selects_values(document: Any, query: str, values: list[Any]) -> None:
    """In the order of the document."""
    assert [value for _, value in select(document, query)] == values


def test_each_value_has_its_place() -> None:
    """Keys and indices, the latter counted from the beginning."""
    assert select({"a": [1, 2]}, "$.a[-1]") == [(("a", 1), 2)]
    assert select([1, 2, 3], "$[::-2]") == [((2,), 3), ((0,), 1)]


@pytest.mark.parametrize(
    "query",
    [
        "", "a", " $", "$ ", "$.", "$..", "$. a", "$[", "$[]", "$['a'", "$['a]", "$[01]", "$[-0]",
        "$[1.5]", "$[9007199254740992]", "$.a-1", "$[?]", "$[?1]", "$[?@.a==]", "$[?@..a == 1]",
        "$[?@.a = 1]", "$[?length(@)]", "$[?count(1) > 0]", "$[?match(@)]", "$[?nix(@)]",
        "$[?match(@, 'a') == true]", "$[?(@.a]", "$[?@.a &&]", "$['\\ud800']", "$[?" + "(" * 5000,
        "$[?" + "!" * 1900 + "@]", "$" + "[?@" * 400 + "]" * 400, "$" + ".a" * 100_000,
        "$[?@ == 1e99999]", "$[" + "9" * 5000 + "]",
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(query: str) -> None:
    """With what was expected, and where; no query is too deep for an error."""
    with pytest.raises(JsonPathError):
        select({}, query)


def test_a_query_that_visits_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few characters are enough for one that would take hours."""
    monkeypatch.setattr(json_path, "_MOST_VISITED", 20_000)
    with pytest.raises(JsonPathError, match="visits more than"):
        select([[0] * 1000] * 20, "$..*[?count($..*[?count($..*) > 1]) > 1]")


def test_a_pattern_cannot_block() -> None:
    """It is bounded, as patterns of schemas are."""
    assert select(["a" * 5000 + "!"], "$[?match(@, '(a|aa)+')]") == []
