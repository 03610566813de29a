"""Bodies of the media type application/x-www-form-urlencoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .bodies import MALFORMED
from .case import OK, Case, Verdict, broken, posted, with_body

FORM = "application/x-www-form-urlencoded"
INTEGER: dict[str, Any] = {"type": "integer"}
STRING: dict[str, Any] = {"type": "string"}
ADDRESS = {
    "type": "object",
    "required": ["city"],
    "properties": {"city": STRING, "zip": {**STRING, "maxLength": 5}},
}
PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": STRING,
        "age": {**INTEGER, "minimum": 0},
        "member": {"type": "boolean"},
        "none": {"type": ["integer", "null"]},
        "tags": {"type": "array", "items": STRING, "maxItems": 2},
        "sizes": {"type": "array", "items": INTEGER},
        "address": ADDRESS,
        "addresses": {"type": "array", "items": ADDRESS},
        "icon": {**STRING, "contentEncoding": "base64url"},
    },
}
CLOSED = {**PERSON, "additionalProperties": False}
OPEN = {"type": "object", "additionalProperties": INTEGER}
PATTERNED = {
    "type": "object",
    "patternProperties": {"^n_": INTEGER, "^list_": PERSON["properties"]["sizes"]},
}
PET = {
    "oneOf": [
        {"properties": {"kind": {"const": "cat"}, "id": INTEGER, "age": INTEGER},
         "required": ["kind"]},
        {"properties": {"kind": {"const": "dog"}, "id": STRING, "age": INTEGER},
         "required": ["kind"]},
    ]
}  # fmt: skip
PAIR: dict[str, Any] = {
    "type": "object",
    "properties": {
        "at": {"type": "object", "properties": {"x": INTEGER, "y": INTEGER}},
        "ids": {"type": "array", "items": INTEGER},
        "q": STRING,
    },
    "additionalProperties": False,
}
CONTENT = "OAS 3.1.1, 4.8.15.2"
VALUES = "OAS 3.1.1, 4.8.15.2.1"
TYPE = "OAS 3.1.1, 4.8.15.1.1"
STYLE = "OAS 3.1.1, 4.8.15.1.2"
DECODING = "OAS 3.1.1, E.4"
AS_JSON, AS_XML = {"contentType": "application/json"}, {"contentType": "application/xml"}

# Section, schema, encoding, body, verdict.
ROWS: list[tuple[str, Any, Mapping[str, Any], bytes, Verdict]] = [
    # Without an encoding: strings as they are, objects as JSON, arrays as fields of one name.
    (CONTENT, PERSON, {}, b"id=a&age=5&member=true", OK),
    (CONTENT, PERSON, {}, b"id=5", OK),
    (CONTENT, PERSON, {}, b"age=5", broken("body ")),
    (CONTENT, PERSON, {}, b"id=a&age=x&member=1", broken("body /age", "body /member")),
    (CONTENT, PERSON, {}, b"id=a&age=-1", broken("body /age")),
    (CONTENT, PERSON, {}, b"id=a&none=", OK),
    (CONTENT, PERSON, {}, b"id=", OK),
    (CONTENT, PERSON, {}, b"id", OK),
    (CONTENT, PERSON, {}, b"id=a&other=1&other=2", OK),
    (CONTENT, CLOSED, {}, b"id=a&other=1", broken("body ")),
    (CONTENT, OPEN, {}, b"a=1&b=2", OK),
    (CONTENT, OPEN, {}, b"a=1&b=x", broken("body /b")),
    (CONTENT, PATTERNED, {}, b"n_a=1&list_a=1&list_a=2", OK),
    (CONTENT, PATTERNED, {}, b"n_a=x&list_a=1&list_a=y", broken("body /n_a", "body /list_a/1")),
    (CONTENT, None, {}, b"a=1&&=", OK),
    (VALUES, PERSON, {}, b"id=f81d4fae-7dec-11d0-a765-00a0c91e6bf6&address=%7B%22streetAddress%22:"
     b"%22123+Example+Dr.%22,%22city%22:%22Somewhere%22,%22zip%22:%2299999%22%7D", OK),
    (VALUES, PERSON, {}, b'id=a&address={"city":"x","zip":"999999"}', broken("body /address/zip")),
    (VALUES, PERSON, {}, b'id=a&address={"city":', broken("body /address")),
    (VALUES, PERSON, {}, b'id=a&addresses={"city":"x"}&addresses={}', broken("body /addresses/1")),
    (TYPE, PERSON, {}, b"id=a&tags=x&tags=y", OK),
    (TYPE, PERSON, {}, b"id=a&tags=x&tags=y&tags=z", broken("body /tags")),
    (TYPE, PERSON, {}, b"id=a&tags=x,y,z", OK),
    (TYPE, PERSON, {}, b"id=a&sizes=1&sizes=x", broken("body /sizes/1")),
    (TYPE, PERSON, {}, b"id=a&id=b", broken("body /id")),
    ("OAS 3.1.1, 4.8.15.2.2", PERSON, {}, b"id=a&icon=iVBORw0KGgo%3D", OK),
    # Alternatives.
    ("OAS 3.1.1, 4.8.24.4.1", PET, {}, b"kind=cat&id=5&age=2", OK),
    ("OAS 3.1.1, 4.8.24.4.1", PET, {}, b"kind=dog&id=5&age=2", OK),
    ("OAS 3.1.1, 4.8.24.4.1", PET, {}, b"kind=cat&id=five", broken("body ")),
    # Decoding.
    (DECODING, {"properties": {"a": {"const": "x y+z"}}}, {}, b"a=x+y%2Bz", OK),
    (DECODING, {"properties": {"a": {"const": "x y"}}}, {}, b"%61=x%20y", OK),
    (DECODING, {"properties": {"a": {"const": "\u20ac"}}}, {}, b"a=%E2%82%AC", OK),
    (DECODING, {"properties": {"a": {"const": "\u20ac"}}}, {}, "a=\u20ac".encode(), OK),
    (DECODING, {"properties": {"a": {"const": "b=c"}}}, {}, b"a=b=c", OK),
    (DECODING, {"properties": {"a": {"const": "100%"}}}, {}, b"a=100%", OK),
    (DECODING, PERSON, {}, b"id=%ff", MALFORMED),
    (DECODING, PERSON, {}, b"id=\xff", MALFORMED),
    # `contentType` of a property.
    (VALUES, PERSON, {"id": AS_JSON}, b"id=%22f81d4fae%22", OK),
    (VALUES, PERSON, {"id": AS_JSON}, b"id=f81d4fae", broken("body /id")),
    (VALUES, PERSON, {"id": AS_JSON}, b"id=5", broken("body /id")),
    (TYPE, PERSON, {"sizes": AS_JSON}, b"id=a&sizes=[1,2]", OK),
    (TYPE, PERSON, {"sizes": AS_JSON}, b"id=a&sizes=[1,%22x%22]", broken("body /sizes/1")),
    (TYPE, PERSON, {"address": AS_XML}, b"id=a&address=<address><city>x</city></address>", OK),
    (TYPE, PERSON, {"address": AS_XML}, b"id=a&address=<address/>", broken("body /address")),
    (TYPE, PERSON, {"address": AS_XML}, b"id=a&address={}", broken("body /address")),
    (TYPE, PERSON, {"id": {"contentType": "text/plain, application/json"}}, b"id=a", OK),
    # Styles, like those of a query.
    (STYLE, PAIR, {"at": {"style": "deepObject", "explode": True}}, b"at[x]=1&at%5By%5D=2", OK),
    (STYLE, PAIR, {"at": {"style": "deepObject", "explode": True}}, b"at[x]=a",
     broken("body /at/x")),
    (STYLE, PAIR, {"at": {"style": "form", "explode": False}}, b"at=x,1,y,2", OK),
    (STYLE, PAIR, {"at": {"explode": True}}, b"x=1&y=2&q=a", OK),
    (STYLE, PAIR, {"at": {"style": "form"}}, b"x=a", broken("body /at/x")),
    (STYLE, PAIR, {"ids": {"style": "form", "explode": False}}, b"ids=1,2", OK),
    (STYLE, PAIR, {"ids": {"explode": True}}, b"ids=1&ids=2", OK),
    (STYLE, PAIR, {"ids": {"style": "spaceDelimited", "explode": False}}, b"ids=1%202", OK),
    (STYLE, PAIR, {"ids": {"style": "spaceDelimited", "explode": False}}, b"ids=1+2", OK),
    (STYLE, PAIR, {"ids": {"style": "pipeDelimited", "explode": False}}, b"ids=1%7Cx",
     broken("body /ids/1")),
    (STYLE, PAIR, {"ids": {"style": "form", **AS_JSON}}, b"ids=1&ids=2", OK),
    (STYLE, PAIR, {"q": {"allowReserved": True}}, b"q=a/b?c", OK),
    (STYLE, PAIR, {"ids": {"style": "deepObject", "explode": True}}, b"ids[]=1&ids[]=2", OK),
    (STYLE, PAIR, {"ids": {"style": "deepObject", "explode": True}}, b"ids[0]=1&ids[1]=x",
     broken("body /ids/1")),
    # Other rules.
    (CONTENT, True, {}, b"a=1", OK),
    (CONTENT, False, {}, b"a=1", broken("body ")),
    (CONTENT, {"minProperties": 2}, {}, b"a=1", broken("body ")),
    ("OAS 3.1.1, 4.8.14.1", PERSON, {"nobody": AS_JSON}, b"id=a", OK),
]  # fmt: skip


def _case(
    section: str, schema: Any, encoding: Mapping[str, Any], body: bytes, verdict: Verdict
) -> Case:
    media = {**({} if schema is None else {"schema": schema}), "encoding": dict(encoding)}
    name = f"{body!r} {dict(encoding) or ''}"
    return Case(section, name, with_body({FORM: media}), posted(body, FORM), verdict)


CASES = [_case(*row) for row in ROWS]
