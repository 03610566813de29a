"""The table of style examples: each style, exploded or not, in every location and shape.

Each schema allows one value only, so that a row passes if the text was read as exactly that value;
and for each there is a row with a schema that allows any other.
"""

from __future__ import annotations

from typing import Any

from .case import OK, Case, broken, parameter, sent, with_parameter

TABLE = "OAS 3.1.1, 4.8.12.4"
STRING = {"type": "string"}
ARRAY = {"type": "array", "items": {"type": "string"}}
OBJECT = {
    "type": "object",
    "properties": {name: {"type": "integer"} for name in "RGB"},
    "additionalProperties": False,
}
COLORS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}

# Section, location, style, explode, text, schema, value.
Row = tuple[str, str, str, bool, str, dict[str, Any], Any]
ROWS: list[Row] = [
    # The column `undefined`, which is also the empty string.
    (TABLE, "path", "matrix", False, ";color", STRING, ""),
    (TABLE, "path", "matrix", True, ";color", STRING, ""),
    (TABLE, "path", "label", False, ".", STRING, ""),
    (TABLE, "path", "label", True, ".", STRING, ""),
    (TABLE, "header", "simple", False, "", STRING, ""),
    (TABLE, "header", "simple", True, "", STRING, ""),
    (TABLE, "query", "form", False, "color=", STRING, ""),
    (TABLE, "query", "form", True, "color=", STRING, ""),
    (TABLE, "cookie", "form", False, "color=", STRING, ""),
    (TABLE, "cookie", "form", True, "color=", STRING, ""),
    # The column `string`.
    (TABLE, "path", "matrix", False, ";color=blue", STRING, "blue"),
    (TABLE, "path", "matrix", True, ";color=blue", STRING, "blue"),
    (TABLE, "path", "label", False, ".blue", STRING, "blue"),
    (TABLE, "path", "label", True, ".blue", STRING, "blue"),
    (TABLE, "path", "simple", False, "blue", STRING, "blue"),
    (TABLE, "path", "simple", True, "blue", STRING, "blue"),
    (TABLE, "header", "simple", False, "blue", STRING, "blue"),
    (TABLE, "header", "simple", True, "blue", STRING, "blue"),
    (TABLE, "query", "form", False, "color=blue", STRING, "blue"),
    (TABLE, "query", "form", True, "color=blue", STRING, "blue"),
    (TABLE, "cookie", "form", False, "color=blue", STRING, "blue"),
    (TABLE, "cookie", "form", True, "color=blue", STRING, "blue"),
    # The column `array`.
    (TABLE, "path", "matrix", False, ";color=blue,black,brown", ARRAY, COLORS),
    (TABLE, "path", "matrix", True, ";color=blue;color=black;color=brown", ARRAY, COLORS),
    (TABLE, "path", "label", False, ".blue,black,brown", ARRAY, COLORS),
    (TABLE, "path", "label", True, ".blue.black.brown", ARRAY, COLORS),
    (TABLE, "path", "simple", False, "blue,black,brown", ARRAY, COLORS),
    (TABLE, "path", "simple", True, "blue,black,brown", ARRAY, COLORS),
    (TABLE, "header", "simple", False, "blue,black,brown", ARRAY, COLORS),
    (TABLE, "header", "simple", True, "blue,black,brown", ARRAY, COLORS),
    (TABLE, "query", "form", False, "color=blue,black,brown", ARRAY, COLORS),
    (TABLE, "query", "form", True, "color=blue&color=black&color=brown", ARRAY, COLORS),
    (TABLE, "query", "spaceDelimited", False, "color=blue%20black%20brown", ARRAY, COLORS),
    (TABLE, "query", "pipeDelimited", False, "color=blue%7Cblack%7Cbrown", ARRAY, COLORS),
    (TABLE, "cookie", "form", False, "color=blue,black,brown", ARRAY, COLORS),
    # The column `object`.
    (TABLE, "path", "matrix", False, ";color=R,100,G,200,B,150", OBJECT, RGB),
    (TABLE, "path", "matrix", True, ";R=100;G=200;B=150", OBJECT, RGB),
    (TABLE, "path", "label", False, ".R,100,G,200,B,150", OBJECT, RGB),
    (TABLE, "path", "label", True, ".R=100.G=200.B=150", OBJECT, RGB),
    (TABLE, "path", "simple", False, "R,100,G,200,B,150", OBJECT, RGB),
    (TABLE, "path", "simple", True, "R=100,G=200,B=150", OBJECT, RGB),
    (TABLE, "header", "simple", False, "R,100,G,200,B,150", OBJECT, RGB),
    (TABLE, "header", "simple", True, "R=100,G=200,B=150", OBJECT, RGB),
    (TABLE, "query", "form", False, "color=R,100,G,200,B,150", OBJECT, RGB),
    (TABLE, "query", "form", True, "R=100&G=200&B=150", OBJECT, RGB),
    (TABLE, "query", "spaceDelimited", False, "color=R%20100%20G%20200%20B%20150", OBJECT, RGB),
    (TABLE, "query", "pipeDelimited", False, "color=R%7C100%7CG%7C200%7CB%7C150", OBJECT, RGB),
    (TABLE, "query", "deepObject", True, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
     OBJECT, RGB),
    (TABLE, "cookie", "form", False, "color=R,100,G,200,B,150", OBJECT, RGB),
    # Cookies are separated by semicolons, whatever the style.
    ("OAS 3.1.1, Appendix D", "cookie", "form", True, "color=blue; color=black; color=brown",
     ARRAY, COLORS),
    ("OAS 3.1.1, Appendix D", "cookie", "form", True, "R=100; G=200; B=150", OBJECT, RGB),
    # Undefined combinations, as most libraries serialize them.
    (TABLE, "query", "spaceDelimited", True, "color=blue&color=black&color=brown", ARRAY, COLORS),
    (TABLE, "query", "pipeDelimited", True, "color=blue&color=black&color=brown", ARRAY, COLORS),
    (TABLE, "query", "deepObject", False, "color[R]=100&color[G]=200&color[B]=150", OBJECT, RGB),
    # Empty arrays and objects.
    ("RFC 6570, 3.2.2", "header", "simple", False, "", ARRAY, []),
    ("RFC 6570, 3.2.5", "path", "label", False, ".", ARRAY, []),
    ("RFC 6570, 3.2.7", "path", "matrix", False, ";color", ARRAY, []),
    ("RFC 6570, 3.2.8", "query", "form", False, "color=", ARRAY, []),
    ("RFC 6570, 3.2.8", "query", "form", False, "color=", OBJECT, {}),
    # Empty strings among others.
    ("RFC 6570, 3.2.2", "path", "simple", False, "blue,,brown", ARRAY, ["blue", "", "brown"]),
    ("RFC 6570, 3.2.7", "path", "matrix", True, ";color=blue;color;color=brown", ARRAY,
     ["blue", "", "brown"]),
    ("RFC 6570, 3.2.8", "query", "form", True, "color=blue&color=&color=brown", ARRAY,
     ["blue", "", "brown"]),
    ("RFC 6570, 3.2.8", "query", "form", True, "color=", ARRAY, [""]),
    ("RFC 9110, 5.6.1", "header", "simple", False, "blue, ,brown,", ARRAY, ["blue", "brown"]),
    # Delimiters that are part of a value are encoded, so splitting comes before decoding.
    ("OAS 3.1.1, C.2", "path", "simple", False, "a%2Cb,c", ARRAY, ["a,b", "c"]),
    ("OAS 3.1.1, C.2", "path", "label", True, ".a%2Eb.c", ARRAY, ["a.b", "c"]),
    ("OAS 3.1.1, C.2", "path", "matrix", True, ";color=a%3Bb;color=c%3Dd", ARRAY, ["a;b", "c=d"]),
    ("OAS 3.1.1, C.2", "query", "form", False, "color=a%2Cb,c", ARRAY, ["a,b", "c"]),
    ("OAS 3.1.1, C.2", "query", "form", True, "color=a%26b&color=c%3Dd", ARRAY, ["a&b", "c=d"]),
    ("OAS 3.1.1, C.2", "header", "simple", False, "a%2Cb,c", ARRAY, ["a,b", "c"]),
    # In a primitive the delimiters of the style are part of the value.
    ("RFC 6570, 3.2.2", "path", "simple", False, "a,b", STRING, "a,b"),
    ("RFC 6570, 3.2.5", "path", "label", True, ".1.5", {"type": "number"}, 1.5),
    ("RFC 6570, 3.2.8", "query", "form", False, "color=a,b", STRING, "a,b"),
    # Percent-encoding.
    ("RFC 6570, 3.2.2", "path", "simple", False, "%E2%82%AC%20%2F", STRING, "\u20ac /"),
    ("RFC 6570, 3.2.7", "path", "matrix", False, ";c%6Flor=blue", STRING, "blue"),
    ("OAS 3.1.1, E.4", "query", "form", True, "color=a+b%2Bc", STRING, "a b+c"),
    ("OAS 3.1.1, E.4", "query", "form", True, "c%6Flor=blue", STRING, "blue"),
    ("OAS 3.1.1, E.1", "path", "simple", False, "a+b", STRING, "a+b"),
    ("OAS 3.1.1, C.4.4", "query", "form", True, "color=%E2%9D%A4%EF%B8%8F", STRING, "\u2764\ufe0f"),
    ("OAS 3.1.1, Appendix D", "header", "simple", False, "a b", STRING, "a b"),
    ("OAS 3.1.1, Appendix C", "header", "simple", False, "a%20b", STRING, "a b"),
    ("OAS 3.1.1, Appendix D", "header", "simple", False, "a%20b", STRING, "a%20b"),
    ("OAS 3.1.1, Appendix D", "cookie", "form", False, "color=a%20b", STRING, "a b"),
    # `[`, `]`, `|` and space that are not encoded.
    ("OAS 3.1.1, E.5", "query", "pipeDelimited", False, "color=blue|black|brown", ARRAY, COLORS),
    ("OAS 3.1.1, E.5", "query", "spaceDelimited", False, "color=blue+black+brown", ARRAY, COLORS),
    ("OAS 3.1.1, E.5", "query", "deepObject", True, "color[R]=100&color[G]=200&color[B]=150",
     OBJECT, RGB),
]  # fmt: skip


def exactly(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """A schema that allows one value only."""
    return {**schema, "const": value}


def anything_but(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """A schema that allows any other value."""
    return {**schema, "not": {"const": value}}


def _cases(row: Row) -> list[Case]:
    section, place, style, explode, text, schema, value = row
    name = f"{place} {style}{' exploded' if explode else ''} {text!r} is {value!r}"
    request = sent(place, text, "color")
    more = {"style": style, "explode": explode}
    taken = parameter(exactly(schema, value), place, "color", required=True, **more)
    found = [Case(section, name, with_parameter(taken), request, OK)]
    # A header value with two interpretations is valid if one of them is.
    if place != "header" or "%" not in text:
        other = parameter(anything_but(schema, value), place, "color", required=True, **more)
        verdict = broken(f"{place} /color")
        found.append(Case(section, f"{name} and nothing else", with_parameter(other), request,
                          verdict))  # fmt: skip
    return found


# Location, style, explode, text, schema: a value not in its style counts as absent.
ABSENT: list[tuple[str, str, bool, str, dict[str, Any]]] = [
    ("path", "label", False, "blue", STRING),
    ("path", "label", True, "R=100.G=200", OBJECT),
    ("path", "matrix", False, "blue", STRING),
    ("path", "matrix", False, "color=blue", STRING),
    ("path", "matrix", False, ";colour=blue", STRING),
    ("path", "matrix", True, ";color=blue;other=black", ARRAY),
    ("path", "matrix", False, ";color=blue;color=black", ARRAY),
    ("query", "form", True, "colour=blue", STRING),
    ("query", "form", True, "Color=blue", STRING),
    ("query", "form", True, "color=R,100", OBJECT),
    ("query", "form", False, "R=100", OBJECT),
    ("query", "deepObject", True, "color=R,100", OBJECT),
    ("query", "deepObject", True, "R=100", OBJECT),
    ("query", "deepObject", True, "colors[R]=100&color[R=100", OBJECT),
    ("cookie", "form", True, "Color=blue", STRING),
]


def _absent(place: str, style: str, explode: bool, text: str, schema: dict[str, Any]) -> Case:
    described = parameter(schema, place, "color", required=True, style=style, explode=explode)
    name = f"{place} {style}{' exploded' if explode else ''} {text!r} is absent"
    request = sent(place, text, "color")
    return Case(TABLE, name, with_parameter(described), request, broken(f"{place} /color"))


# Location, style, explode, text, schema, the pointer of the violation.
WITHIN: list[tuple[str, str, bool, str, dict[str, Any], str]] = [
    ("path", "simple", False, "1,x,3", {"type": "array", "items": {"type": "integer"}}, "/1"),
    ("path", "label", True, ".1.2.x", {"type": "array", "items": {"type": "integer"}}, "/2"),
    ("path", "matrix", True, ";R=1;G=x", OBJECT, "/G"),
    ("path", "simple", True, "R=1,G=2,X=3", OBJECT, ""),
    ("header", "simple", False, "1, x", {"type": "array", "items": {"type": "integer"}}, "/1"),
    ("header", "simple", True, "R=1,G=x", OBJECT, "/G"),
    ("query", "form", True, "color=1&color=x", {"type": "array", "items": {"type": "integer"}},
     "/1"),
    ("query", "form", True, "R=x", OBJECT, "/R"),
    ("query", "pipeDelimited", False, "color=1|x", {"type": "array", "items": {"type": "integer"}},
     "/1"),
    ("query", "deepObject", True, "color[R]=x", OBJECT, "/R"),
    ("query", "deepObject", True, "color[X]=1", OBJECT, ""),
    ("cookie", "form", False, "color=R,x", OBJECT, "/R"),
]  # fmt: skip


def _within(
    place: str, style: str, explode: bool, text: str, schema: dict[str, Any], pointer: str
) -> Case:
    described = parameter(schema, place, "color", required=True, style=style, explode=explode)
    verdict = broken(f"{place} /color{pointer}")
    name = f"{place} {style} {text!r} is wrong at {pointer or 'the whole'}"
    return Case(TABLE, name, with_parameter(described), sent(place, text, "color"), verdict)


# Arrays and objects within a deepObject, which the specification does not define: schema, query,
# value.
STRIPE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "n": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "integer"}},
        "in": {"type": "object", "properties": {"n": {"type": "integer"}}},
        "lines": {
            "type": "array",
            "items": {"type": "object", "properties": {"n": {"type": "integer"}}},
        },
    },
}
DEEPER: list[tuple[dict[str, Any], str, Any]] = [
    (STRIPE, "color[in][n]=5", {"in": {"n": 5}}),
    (STRIPE, "color[list][]=5&color[list][]=6", {"list": [5, 6]}),
    (STRIPE, "color[list][0]=5&color[list][1]=6", {"list": [5, 6]}),
    (STRIPE, "color[list][1]=6&color[list][0]=5", {"list": [5, 6]}),
    (STRIPE, "color[list]=5&color[list]=6", {"list": [5, 6]}),
    (STRIPE, "color[list]=5", {"list": [5]}),
    (STRIPE, "color[lines][0][n]=5&color[lines][1][n]=6", {"lines": [{"n": 5}, {"n": 6}]}),
    (ARRAY, "color[]=blue&color[]=black", ["blue", "black"]),
    (ARRAY, "color[0]=blue&color[1]=black", ["blue", "black"]),
]


def _deeper(schema: dict[str, Any], query: str, value: Any) -> Case:
    more = {"style": "deepObject", "explode": True, "required": True}
    described = parameter(exactly(schema, value), "query", "color", **more)
    name = f"deepObject {query!r} is {value!r}"
    return Case("OAS 3.1.1, 4.8.12.3", name, with_parameter(described), sent("query", query), OK)


CASES = [
    *(case for row in ROWS for case in _cases(row)),
    *(_absent(*row) for row in ABSENT),
    *(_within(*row) for row in WITHIN),
    *(_deeper(*row) for row in DEEPER),
]
