"""Parameter styles, as the table of OpenAPI 3.1, 4.8.12.2 and RFC 6570 have them."""

from __future__ import annotations

from typing import Any

import pytest

from greenroom.codec.parameters.parsing import (
    Text,
    from_header,
    from_query,
    from_segment,
)
from greenroom.http.pairs import cookie_pairs, query_pairs

LIST = ["blue", "black", "brown"]
DICT = {"R": "100", "G": "200", "B": "150"}
PROPERTIES = frozenset(DICT)

# Style, explode, text, shape, value; the rows of the table come first.
SEGMENTS: list[tuple[str, bool, str, str, Text | None]] = [
    ("simple", False, "blue", "primitive", "blue"),
    ("simple", False, "blue,black,brown", "array", LIST),
    ("simple", False, "R,100,G,200,B,150", "object", DICT),
    ("simple", True, "blue", "primitive", "blue"),
    ("simple", True, "blue,black,brown", "array", LIST),
    ("simple", True, "R=100,G=200,B=150", "object", DICT),
    ("label", False, ".", "primitive", ""),
    ("label", False, ".blue", "primitive", "blue"),
    ("label", False, ".blue,black,brown", "array", LIST),
    ("label", False, ".R,100,G,200,B,150", "object", DICT),
    ("label", True, ".blue", "primitive", "blue"),
    ("label", True, ".blue.black.brown", "array", LIST),
    ("label", True, ".R=100.G=200.B=150", "object", DICT),
    ("matrix", False, ";color", "primitive", ""),
    ("matrix", False, ";color=blue", "primitive", "blue"),
    ("matrix", False, ";color=blue,black,brown", "array", LIST),
    ("matrix", False, ";color=R,100,G,200,B,150", "object", DICT),
    ("matrix", True, ";color", "primitive", ""),
    ("matrix", True, ";color=blue", "primitive", "blue"),
    ("matrix", True, ";color=blue;color=black;color=brown", "array", LIST),
    ("matrix", True, ";R=100;G=200;B=150", "object", DICT),
    # Decoding comes after splitting.
    ("simple", False, "a%2Cb,c%20d", "array", ["a,b", "c d"]),
    ("simple", False, "a%2Cb", "primitive", "a,b"),
    ("simple", False, "a,b", "primitive", "a,b"),
    ("simple", True, "R=1%3D2,%47=3", "object", {"R": "1=2", "G": "3"}),
    ("simple", False, "a%2Fb", "primitive", "a/b"),
    ("simple", False, "%E2%82%AC", "primitive", "€"),
    ("simple", False, "%ff", "primitive", "\ufffd"),
    ("simple", False, "100%", "primitive", "100%"),
    ("simple", False, "a+b", "primitive", "a+b"),
    ("label", True, ".a%2Eb.c", "array", ["a.b", "c"]),
    ("label", True, ".1.5", "primitive", "1.5"),
    ("matrix", True, ";color=a%3Bb;color=c", "array", ["a;b", "c"]),
    ("matrix", False, ";c%6Flor=blue", "primitive", "blue"),
    # Empty values and values left out.
    ("simple", False, "a,,b", "array", ["a", "", "b"]),
    ("simple", False, "R,100,G", "object", {"R": "100", "G": ""}),
    ("simple", True, "R=100,G", "object", {"R": "100", "G": ""}),
    ("label", False, ".", "array", []),
    ("label", True, ".", "array", []),
    ("matrix", False, ";color", "array", []),
    ("matrix", True, ";color;color=b", "array", ["", "b"]),
    ("matrix", True, ";R;G=2", "object", {"R": "", "G": "2"}),
    # Without the prefix that the style has, there is no such parameter.
    ("label", False, "blue", "primitive", None),
    ("label", True, "R=100.G=200", "object", None),
    ("matrix", False, "blue", "primitive", None),
    ("matrix", False, "color=blue", "primitive", None),
    ("matrix", False, ";colour=blue", "primitive", None),
    ("matrix", False, ";Color=blue", "primitive", None),
    ("matrix", True, ";color=blue;other=black", "array", None),
    ("matrix", True, "R=100;G=200", "object", None),
]


@pytest.mark.parametrize(("style", "explode", "text", "shape", "expected"), SEGMENTS)
def test_a_path_parameter_is_read(
    style: str, explode: bool, text: str, shape: str, expected: Text | None
) -> None:
    """Every style of a path, exploded or not, in every shape."""
    assert from_segment(text, "color", style, explode, shape) == expected


QUERIES: list[tuple[str, bool, str, str, Text | None]] = [
    ("form", True, "color=", "primitive", ""),
    ("form", True, "color=blue", "primitive", "blue"),
    ("form", True, "color=blue&color=black&color=brown", "array", LIST),
    ("form", True, "R=100&G=200&B=150", "object", DICT),
    ("form", False, "color=", "primitive", ""),
    ("form", False, "color=blue", "primitive", "blue"),
    ("form", False, "color=blue,black,brown", "array", LIST),
    ("form", False, "color=R,100,G,200,B,150", "object", DICT),
    ("spaceDelimited", False, "color=blue%20black%20brown", "array", LIST),
    ("spaceDelimited", False, "color=R%20100%20G%20200%20B%20150", "object", DICT),
    ("pipeDelimited", False, "color=blue%7Cblack%7Cbrown", "array", LIST),
    ("pipeDelimited", False, "color=R%7C100%7CG%7C200%7CB%7C150", "object", DICT),
    ("deepObject", True, "color[R]=100&color[G]=200&color[B]=150", "object", DICT),
    # As browsers and careless clients write them.
    ("spaceDelimited", False, "color=blue+black+brown", "array", LIST),
    ("pipeDelimited", False, "color=blue|black%7cbrown", "array", LIST),
    ("spaceDelimited", True, "color=blue&color=black&color=brown", "array", LIST),
    ("pipeDelimited", True, "color=blue&color=black&color=brown", "array", LIST),
    ("deepObject", True, "color%5BR%5D=100&color%5bG%5d=200&color[B]=150", "object", DICT),
    ("deepObject", False, "color[R]=100&color[G]=200&color[B]=150", "object", DICT),
    # Among others, in any order.
    ("form", True, "x=1&color=blue&y", "primitive", "blue"),
    ("form", True, "color=blue&x=1&color=black&color=brown", "array", LIST),
    ("form", True, "x=1&B=150&G=200&R=100", "object", DICT),
    (
        "deepObject",
        True,
        "a[R]=1&color[R]=100&color[G]=200&colors[B]=2&color[B]=150",
        "object",
        DICT,
    ),
    # Decoding comes after splitting.
    ("form", False, "color=a%2Cb,c", "array", ["a,b", "c"]),
    ("form", True, "color=a%26b&color=c%3Dd", "array", ["a&b", "c=d"]),
    ("form", True, "color=a+b%2Bc", "primitive", "a b+c"),
    ("form", True, "c%6Flor=a", "primitive", "a"),
    ("form", True, "color=a=b", "primitive", "a=b"),
    ("form", True, "color=%E2%82%AC", "primitive", "€"),
    ("form", True, "color=€", "primitive", "€"),
    ("form", True, "color=%ff", "primitive", "\ufffd"),
    ("form", True, "color=100%", "primitive", "100%"),
    ("spaceDelimited", False, "color=a%2520b%20c", "array", ["a%20b", "c"]),
    ("pipeDelimited", False, "color=a%257Cb%7Cc", "array", ["a%7Cb", "c"]),
    # Empty values and values left out.
    ("form", True, "color", "primitive", ""),
    ("form", True, "color=&color=", "array", ["", ""]),
    ("form", False, "color=", "array", []),
    ("form", False, "color=a,", "array", ["a", ""]),
    ("form", False, "color=R,1,G", "object", {"R": "1", "G": ""}),
    ("form", True, "R=&G", "object", {"R": "", "G": ""}),
    ("deepObject", True, "color[R]=", "object", {"R": ""}),
    ("deepObject", True, "color[]=1", "object", {"": "1"}),
    # Of what is sent several times nothing is left out.
    ("form", True, "color=a&color=b", "primitive", ["a", "b"]),
    ("form", False, "color=a,b&color=c", "array", ["a", "b", "c"]),
    ("pipeDelimited", False, "color=a|b&color=c", "array", ["a", "b", "c"]),
    ("form", False, "color=R,1&color=G,2", "object", {"R": "1", "G": "2"}),
    ("form", True, "R=1&R=2", "object", {"R": ["1", "2"]}),
    # Absent.
    ("form", True, "", "primitive", None),
    ("form", True, "Color=a&colors=b&x=color", "primitive", None),
    ("form", True, "x=1", "array", None),
    ("form", True, "color=1", "object", None),
    ("form", False, "R=1", "object", None),
    ("deepObject", True, "color=1&color[R=2&R]=3", "object", None),
]


@pytest.mark.parametrize(("style", "explode", "query", "shape", "expected"), QUERIES)
def test_a_query_parameter_is_read(
    style: str, explode: bool, query: str, shape: str, expected: Text | None
) -> None:
    """Every style of a query, exploded or not, in every shape."""
    pairs = query_pairs(query.encode())
    assert from_query(pairs, "color", style, explode, shape, PROPERTIES.__contains__) == expected


HEADERS: list[tuple[bool, str, str, Text]] = [
    (False, "blue", "primitive", "blue"),
    (False, "blue,black,brown", "array", LIST),
    (False, "R,100,G,200,B,150", "object", DICT),
    (True, "blue", "primitive", "blue"),
    (True, "blue,black,brown", "array", LIST),
    (True, "R=100,G=200,B=150", "object", DICT),
    # White space around elements and empty ones do not count (RFC 9110 section 5.6.1).
    (False, " blue , black,\tbrown ", "array", LIST),
    (False, "blue,,black, ,brown,", "array", LIST),
    (False, "", "array", []),
    (True, "R=100, G=200, B=150", "object", DICT),
    (False, " a b ", "primitive", "a b"),
    (False, "R,100,G", "object", {"R": "100", "G": ""}),
    (True, "R=1=2,G", "object", {"R": "1=2", "G": ""}),
    # Nothing is percent-decoded.
    (False, "a%2Cb", "primitive", "a%2Cb"),
    (False, "a%2Cb,c", "array", ["a%2Cb", "c"]),
]


@pytest.mark.parametrize(("explode", "text", "shape", "expected"), HEADERS)
def test_a_header_parameter_is_read(explode: bool, text: str, shape: str, expected: Text) -> None:
    """Style `simple`, exploded or not, in every shape."""
    assert from_header(text, explode, shape) == expected


COOKIES: list[tuple[bool, str, str, Text | None]] = [
    (True, "color=blue", "primitive", "blue"),
    (False, "color=blue", "primitive", "blue"),
    (False, "color=blue,black,brown", "array", LIST),
    (False, "color=R,100,G,200,B,150", "object", DICT),
    (True, "color=blue; color=black; color=brown", "array", LIST),
    (True, "R=100; G=200; B=150", "object", DICT),
    (True, 'a=b;color="blue";c=d', "primitive", "blue"),
    (True, "color=a%20b", "primitive", "a b"),
    (True, "color=a+b", "primitive", "a+b"),
    (True, "color=a=b", "primitive", "a=b"),
    (True, "color", "primitive", ""),
    (True, "; ;=a;", "primitive", None),
    (True, "Color=blue", "primitive", None),
]


@pytest.mark.parametrize(("explode", "value", "shape", "expected"), COOKIES)
def test_a_cookie_parameter_is_read(
    explode: bool, value: str, shape: str, expected: Text | None
) -> None:
    """Style `form`, exploded or not, in every shape."""
    pairs = cookie_pairs(value)
    assert from_query(pairs, "color", "form", explode, shape, PROPERTIES.__contains__) == expected


DEEP_OBJECTS: list[tuple[str, Any]] = [
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
    # None of these names is a path into the object.
    ("", None),
    ("a=1&b[a]=2&aa[b]=3", None),
    ("a[b=1&a]=2", None),
    ("a[b]c=1", None),
]


@pytest.mark.parametrize(("query", "expected"), DEEP_OBJECTS)
def test_brackets_lead_into_an_object(query: str, expected: Any) -> None:
    """As deep as in the library that most clients use."""
    found = from_query(
        query_pairs(query.encode()), "a", "deepObject", True, "object", PROPERTIES.__contains__
    )
    assert found == expected
