"""Bodies of the media type multipart/form-data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .bodies import MALFORMED
from .case import OK, Case, Verdict, broken, posted, with_body

FORM, JSON, XML = "multipart/form-data", "application/json", "application/xml"
INTEGER: dict[str, Any] = {"type": "integer"}
STRING: dict[str, Any] = {"type": "string"}
ADDRESS = {"type": "object", "required": ["city"], "properties": {"city": STRING, "n": INTEGER}}
UPLOAD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {**STRING, "minLength": 1},
        "age": INTEGER,
        "tags": {"type": "array", "items": STRING, "maxItems": 2},
        "sizes": {"type": "array", "items": INTEGER},
        "address": ADDRESS,
        "addresses": {"type": "array", "items": ADDRESS},
        "image": {"contentMediaType": "image/png", "maxLength": 4},
        "files": {"type": "array", "items": {}, "maxItems": 2},
        "any": {},
        "encoded": {**STRING, "contentEncoding": "base64"},
    },
}
CLOSED = {**UPLOAD, "additionalProperties": False}
# A part: its name, its content, its further header fields.
Part = tuple[str, bytes, Mapping[str, str]]


def part(name: str, content: bytes, kind: str | None = None, **fields: str) -> Part:
    """A part; underscores in the names of its fields become hyphens."""
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return name, content, {**({"Content-Type": kind} if kind else {}), **named}


def written(parts: Sequence[Part]) -> bytes:
    """A body with the boundary `b`."""
    lines = []
    for name, content, fields in parts:
        given = {"Content-Disposition": f'form-data; name="{name}"', **fields}
        head = "".join(f"{field}: {value}\r\n" for field, value in given.items())
        lines.append(f"--b\r\n{head}\r\n".encode() + content + b"\r\n")
    return b"".join((*lines, b"--b--\r\n"))


NAMED = {"Content_Disposition": 'form-data; name="image"; filename="a.png"'}
BASIC = "OAS 3.1.1, 4.8.15.3"
TYPE = "OAS 3.1.1, 4.8.15.1.1"
STYLE = "OAS 3.1.1, 4.8.15.1.2"
SEVERAL = "RFC 7578, 4.3"
DEFAULT = "RFC 7578, 4.4"
BINARY = "OAS 3.1.1, 4.4.2"
COUNTED = {"headers": {"X-Count": {"required": True, "schema": INTEGER}}}
LISTED = {"headers": {"X-List": {"schema": {"type": "array", "items": INTEGER}}}}
OPTIONAL = {
    "headers": {
        "X-Count": {"schema": INTEGER},
        "Content-Type": {"required": True, "schema": INTEGER},
    }
}
IMAGES = {"contentType": "image/png, image/jpeg"}

# Section, schema, encoding, parts, verdict.
ROWS: list[tuple[str, Any, Mapping[str, Any], list[Part], Verdict]] = [
    # Texts, numbers and files.
    (BASIC, UPLOAD, {}, [part("id", b"a"), part("age", b"5")], OK),
    (BASIC, UPLOAD, {}, [part("id", b""), part("age", b"x")], broken("body /id", "body /age")),
    (BASIC, UPLOAD, {}, [part("id", b"5", "text/plain; charset=utf-8")], OK),
    (BASIC, UPLOAD, {}, [part("id", b"\xff")], broken("body /id")),
    (BASIC, {"properties": {"id": {"const": "\xff"}}}, {},
     [part("id", b"\xff", "text/plain; charset=iso-8859-1")], OK),
    (BINARY, UPLOAD, {}, [part("image", b"\xff\x00\r\n", "image/png", **NAMED)], OK),
    (BINARY, UPLOAD, {}, [part("image", b"\xff" * 5, "image/png", **NAMED)], broken("body /image")),
    (BINARY, UPLOAD, {}, [part("image", "\u20ac\u20ac".encode())], broken("body /image")),
    (BINARY, UPLOAD, {}, [part("any", bytes(range(256)))], OK),
    (BINARY, UPLOAD, {}, [part("encoded", b"aGk=")], OK),
    (BASIC, UPLOAD, {}, [part("other", b"\xff"), part("other", b"a")], OK),
    (BASIC, CLOSED, {}, [part("other", b"a")], broken("body ")),
    (BASIC, {"required": ["id"]}, {}, [part("any", b"a")], broken("body ")),
    # Arrays are parts of one name.
    (SEVERAL, UPLOAD, {}, [part("tags", b"a"), part("tags", b"b")], OK),
    (SEVERAL, UPLOAD, {}, [part("tags", b"a")], OK),
    (SEVERAL, UPLOAD, {}, [part("tags", b"a")] * 3, broken("body /tags")),
    (SEVERAL, UPLOAD, {}, [part("sizes", b"1"), part("sizes", b"x")], broken("body /sizes/1")),
    ("OAS 3.1.1, 4.8.15.3.3", UPLOAD, {}, [part("files", b"\xff"), part("files", b"\x00")], OK),
    ("OAS 3.1.1, 4.8.15.3.3", UPLOAD, {}, [part("files", b"a")] * 3, broken("body /files")),
    (SEVERAL, UPLOAD, {}, [part("id", b"a"), part("id", b"b")], broken("body /id")),
    # Objects are JSON by default, with or without a Content-Type.
    (TYPE, UPLOAD, {}, [part("address", b'{"city":"x"}', JSON)], OK),
    (TYPE, UPLOAD, {}, [part("address", b'{"city":"x"}')], OK),
    (TYPE, UPLOAD, {}, [part("address", b'{"n":"x"}')], broken("body /address", "body /address/n")),
    (TYPE, UPLOAD, {}, [part("address", b"{")], broken("body /address")),
    (TYPE, UPLOAD, {}, [part("addresses", b'{"city":"x"}'), part("addresses", b"{}", JSON)],
     broken("body /addresses/1")),
    # `contentType`: the types that a part may have.
    (TYPE, UPLOAD, {"image": IMAGES}, [part("image", b"x", "image/jpeg")], OK),
    (TYPE, UPLOAD, {"image": IMAGES}, [part("image", b"x", "Image/PNG")], OK),
    (TYPE, UPLOAD, {"image": IMAGES}, [part("image", b"x", "image/gif")], broken("body /image")),
    (TYPE, UPLOAD, {"image": {"contentType": "image/*"}}, [part("image", b"x", "image/gif")], OK),
    (TYPE, UPLOAD, {"image": {"contentType": "*/*"}}, [part("image", b"x", "a/b")], OK),
    (TYPE, UPLOAD, {"image": {"contentType": "image/*"}}, [part("image", b"x", "text/plain")],
     broken("body /image")),
    (DEFAULT, UPLOAD, {"image": IMAGES}, [part("image", b"x")], broken("body /image")),
    (DEFAULT, UPLOAD, {"id": {"contentType": "text/plain"}}, [part("id", b"x")], OK),
    (TYPE, UPLOAD, {"id": {"contentType": JSON}}, [part("id", b'"x"', JSON)], OK),
    (TYPE, UPLOAD, {"id": {"contentType": JSON}}, [part("id", b"x", JSON)], broken("body /id")),
    (TYPE, UPLOAD, {"id": {"contentType": JSON}}, [part("id", b"x", "text/plain")],
     broken("body /id")),
    # A part without a Content-Type is read as JSON or XML where that is documented.
    (DEFAULT, UPLOAD, {"address": {"contentType": JSON}}, [part("address", b'{"city":"x"}')], OK),
    (DEFAULT, UPLOAD, {"address": {"contentType": JSON}}, [part("address", b"{}")],
     broken("body /address")),
    (DEFAULT, UPLOAD, {"address": {"contentType": JSON}}, [part("address", b"city")],
     broken("body /address")),
    (DEFAULT, UPLOAD, {"id": {"contentType": JSON}}, [part("id", b'"x"')], OK),
    (DEFAULT, UPLOAD, {"sizes": {"contentType": JSON}}, [part("sizes", b"[1,2]")], OK),
    (DEFAULT, UPLOAD, {"sizes": {"contentType": JSON}}, [part("sizes", b"1"), part("sizes", b"2")],
     OK),
    (DEFAULT, UPLOAD, {"address": {"contentType": XML}},
     [part("address", b"<a><city>x</city></a>")], OK),
    # XML in a part.
    ("OAS 3.1.1, 4.8.15.3.2", UPLOAD, {"address": {"contentType": XML}},
     [part("address", b"<a><city>x</city><n>1</n></a>", "application/xml; charset=utf-8")], OK),
    ("OAS 3.1.1, 4.8.15.3.2", UPLOAD, {"address": {"contentType": XML}},
     [part("address", b"<a><city>x</city><n>one</n></a>", XML)], broken("body /address/n")),
    ("OAS 3.1.1, 4.8.15.3.2", UPLOAD, {"addresses": {"contentType": XML}},
     [part("addresses", b"<a><city>x</city></a>", XML), part("addresses", b"<a/>", XML)],
     broken("body /addresses/1")),
    ("OAS 3.1.1, 4.8.15.3.2", UPLOAD, {"address": {"contentType": XML}},
     [part("address", b"<a>", XML)], broken("body /address")),
    # Header fields of parts.
    (TYPE, UPLOAD, {"image": COUNTED}, [part("image", b"x", X_Count="5")], OK),
    (TYPE, UPLOAD, {"image": COUNTED}, [part("image", b"x", X_COUNT="x")], broken("body /image")),
    (TYPE, UPLOAD, {"image": COUNTED}, [part("image", b"x")], broken("body /image")),
    (TYPE, UPLOAD, {"image": OPTIONAL}, [part("image", b"x")], OK),
    (TYPE, UPLOAD, {"image": LISTED}, [part("image", b"x", X_List="1, 2")], OK),
    (TYPE, UPLOAD, {"image": LISTED}, [part("image", b"x", X_List="1, b")], broken("body /image")),
    (TYPE, UPLOAD, {"tags": COUNTED}, [part("tags", b"a", X_Count="1"), part("tags", b"b")],
     broken("body /tags")),
    # Styles.
    (STYLE, UPLOAD, {"address": {"style": "deepObject"}},
     [part("address[city]", b"x"), part("address[n]", b"1")], OK),
    (STYLE, UPLOAD, {"address": {"style": "deepObject"}},
     [part("address[city]", b"x"), part("address[n]", b"one")], broken("body /address/n")),
    (STYLE, UPLOAD, {"sizes": {"explode": False}}, [part("sizes", b"1,2")], OK),
    # The syntax of a body.
    ("RFC 7578, 4.2", UPLOAD, {}, [part("", b"a", Content_Disposition="form-data")], MALFORMED),
    ("RFC 7578, 4.2", UPLOAD, {}, [part("id", b"a", Content_Disposition='attachment; name="id"')],
     MALFORMED),
    ("RFC 7578, 4.7", UPLOAD, {}, [part("id", b"YQ==", Content_Transfer_Encoding="base64")],
     MALFORMED),
    ("RFC 7578, 4.7", UPLOAD, {}, [part("id", b"a", Content_Transfer_Encoding="8bit")], OK),
    ("RFC 7578, 5.1", {"properties": {"gr\xf6\xdfe": INTEGER}}, {}, [part("gr\xf6\xdfe", b"x")],
     broken("body /gr\xf6\xdfe")),
    (BASIC, None, {}, [part("a", b"\xff"), part("a", b"")], OK),
]  # fmt: skip

# Section, Content-Type, body, verdict.
FRAMES: list[tuple[str, str, bytes, Verdict]] = [
    ("RFC 7578, 4.1", f"{FORM}; boundary=b", written([part("id", b"a")]), OK),
    ("RFC 7578, 4.1", f'{FORM}; charset=utf-8; boundary="b"', written([part("id", b"a")]), OK),
    ("RFC 7578, 4.1", FORM, written([part("id", b"a")]), MALFORMED),
    ("RFC 7578, 4.1", f"{FORM}; boundary=c", written([part("id", b"a")]), MALFORMED),
    ("RFC 2046, 5.1.1", f"{FORM}; boundary=b", written([part("id", b"a")])[:-6], MALFORMED),
    ("RFC 2046, 5.1.1", f"{FORM}; boundary=b", b"--b--\r\n", OK),
    ("RFC 2046, 5.1.1", f"{FORM}; boundary=b", b"id=a", MALFORMED),
]


def _case(
    section: str, schema: Any, encoding: Mapping[str, Any], parts: list[Part], verdict: Verdict
) -> Case:
    media = {**({} if schema is None else {"schema": schema}), "encoding": dict(encoding)}
    name = f"{parts} {dict(encoding) or ''}"
    request = posted(written(parts), f"{FORM}; boundary=b")
    return Case(section, name, with_body({FORM: media}), request, verdict)


def _framed(section: str, kind: str, body: bytes, verdict: Verdict) -> Case:
    document = with_body({FORM: {"schema": UPLOAD}})
    return Case(section, f"{kind} {body!r}", document, posted(body, kind), verdict)


CASES = [*(_case(*row) for row in ROWS), *(_framed(*row) for row in FRAMES)]
