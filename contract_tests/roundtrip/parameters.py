"""Parameters on the wire, written out by hand from the standards.

OpenAPI 3.1.1 section 4.8.12.3 (style values), whose forms are those of RFC 6570 section 3.2; the
characters that are percent-encoded are all but the unreserved ones of RFC 3986 section 2.3. A
value has one column for each style, a star for `explode: true`; None where the style has no form
for it, or one that another value has too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Wire = str | None


@dataclass(frozen=True)
class ParameterRow:
    """A value of a parameter `p` and its wire form: a path segment, a query, a field, a cookie."""

    location: str
    style: str
    explode: bool
    value: Any
    wire: str
    content: str = ""
    schema: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name of the test of the row."""
        star = "*" if self.explode else ""
        return f"{self.location} {self.content or self.style}{star} {self.value!r}"

    @property
    def is_left_open(self) -> bool:
        """Whether no standard has the form: null as text, no items, what is within deepObject.

        OpenAPI 3.1.1, appendix B and the marks `n/a` of 4.8.12.4; all are read as JSON is.
        """
        if self.content:
            return False
        pieces = list(self.value.values()) if isinstance(self.value, dict) else [self.value]
        is_nested = self.style == "deepObject" and any(isinstance(p, dict | list) for p in pieces)
        return None in pieces or is_nested or (self.value == [] and "Delimited" in self.style)


PATH_STYLES = ("simple", "simple*", "label", "label*", "matrix", "matrix*")
PATH: tuple[tuple[Any, tuple[Wire, ...]], ...] = (
    ("blue", ("blue", "blue", ".blue", ".blue", ";p=blue", ";p=blue")),
    ("a b/c?", ("a%20b%2Fc%3F", "a%20b%2Fc%3F", ".a%20b%2Fc%3F", ".a%20b%2Fc%3F",
                ";p=a%20b%2Fc%3F", ";p=a%20b%2Fc%3F")),
    ("1,2;3=4", ("1%2C2%3B3%3D4", "1%2C2%3B3%3D4", ".1%2C2%3B3%3D4", ".1%2C2%3B3%3D4",
                 ";p=1%2C2%3B3%3D4", ";p=1%2C2%3B3%3D4")),
    ("é€", ("%C3%A9%E2%82%AC", "%C3%A9%E2%82%AC", ".%C3%A9%E2%82%AC", ".%C3%A9%E2%82%AC",
            ";p=%C3%A9%E2%82%AC", ";p=%C3%A9%E2%82%AC")),
    ("%41", ("%2541", "%2541", ".%2541", ".%2541", ";p=%2541", ";p=%2541")),
    # An empty segment cannot be sent; clients remove a segment of one dot (RFC 3986, 5.2.4).
    ("", (None, None, None, None, ";p", ";p")),
    (5, ("5", "5", ".5", ".5", ";p=5", ";p=5")),
    (-1.5, ("-1.5", "-1.5", ".-1.5", ".-1.5", ";p=-1.5", ";p=-1.5")),
    (True, ("true", "true", ".true", ".true", ";p=true", ";p=true")),
    (None, ("null", "null", ".null", ".null", ";p=null", ";p=null")),
    (["blue", "black"], ("blue,black", "blue,black", ".blue,black", ".blue.black",
                         ";p=blue,black", ";p=blue;p=black")),
    (["only"], ("only", "only", ".only", ".only", ";p=only", ";p=only")),
    ([1, 2], ("1,2", "1,2", ".1,2", ".1.2", ";p=1,2", ";p=1;p=2")),
    ([True, False], ("true,false", "true,false", ".true,false", ".true.false",
                     ";p=true,false", ";p=true;p=false")),
    (["a,b", "c d"], ("a%2Cb,c%20d", "a%2Cb,c%20d", ".a%2Cb,c%20d", ".a%2Cb.c%20d",
                      ";p=a%2Cb,c%20d", ";p=a%2Cb;p=c%20d")),
    # A dot is unreserved, and so an item of `label*` with a dot reads as two.
    (["x;y", "1.5"], ("x%3By,1.5", "x%3By,1.5", ".x%3By,1.5", None,
                      ";p=x%3By,1.5", ";p=x%3By;p=1.5")),
    (["é", ""], ("%C3%A9,", "%C3%A9,", ".%C3%A9,", ".%C3%A9.", ";p=%C3%A9,", ";p=%C3%A9;p")),
    ({"R": 100, "G": 200}, ("R,100,G,200", "R=100,G=200", ".R,100,G,200", ".R=100.G=200",
                            ";p=R,100,G,200", ";R=100;G=200")),
    ({"ok": True, "n": None}, ("ok,true,n,null", "ok=true,n=null", ".ok,true,n,null",
                               ".ok=true.n=null", ";p=ok,true,n,null", ";ok=true;n=null")),
    ({"a b": "x,y", "c": ""}, ("a%20b,x%2Cy,c,", "a%20b=x%2Cy,c=", ".a%20b,x%2Cy,c,",
                               ".a%20b=x%2Cy.c=", ";p=a%20b,x%2Cy,c,", ";a%20b=x%2Cy;c")),
)  # fmt: skip

QUERY_STYLES = ("form", "form*", "spaceDelimited", "pipeDelimited", "deepObject*")
QUERY: tuple[tuple[Any, tuple[Wire, ...]], ...] = (
    ("blue", ("p=blue", "p=blue", None, None, None)),
    ("a b", ("p=a%20b", "p=a%20b", None, None, None)),
    ("a&b=c+d#e", ("p=a%26b%3Dc%2Bd%23e", "p=a%26b%3Dc%2Bd%23e", None, None, None)),
    ("1,2|3", ("p=1%2C2%7C3", "p=1%2C2%7C3", None, None, None)),
    ("é€", ("p=%C3%A9%E2%82%AC", "p=%C3%A9%E2%82%AC", None, None, None)),
    ("%41", ("p=%2541", "p=%2541", None, None, None)),
    ("-._~", ("p=-._~", "p=-._~", None, None, None)),
    ("[x]", ("p=%5Bx%5D", "p=%5Bx%5D", None, None, None)),
    ("", ("p=", "p=", None, None, None)),
    (5, ("p=5", "p=5", None, None, None)),
    (-1.5, ("p=-1.5", "p=-1.5", None, None, None)),
    (True, ("p=true", "p=true", None, None, None)),
    (None, ("p=null", "p=null", None, None, None)),
    (["blue", "black"], ("p=blue,black", "p=blue&p=black", "p=blue%20black", "p=blue%7Cblack",
                         None)),
    (["only"], ("p=only", "p=only", "p=only", "p=only", None)),
    ([1, 2], ("p=1,2", "p=1&p=2", "p=1%202", "p=1%7C2", None)),
    ([True, False], ("p=true,false", "p=true&p=false", "p=true%20false", "p=true%7Cfalse", None)),
    (["é", "&"], ("p=%C3%A9,%26", "p=%C3%A9&p=%26", "p=%C3%A9%20%26", "p=%C3%A9%7C%26", None)),
    # The delimiters of two styles are percent-encoded, so that no item can hold them.
    (["a,b", "c d"], ("p=a%2Cb,c%20d", "p=a%2Cb&p=c%20d", None, "p=a%2Cb%7Cc%20d", None)),
    (["a,b", "e|f"], ("p=a%2Cb,e%7Cf", "p=a%2Cb&p=e%7Cf", "p=a%2Cb%20e%7Cf", None, None)),
    # RFC 6570 takes a list without items for undefined (2.3) and has no form for it; this one is
    # the closest, and is read as one.
    ([], ("p=", None, "p=", "p=", None)),
    ({"R": 100, "G": 200}, ("p=R,100,G,200", "R=100&G=200", "p=R%20100%20G%20200",
                            "p=R%7C100%7CG%7C200", "p%5BR%5D=100&p%5BG%5D=200")),
    ({"ok": True, "n": None}, ("p=ok,true,n,null", "ok=true&n=null", "p=ok%20true%20n%20null",
                               "p=ok%7Ctrue%7Cn%7Cnull", "p%5Bok%5D=true&p%5Bn%5D=null")),
    ({"a b": "x,y", "c": ""}, ("p=a%20b,x%2Cy,c,", "a%20b=x%2Cy&c=", None, "p=a%20b%7Cx%2Cy%7Cc%7C",
                               "p%5Ba%20b%5D=x%2Cy&p%5Bc%5D=")),
    ({"é": "&="}, ("p=%C3%A9,%26%3D", "%C3%A9=%26%3D", "p=%C3%A9%20%26%3D", "p=%C3%A9%7C%26%3D",
                   "p%5B%C3%A9%5D=%26%3D")),
    # What is within is left open by the standard, and written as most libraries do.
    ({"in": {"x": 1, "y": "z"}}, (None, None, None, None,
                                  "p%5Bin%5D%5Bx%5D=1&p%5Bin%5D%5By%5D=z")),
    ({"in": [1, 2]}, (None, None, None, None, "p%5Bin%5D%5B%5D=1&p%5Bin%5D%5B%5D=2")),
    ({"in": [{"x": 1}, {"x": 2}]}, (None, None, None, None,
                                    "p%5Bin%5D%5B0%5D%5Bx%5D=1&p%5Bin%5D%5B1%5D%5Bx%5D=2")),
)  # fmt: skip

HEADER_STYLES = ("simple", "simple*")
HEADER: tuple[tuple[Any, tuple[Wire, ...]], ...] = (
    ("blue", ("blue", "blue")),
    ("a b", ("a b", "a b")),
    # A primitive value has no delimiters (OpenAPI 3.1.1, appendix D).
    ("x=y, z;q=1", ("x=y, z;q=1", "x=y, z;q=1")),
    ('W/"e t"', ('W/"e t"', 'W/"e t"')),
    ("100%", ("100%", "100%")),
    # No field holds these as they are (RFC 9110, 5.5), so the form is that of RFC 6570.
    ("é€", ("%C3%A9%E2%82%AC", "%C3%A9%E2%82%AC")),
    (" padded ", ("%20padded%20", "%20padded%20")),
    ("", ("", "")),
    (5, ("5", "5")),
    (-1.5, ("-1.5", "-1.5")),
    (True, ("true", "true")),
    (None, ("null", "null")),
    (["blue", "black"], ("blue,black", "blue,black")),
    (["only"], ("only", "only")),
    ([1, 2], ("1,2", "1,2")),
    ([True, False], ("true,false", "true,false")),
    (["x y", "z=1"], ("x y,z=1", "x%20y,z%3D1")),
    (["a,b", "c"], ("a%2Cb,c", "a%2Cb,c")),
    ([], ("", "")),
    ({"R": 100, "G": 200}, ("R,100,G,200", "R=100,G=200")),
    ({"ok": True, "n": None}, ("ok,true,n,null", "ok=true,n=null")),
    ({"a b": "x y", "c": "d"}, ("a b,x y,c,d", "a b=x y,c=d")),
    ({"a": "x,y"}, ("a,x%2Cy", "a=x%2Cy")),
    ({"a=b": "c"}, ("a=b,c", "a%3Db=c")),
)  # fmt: skip

COOKIE_STYLES = ("form", "form*")
COOKIE: tuple[tuple[Any, tuple[Wire, ...]], ...] = (
    ("blue", ("p=blue", "p=blue")),
    ("a b;c", ("p=a%20b%3Bc", "p=a%20b%3Bc")),
    ('"q"', ("p=%22q%22", "p=%22q%22")),
    ("é€", ("p=%C3%A9%E2%82%AC", "p=%C3%A9%E2%82%AC")),
    ("", ("p=", "p=")),
    (5, ("p=5", "p=5")),
    (-1.5, ("p=-1.5", "p=-1.5")),
    (True, ("p=true", "p=true")),
    (None, ("p=null", "p=null")),
    # The pairs of an exploded value are cookies of their own (RFC 6265, 4.2.1).
    (["blue", "black"], ("p=blue,black", "p=blue; p=black")),
    (["only"], ("p=only", "p=only")),
    ([1, 2], ("p=1,2", "p=1; p=2")),
    (["a,b", "c d"], ("p=a%2Cb,c%20d", "p=a%2Cb; p=c%20d")),
    ([], ("p=", None)),
    ({"R": 100, "G": 200}, ("p=R,100,G,200", "R=100; G=200")),
    ({"ok": True, "n": None}, ("p=ok,true,n,null", "ok=true; n=null")),
    ({"a": "x,y", "c": ""}, ("p=a,x%2Cy,c,", "a=x%2Cy; c=")),
)  # fmt: skip

# A media type in place of a style (4.8.12.2.3): location, media type, schema, value, wire form.
_POINT: dict[str, Any] = {"type": "object", "xml": {"name": "point"}, "properties": {
    "x": {"type": "integer", "xml": {"attribute": True}}, "y": {"type": "string"}}}  # fmt: skip
CONTENT: tuple[tuple[str, str, dict[str, Any], Any, str], ...] = (
    ("query", "application/json", {}, {"a": [1, "x y"]}, "p=%7B%22a%22%3A%5B1%2C%22x%20y%22%5D%7D"),
    ("query", "application/json", {}, "blue", "p=%22blue%22"),
    ("query", "application/json", {}, "é", "p=%22%C3%A9%22"),
    ("query", "application/json", {}, None, "p=null"),
    ("query", "application/json", {}, [], "p=%5B%5D"),
    ("query", "application/json", {}, {}, "p=%7B%7D"),
    ("query", "application/vnd.acme+json", {}, True, "p=true"),
    ("query", "text/plain", {"type": "string"}, 'a "b"', "p=a%20%22b%22"),
    ("query", "text/plain", {"type": "integer"}, 5, "p=5"),
    ("query", "application/xml", _POINT, {"x": 1, "y": "a b"},
     "p=%3C%3Fxml%20version%3D%221.0%22%20encoding%3D%22UTF-8%22%3F%3E%0A"
     "%3Cpoint%20x%3D%221%22%3E%3Cy%3Ea%20b%3C%2Fy%3E%3C%2Fpoint%3E"),
    ("path", "application/json", {}, {"a": [1, "x/y"]}, "%7B%22a%22%3A%5B1%2C%22x%2Fy%22%5D%7D"),
    ("path", "application/json", {}, [1, 2], "%5B1%2C2%5D"),
    ("header", "application/json", {}, {"a": [1, "x,y"]}, '{"a":[1,"x,y"]}'),
    ("header", "application/json", {}, "é", '"\\u00e9"'),
    ("header", "application/json", {}, False, "false"),
    ("header", "application/xml", _POINT, {"x": 1, "y": "é"},
     '<?xml version="1.0" encoding="UTF-8"?> <point x="1"><y>&#233;</y></point>'),
    ("cookie", "application/json", {}, {"a": [1, "x;y"]},
     "p=%7B%22a%22%3A%5B1%2C%22x%3By%22%5D%7D"),
    ("cookie", "application/json", {}, 5, "p=5"),
)  # fmt: skip


def _rows() -> Iterator[ParameterRow]:
    tables = (
        ("path", PATH_STYLES, PATH),
        ("query", QUERY_STYLES, QUERY),
        ("header", HEADER_STYLES, HEADER),
        ("cookie", COOKIE_STYLES, COOKIE),
    )
    for location, styles, table in tables:
        for value, wires in table:
            for style, wire in zip(styles, wires, strict=True):
                if wire is not None:
                    explode = style.endswith("*")
                    given = style.removesuffix("*"), explode, value, wire
                    yield ParameterRow(location, *given, schema=schema_of(value))
    for location, media_type, schema, value, wire in CONTENT:
        default = "form" if location in ("query", "cookie") else "simple"
        given = default, False, value, wire, media_type
        yield ParameterRow(location, *given, schema={**schema_of(value), **schema})


def schema_of(value: Any) -> dict[str, Any]:
    """The types of a value, which say what its text means."""
    if isinstance(value, list):
        items = [schema_of(entry) for entry in value] or [{"type": "string"}]
        return {"type": "array", "items": items[0] if items.count(items[0]) == len(items) else {}}
    if isinstance(value, dict):
        properties = {name: schema_of(entry) for name, entry in value.items()}
        return {"type": "object", "properties": properties, "required": list(value)}
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": kinds.get(type(value), "null")}


ROWS = tuple(_rows())
