"""Bodies on the wire, written out by hand from the standards.

JSON by RFC 8259, XML by OpenAPI 3.1.1 section 4.8.26, forms by WHATWG URL section 5.2 and RFC 7578
with the encodings of OpenAPI 3.1.1 section 4.8.15, CSV by RFC 4180, lines of JSON by their own
documents, JSON text sequences by RFC 7464, events by the HTML standard section 9.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .parameters import schema_of

_SAME = object()
# What is written for the boundary of a multipart body, which everybody makes up.
BOUNDARY = "{b}"


@dataclass(frozen=True)
class BodyRow:
    """A value under a media type, and its bytes.

    `reads` is the value that a reader gets where that is less than was written; `is_read` whether
    the mock reads the structure of the format at all. `second` is the second reader. `declared` is
    the Content-Type where it is not the media type.
    """

    media_type: str
    value: Any
    wire: str
    second: str
    schema: dict[str, Any] = field(default_factory=dict)
    encoding: dict[str, Any] = field(default_factory=dict)
    declared: str = ""
    reads: Any = _SAME
    is_read: bool = True

    @property
    def id(self) -> str:
        """The name of the test of the row."""
        return f"{self.media_type} {self.value!r} {self.encoding or ''}".strip()

    @property
    def described(self) -> dict[str, Any]:
        """The schema of the value."""
        return self.schema or schema_of(self.value)

    @property
    def read(self) -> Any:
        """The value that is read."""
        return self.value if self.reads is _SAME else self.reads


JSON_BODIES = tuple(
    BodyRow(media_type, value, wire, "json", declared=declared)
    for media_type, value, wire, declared in (
        ("application/json", {"a": 1, "b": [True, None]}, '{"a":1,"b":[true,null]}', ""),
        ("application/json", [1.5, "x"], '[1.5,"x"]', ""),
        ("application/json", "a b", '"a b"', ""),
        ("application/json", 'q"\\\n', '"q\\"\\\\\\n"', ""),
        ("application/json", {"é": "€ 🎭"}, '{"é":"€ 🎭"}', ""),
        ("application/json", 5, "5", ""),
        ("application/json", False, "false", ""),
        ("application/json", None, "null", ""),
        ("application/json", "", '""', ""),
        ("application/json", {}, "{}", ""),
        ("application/json", [], "[]", ""),
        ("application/json", {"o": {"l": [[], {}]}}, '{"o":{"l":[[],{}]}}', ""),
        ("application/vnd.acme+json", {"a": 1}, '{"a":1}', ""),
        ("application/json; charset=utf-8", {"a": "é"}, '{"a":"é"}', ""),
        # A message names a type of the range (RFC 9110, 8.3).
        ("*/*", {"a": 1}, '{"a":1}', "application/json"),
        ("application/*", {"a": 1}, '{"a":1}', "application/json"),
        ("application/*", "a", '"a"', "application/json"),
    )
)

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
INTEGER, STRING = {"type": "integer"}, {"type": "string"}


def _object(xml: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    named = {"xml": xml} if xml else {}
    return {"type": "object", "properties": properties, "required": list(properties), **named}


def _list(items: Any, **xml: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **({"xml": xml} if xml else {})}


XML_BODIES = tuple(
    BodyRow(media_type, value, XML + wire, "standards", schema)
    for media_type, value, wire, schema in (
        ("application/xml", {"a": 1, "b": "x y"}, "<root><a>1</a><b>x y</b></root>", {}),
        ("text/xml", {"a": True}, "<root><a>true</a></root>", {}),
        ("application/soap+xml", {"a": 1.5}, "<root><a>1.5</a></root>", {}),
        ("application/xml", {"a": "<&>\"é"}, '<root><a>&lt;&amp;&gt;"é</a></root>', {}),
        ("application/xml", {"a": ""}, "<root><a></a></root>", {}),
        ("application/xml", {"a": {"b": 1}}, "<root><a><b>1</b></a></root>", {}),
        ("application/xml", {"a": [1, 2]}, "<root><a>1</a><a>2</a></root>", {}),
        ("application/xml", {"a": [1, 2]}, "<root><a><i>1</i><i>2</i></a></root>",
         _object(a=_list({**INTEGER, "xml": {"name": "i"}}, wrapped=True))),
        ("application/xml", {"a": []}, "<root><a></a></root>",
         _object(a=_list(STRING, wrapped=True))),
        ("application/xml", {"a": []}, "<root></root>", _object(a=_list(STRING))),
        ("application/xml", {"id": 7, "n": "x"}, '<thing id="7"><n>x</n></thing>',
         _object({"name": "thing"}, id={**INTEGER, "xml": {"attribute": True}}, n=STRING)),
        ("application/xml", {"id": 'a"\n<'}, '<root id="a&quot;&#10;&lt;"></root>',
         _object(id={**STRING, "xml": {"attribute": True}})),
        ("application/xml", {"a": 1}, '<t:thing xmlns:t="urn:t"><a>1</a></t:thing>',
         _object({"name": "thing", "namespace": "urn:t", "prefix": "t"}, a=INTEGER)),
        ("application/xml", {"a": None},
         '<root><a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></root>',
         {}),
        ("application/xml", 5, "<root>5</root>", {}),
        ("application/xml", [1, 2], "<list><list>1</list><list>2</list></list>",
         _list(INTEGER, name="list")),
    )
)  # fmt: skip

FORM = "application/x-www-form-urlencoded"
FORM_BODIES = (
    BodyRow(FORM, {"a": "blue"}, "a=blue", "starlette"),
    BodyRow(FORM, {"a": "x y"}, "a=x+y", "starlette"),
    BodyRow(FORM, {"a b": "c&d=e+%"}, "a+b=c%26d%3De%2B%25", "starlette"),
    BodyRow(FORM, {"é": "€"}, "%C3%A9=%E2%82%AC", "starlette"),
    BodyRow(FORM, {"a": "l1\r\nl2"}, "a=l1%0D%0Al2", "starlette"),
    BodyRow(FORM, {"a": ""}, "a=", "starlette"),
    BodyRow(FORM, {"a": 5, "b": 1.5, "c": True}, "a=5&b=1.5&c=true", "starlette"),
    BodyRow(FORM, {"a": ["x", "y"]}, "a=x&a=y", "starlette"),
    BodyRow(FORM, {"a": [1, 2]}, "a=1&a=2", "starlette"),
    BodyRow(FORM, {"a": ["x"]}, "a=x", "starlette"),
    BodyRow(FORM, {"a": {"k": "v w"}}, "a=%7B%22k%22%3A%22v+w%22%7D", "starlette"),
    BodyRow(FORM, {"a": [{"k": 1}, {"k": 2}]}, "a=%7B%22k%22%3A1%7D&a=%7B%22k%22%3A2%7D",
            "starlette"),
    # Neither null nor an array without items has a field (RFC 6570, 2.3).
    BodyRow(FORM, {"a": None, "b": "x"}, "b=x", "starlette",
            {"type": "object", "properties": {"b": STRING}}, reads={"b": "x"}),
    BodyRow(FORM, {"a": [], "b": "x"}, "b=x", "starlette",
            {"type": "object", "properties": {"a": _list(STRING), "b": STRING}}, reads={"b": "x"}),
    BodyRow(f"{FORM}; charset=utf-8", {"a": "é", "b": 1}, "a=%C3%A9&b=1", "starlette"),
    BodyRow(FORM, {"a": [1, 2], "b": "x"}, "a=1,2&b=x", "standards",
            encoding={"a": {"style": "form", "explode": False}}),
    BodyRow(FORM, {"a": ["x,y", "z"]}, "a=x%2Cy,z", "standards",
            encoding={"a": {"style": "form", "explode": False}}),
    BodyRow(FORM, {"a": ["x", "y"]}, "a=x%20y", "standards",
            encoding={"a": {"style": "spaceDelimited"}}),
    BodyRow(FORM, {"a": ["x", "y"]}, "a=x%7Cy", "standards",
            encoding={"a": {"style": "pipeDelimited"}}),
    BodyRow(FORM, {"a": {"k": 1, "l": "m"}}, "a%5Bk%5D=1&a%5Bl%5D=m", "standards",
            encoding={"a": {"style": "deepObject", "explode": True}}),
    BodyRow(FORM, {"a": {"k": 1, "l": "m"}}, "k=1&l=m", "standards",
            encoding={"a": {"style": "form", "explode": True}}),
    BodyRow(FORM, {"a": ["x", "y"]}, "a=%22x%22&a=%22y%22", "standards",
            encoding={"a": {"contentType": "application/json"}}),
    BodyRow(FORM, {"a": {"k": 1}}, "a=%3C%3Fxml+version%3D%221.0%22+encoding%3D%22UTF-8%22%3F%3E%0A"
            "%3Croot%3E%3Ck%3E1%3C%2Fk%3E%3C%2Froot%3E", "standards",
            encoding={"a": {"contentType": "application/xml"}}),
)  # fmt: skip

MULTIPART = "multipart/form-data"


def _parts(*parts: tuple[str, str, str]) -> str:
    """Parts of a disposition after the name, further header lines and a content."""
    sections = (
        f"--{{b}}\r\nContent-Disposition: form-data; {named}\r\n{head}\r\n{content}\r\n"
        for named, head, content in parts
    )
    return "".join((*sections, "--{b}--\r\n"))


_BYTES = {"contentMediaType": "application/octet-stream"}
MULTIPART_BODIES = (
    BodyRow(MULTIPART, {"a": "blue"}, _parts(('name="a"', "", "blue")), "starlette"),
    BodyRow(MULTIPART, {"a": "é €"}, _parts(('name="a"', "", "é €")), "starlette"),
    BodyRow(MULTIPART, {"a": ""}, _parts(('name="a"', "", "")), "starlette"),
    BodyRow(MULTIPART, {"a": "l1\r\nl2\n"}, _parts(('name="a"', "", "l1\r\nl2\n")), "starlette"),
    BodyRow(MULTIPART, {"a": "@/etc/hostname"}, _parts(('name="a"', "", "@/etc/hostname")),
            "starlette"),
    BodyRow(MULTIPART, {"a": 5, "b": 1.5, "c": True},
            _parts(('name="a"', "", "5"), ('name="b"', "", "1.5"), ('name="c"', "", "true")),
            "starlette"),
    BodyRow(MULTIPART, {"a": ["x", "y"]}, _parts(('name="a"', "", "x"), ('name="a"', "", "y")),
            "starlette"),
    BodyRow(MULTIPART, {"a": [1]}, _parts(('name="a"', "", "1")), "starlette"),
    # A value that is not text has a media type, application/json where none is documented.
    BodyRow(MULTIPART, {"a": {"k": [1, "é"]}},
            _parts(('name="a"', "Content-Type: application/json\r\n", '{"k":[1,"é"]}')),
            "starlette"),
    BodyRow(MULTIPART, {"a": [{"k": 1}, {"k": 2}]},
            _parts(('name="a"', "Content-Type: application/json\r\n", '{"k":1}'),
                   ('name="a"', "Content-Type: application/json\r\n", '{"k":2}')), "starlette"),
    BodyRow(MULTIPART, {"a": "x"},
            _parts(('name="a"', "Content-Type: application/json\r\n", '"x"')),
            "standards",
            encoding={"a": {"contentType": "application/json"}}),
    BodyRow(MULTIPART, {"a": {"k": 1}},
            _parts(('name="a"', "Content-Type: application/xml\r\n",
                    f"{XML}<root><k>1</k></root>")),
            "standards",
            encoding={"a": {"contentType": "application/xml"}}),
    # A file has a name (RFC 7578, 4.2).
    BodyRow(MULTIPART, {"cv": "%PDF"},
            _parts(('name="cv"; filename="cv"', "Content-Type: application/pdf\r\n", "%PDF")),
            "starlette", _object(cv=_BYTES), {"cv": {"contentType": "application/pdf"}}),
    BodyRow(MULTIPART, {"cv": 'a"\\;type=x'},
            _parts(('name="cv"; filename="cv"', "Content-Type: text/csv\r\n", 'a"\\;type=x')),
            "starlette", _object(cv=_BYTES), {"cv": {"contentType": "image/*, text/csv"}}),
    BodyRow(MULTIPART, {"cv": "x"},
            _parts(('name="cv"; filename="cv"', "Content-Type: image/png\r\n", "x")),
            "starlette", _object(cv=_BYTES), {"cv": {"contentType": "image/*"}}),
    BodyRow(MULTIPART, {"cv": "x"},
            _parts(('name="cv"; filename="cv"', "Content-Type: application/octet-stream\r\n", "x")),
            "starlette", _object(cv=_BYTES)),
    BodyRow(MULTIPART, {"cv": ["x", "y"]},
            _parts(('name="cv"; filename="cv"', "Content-Type: application/octet-stream\r\n", "x"),
                   ('name="cv"; filename="cv"', "Content-Type: application/octet-stream\r\n", "y")),
            "starlette", _object(cv=_list(_BYTES))),
    BodyRow(MULTIPART, {"a": "x"}, _parts(('name="a"', "X-N: 5,6\r\n", "x")), "starlette",
            encoding={"a": {"headers": {"X-N": {
                "required": True, "schema": _list(INTEGER), "example": [5, 6]}}}}),
    BodyRow(MULTIPART, {'a"b\\c': "x"}, _parts(('name="a\\"b\\\\c"', "", "x")), "starlette"),
    BodyRow(MULTIPART, {"a": None, "b": "x"}, _parts(('name="b"', "", "x")), "starlette",
            {"type": "object", "properties": {"b": STRING}}, reads={"b": "x"}),
    BodyRow(MULTIPART, {"a": [1, 2]}, _parts(('name="a"', "", "1,2")), "standards",
            encoding={"a": {"style": "form", "explode": False}}),
    BodyRow(MULTIPART, {"a": {"k": 1}}, _parts(('name="a[k]"', "", "1")), "standards",
            encoding={"a": {"style": "deepObject", "explode": True}}),
)  # fmt: skip

_RECORDS = [{"n": "a,b", "v": 1}, {"n": 'q"', "v": None}]
OTHER_BODIES = (
    BodyRow("text/plain", "a b\nc", "a b\nc", "text"),
    BodyRow("text/plain", "é", "é", "text", declared="text/plain; charset=utf-8"),
    BodyRow("text/plain; charset=utf-8", "é", "é", "text"),
    BodyRow("text/plain", 5, "5", "text"),
    BodyRow("text/plain", -1.5, "-1.5", "text"),
    BodyRow("text/plain", True, "true", "text"),
    BodyRow("text/plain", None, "null", "text"),
    BodyRow("text/html", "<p>", "<p>", "text"),
    BodyRow("text/*", "a", "a", "text", declared="text/plain; charset=utf-8"),
    BodyRow("*/*", "a", "a", "text", declared="text/plain; charset=utf-8"),
    BodyRow("application/octet-stream", "bytes", "bytes", "text"),
    BodyRow("image/png", "PNG", "PNG", "text"),
    BodyRow("image/*", "PNG", "PNG", "text", declared="image/png"),
    BodyRow("text/csv", _RECORDS, 'n,v\r\n"a,b",1\r\n"q""",\r\n', "csv", is_read=False),
    BodyRow("application/x-ndjson", _RECORDS, '{"n":"a,b","v":1}\n{"n":"q\\"","v":null}\n', "lines",
            is_read=False),
    BodyRow("application/jsonl", [1, "é"], '1\n"é"\n', "lines", is_read=False),
    BodyRow("application/json-seq", [{"a": 1}, 2], '\x1e{"a":1}\n\x1e2\n', "lines", is_read=False),
    BodyRow("text/event-stream", [{"a": 1}, 2], 'data: {"a":1}\n\ndata: 2\n\n', "lines",
            is_read=False),
)  # fmt: skip

ROWS = (*JSON_BODIES, *XML_BODIES, *FORM_BODIES, *MULTIPART_BODIES, *OTHER_BODIES)
