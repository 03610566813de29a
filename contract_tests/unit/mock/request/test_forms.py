"""Forms, text and bytes are validated by the schema of the body, as JSON is."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uploading import FORM, accepting, judged

PERSON: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 5},
        "age": {"type": "integer", "minimum": 0},
        "score": {"type": "number"},
        "active": {"type": "boolean"},
        "none": {"type": ["integer", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        "sizes": {"type": "array", "items": {"type": "integer"}},
        "places": {"type": "array", "items": {"type": "object", "required": ["x"]}},
        "one": {"oneOf": [{"type": "string", "const": "all"}, {"type": "array"}]},
        "address": {
            "type": "object",
            "required": ["street"],
            "properties": {"street": {"type": "string"}, "number": {"type": "integer"}},
        },
        "day": {"type": "string", "format": "date"},
        "picture": {"type": "string", "contentEncoding": "base64", "maxLength": 4},
    },
}
CLOSED = {**PERSON, "additionalProperties": False}
COUNTS = {"type": "object", "additionalProperties": {"type": "integer"}}
EITHER = {
    "oneOf": [
        {"properties": {"kind": {"const": "count"}, "n": {"type": "integer"}}, "required": ["n"]},
        {"properties": {"kind": {"const": "code"}, "n": {"type": "string"}}, "required": ["n"]},
    ]
}
BOTH = {
    "allOf": [
        {"type": "object", "properties": {"n": {"type": "integer"}}},
        {"properties": {"n": {"minimum": 3}, "m": {"type": "number"}}},
    ]
}
GATED = {
    "type": "object",
    "properties": {"kind": {"type": "string"}},
    "if": {"properties": {"kind": {"const": "sized"}}},
    "then": {"properties": {"size": {"type": "integer"}}, "required": ["size"]},
}

# Schema, body, the pointers of what is wrong with it.
BODIES: list[tuple[Any, bytes, list[str]]] = [
    (PERSON, b"name=Ada", []),
    (PERSON, b"name=Ada&age=36&score=1.5e1&active=true", []),
    (PERSON, b"age=36", [""]),
    (PERSON, b"name=", ["/name"]),
    (PERSON, b"name", ["/name"]),
    (PERSON, b"name=Ada&age=old", ["/age"]),
    (PERSON, b"name=Ada&age=-1", ["/age"]),
    (PERSON, b"name=Ada&age=", ["/age"]),
    (PERSON, b"name=Ada&active=yes", ["/active"]),
    (PERSON, b"name=Ada&age=old&active=1&score=x", ["/age", "/score", "/active"]),
    (PERSON, b"name=Ada&none=&score=1", []),
    (PERSON, b"name=Ada&none=null", []),
    # Text stays text, whatever it looks like.
    (PERSON, b"name=12345", []),
    (PERSON, b"name=true", []),
    (PERSON, b"name=null", []),
    # Just inside and just outside of a limit, in characters and not in bytes.
    (PERSON, "name=äöüÄÖ".encode(), []),
    (PERSON, b"name=%C3%A4%C3%B6%C3%BC%C3%84%C3%96", []),
    (PERSON, b"name=abcdef", ["/name"]),
    (PERSON, b"name=a+b+c", []),
    (PERSON, b"name=a%20b%2Bc", []),
    (PERSON, b"n%61me=Ada", []),
    (PERSON, b"name=Ada&day=2026-02-28", []),
    (PERSON, b"name=Ada&day=2026-02-30", ["/day"]),
    (PERSON, b"name=Ada&picture=YQ%3D%3D", []),
    (PERSON, b"name=Ada&picture=YWJjZA%3D%3D", ["/picture"]),
    # An array is a field that may come again.
    (PERSON, b"name=Ada&tags=a", []),
    (PERSON, b"name=Ada&tags=a&tags=b", []),
    (PERSON, b"name=Ada&tags=a&tags=b&tags=c", ["/tags"]),
    (PERSON, b"name=Ada&tags=a,b,c", []),
    (PERSON, b"name=Ada&sizes=1&sizes=2", []),
    (PERSON, b"name=Ada&sizes=1&sizes=x", ["/sizes/1"]),
    (PERSON, b"name=Ada&sizes=[1,2]", ["/sizes/0"]),
    (PERSON, b"name=Ada&name=Bob", ["/name"]),
    (PERSON, b"name=Ada&age=1&age=2", ["/age"]),
    (PERSON, b"name=Ada&one=all", []),
    (PERSON, b"name=Ada&one=all&one=none", []),
    # An object is JSON.
    (PERSON, b'name=Ada&address={"street":"A","number":1}', []),
    (PERSON, b"name=Ada&address=%7B%22street%22%3A%22A%22%7D", []),
    (PERSON, b'name=Ada&address={"number":1}', ["/address"]),
    (PERSON, b'name=Ada&address={"street":"A","number":"x"}', ["/address/number"]),
    (PERSON, b"name=Ada&address=street", ["/address"]),
    (PERSON, b'name=Ada&address={"street":', ["/address"]),
    (PERSON, b'name=Ada&places={"x":1}&places={"x":2}', []),
    (PERSON, b'name=Ada&places={"x":1}&places={}', ["/places/1"]),
    # What the schema does not name.
    (PERSON, b"name=Ada&other=1&other=2", []),
    (CLOSED, b"name=Ada&other=1", [""]),
    (COUNTS, b"a=1&b=2", []),
    (COUNTS, b"a=1&b=x", ["/b"]),
    # Schemas that are composed, and conditions.
    (EITHER, b"kind=count&n=5", []),
    (EITHER, b"kind=code&n=5", []),
    (EITHER, b"kind=count&n=x", [""]),
    (BOTH, b"n=3&m=0.5", []),
    (BOTH, b"n=2", ["/n"]),
    (BOTH, b"n=3&m=x", ["/m"]),
    (GATED, b"kind=free", []),
    (GATED, b"kind=sized&size=3", []),
    (GATED, b"kind=sized&size=x", ["/size"]),
    (GATED, b"kind=sized", [""]),
    # Anything goes.
    (None, b"&&&=;=&a", []),
    ({}, b"a=1", []),
    (True, b"a=1", []),
    (False, b"a=1", [""]),
]


@pytest.mark.parametrize(("schema", "body", "pointers"), BODIES)
def test_a_form_is_validated_by_its_schema(schema: Any, body: bytes, pointers: list[str]) -> None:
    """Each field is what its property says, and the whole is an object of them."""
    verdict = judged(accepting(schema, FORM), FORM, body)

    assert sorted(verdict.pointers) == sorted(pointers)
    assert verdict.kind == ("invalid-request" if pointers else None)


STYLED: dict[str, Any] = {
    "type": "object",
    "required": ["at"],
    "properties": {
        "at": {
            "type": "object",
            "properties": {"x": {"type": "integer"}, "y": {"type": "integer"}},
        },
        "ids": {"type": "array", "items": {"type": "integer"}},
        "text": {"type": "string"},
    },
    "additionalProperties": False,
}
DEEP = {"at": {"style": "deepObject", "explode": True}}
FLAT = {"at": {"explode": True}}
LISTED = {"at": DEEP["at"], "ids": {"style": "pipeDelimited", "explode": False}}
AS_JSON = {"at": DEEP["at"], "ids": {"contentType": "application/json"}}

# Encoding, body, the pointers of what is wrong with it.
STYLES: list[tuple[dict[str, Any], bytes, list[str]]] = [
    (DEEP, b"at[x]=1&at[y]=2", []),
    (DEEP, b"at%5Bx%5D=1", []),
    (DEEP, b"at[x]=one", ["/at/x"]),
    (DEEP, b"text=a", [""]),
    (DEEP, b'at={"x":1}', [""]),
    (FLAT, b"x=1&y=2&text=a", []),
    (FLAT, b"x=one", ["/at/x"]),
    (FLAT, b"x=1&z=2", [""]),
    (LISTED, b"at[x]=1&ids=1|2", []),
    (LISTED, b"at[x]=1&ids=1%7C2", []),
    (LISTED, b"at[x]=1&ids=1|b", ["/ids/1"]),
    (AS_JSON, b"at[x]=1&ids=[1,2]", []),
    (AS_JSON, b"at[x]=1&ids=[1,%22b%22]", ["/ids/1"]),
]


@pytest.mark.parametrize(("encoding", "body", "pointers"), STYLES)
def test_a_field_is_read_by_its_encoding(
    encoding: dict[str, Any], body: bytes, pointers: list[str]
) -> None:
    """A documented style holds for a form as it does for a query."""
    verdict = judged(accepting(STYLED, FORM, encoding), FORM, body)

    assert verdict.pointers == pointers


@pytest.mark.parametrize(
    "body",
    [b"name=\xff", b"name=%ff", b"name=%C3", b"%E2%28%A1=1", b"a=1&" * 1_001, b"&" * 1_001],
)
def test_a_malformed_form_is_refused_as_such(body: bytes) -> None:
    """A form that is not UTF-8 or too large cannot be read at all."""
    verdict = judged(accepting(PERSON, FORM), FORM, body)

    assert (verdict.status, verdict.kind) == (400, "malformed-body")


def test_the_most_fields_are_read_in_little_time() -> None:
    """And not all that is wrong with them is listed."""
    body = b"&".join(b"f%d=x" % i for i in range(1_000))
    operation = accepting(COUNTS, FORM)
    started = time.perf_counter()

    verdict = judged(operation, FORM, body)

    assert verdict.kind == "invalid-request"
    assert time.perf_counter() - started < 5


# Schema, media type documented, media type sent, body, kind of refusal.
OTHERS: list[tuple[Any, str, str, bytes, str | None]] = [
    ({"type": "string", "maxLength": 3}, "text/plain", "text/plain", b"abc", None),
    ({"type": "string", "maxLength": 3}, "text/plain", "text/plain", b"abcd", "invalid-request"),
    ({"type": "string", "maxLength": 3}, "text/plain", "text/plain", "äöü".encode(), None),
    ({"type": "string"}, "text/plain", "text/plain", b"\xff", "malformed-body"),
    ({"type": "string"}, "text/plain", "text/plain; charset=latin1", b"\xff", None),
    ({"type": "string"}, "text/plain", "text/plain; charset=ascii", b"\xff", "malformed-body"),
    ({"type": "string"}, "text/plain", "text/plain; charset=punycode", b"a", "malformed-body"),
    ({"type": "string"}, "text/plain", 'text/plain; charset="UTF-8"', b"a", None),
    ({"type": "integer"}, "text/plain", "text/plain", b"12", None),
    ({"type": "integer"}, "text/plain", "text/plain", b"twelve", "invalid-request"),
    ({"type": "string", "pattern": "^a,b"}, "text/csv", "text/csv", b"a,b\n1,2", None),
    ({"type": "string", "pattern": "^a,b"}, "text/csv", "text/csv", b"b,a", "invalid-request"),
    # Nothing here reads what such a text is made of.
    ({"type": "array"}, "text/csv", "text/csv", b"a,b\xff", None),
    ({"type": "object"}, "application/xml", "application/xml", b"<a/>", None),
    # Bytes are counted one by one.
    ({"maxLength": 3}, "application/pdf", "application/pdf", b"\xff\xfe\xfd", None),
    (
        {"maxLength": 3},
        "application/pdf",
        "application/pdf",
        b"\xff\xfe\xfd\xfc",
        "invalid-request",
    ),
    (
        {"type": "string", "format": "binary", "maxLength": 3},
        "application/octet-stream",
        "application/octet-stream",
        "äö".encode(),
        "invalid-request",
    ),
    ({"minLength": 1}, "image/png", "image/gif", b"a", "unsupported-media-type"),
    # A range is read as what was sent.
    (PERSON, "*/*", "application/json", b'{"name":"Ada"}', None),
    (PERSON, "*/*", "application/vnd.acme+json", b"{}", "invalid-request"),
    (PERSON, "*/*", "application/json", b"{", "malformed-body"),
    (PERSON, "*/*", FORM, b"name=Ada", None),
    (PERSON, "*/*", FORM, b"age=1", "invalid-request"),
    (PERSON, "*/*", "multipart/form-data; boundary=b", b"--b--", "invalid-request"),
    (PERSON, "*/*", "image/png", b"\xff", None),
    ({"type": "string", "maxLength": 1}, "text/*", "text/csv", b"ab", "invalid-request"),
    ({"type": "string", "maxLength": 1}, "image/*", "image/png", b"ab", "invalid-request"),
]


@pytest.mark.parametrize(("schema", "media_type", "given", "body", "kind"), OTHERS)
def test_any_other_body_is_text_or_bytes(
    schema: Any, media_type: str, given: str, body: bytes, kind: str | None
) -> None:
    """Validated as far as its schema describes those."""
    assert judged(accepting(schema, media_type), given, body).kind == kind


def test_a_large_value_is_refused_without_being_quoted() -> None:
    """Nobody reads megabytes in an error message, and writing them takes seconds."""
    operation = accepting({"maxLength": 1_000_000}, "application/pdf")

    verdict = judged(operation, "application/pdf", b"\xff" * 1_000_001)

    assert verdict.violations == (("", "the value is longer than 1000000 characters"),)


@pytest.mark.parametrize("schema", [PERSON, CLOSED, EITHER, STYLED, None])
def test_no_bytes_make_a_form_fail(schema: Any) -> None:
    """Whatever is sent is accepted, invalid or malformed."""
    operation = accepting(schema, FORM, DEEP if schema is STYLED else None)
    pieces = st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [b"name", b"at", b"[x]", b"=", b"&", b"%", b"%5B", b"+", b'{"street":', b"}"]
        ),
    )

    @settings(max_examples=40, derandomize=True, database=None, deadline=None)
    @given(st.lists(pieces, max_size=12).map(b"".join))
    def check(body: bytes) -> None:
        assert judged(operation, FORM, b"a=" + body).status < 500

    check()
