"""A body is judged by its media type, in a check and in a recording alike."""

from __future__ import annotations

from typing import Any

import pytest
from judged import contract_of, judged, kinds, of_body

from greenroom.contract.catalog import build
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request, Response
from greenroom_contracts.judge.exchange_judge import ExchangeJudge
from greenroom_contracts.judge.webhooks import Webhook, judge_webhook

_THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
_SECRET = {
    "type": "object",
    "required": ["id", "password"],
    "properties": {"id": {"type": "integer"}, "password": {"type": "string", "writeOnly": True}},
    "additionalProperties": False,
}
_CONTAINER = {"type": "array", "items": _THING}


@pytest.mark.parametrize("media", ["*/*", "application/*"])
def test_json_under_a_range_is_judged(media: str) -> None:
    """A range is a key, and its schema applies (4.8.14)."""
    assert of_body(_THING, {"id": 1}, media=media, sent="application/json") == []
    assert kinds(of_body(_THING, {"id": "1"}, media=media, sent="application/json")) == [
        "wrong-type"
    ]
    assert kinds(of_body(_THING, b"{", media=media, sent="application/hal+json")) == [
        "unreadable-body"
    ]


@pytest.mark.parametrize("purpose", [ex.DOCUMENTED, ex.RECORDED])
def test_a_recording_is_judged_as_a_check(purpose: str) -> None:
    """By the same rules."""
    ok = {"description": "x", "content": {"*/*": {"schema": _THING}}}
    fields = (("Content-Type", "application/json"),)
    found = judged(contract_of(responses={"200": ok}), Response(200, fields, b"{}"), purpose)
    assert kinds(found) == ["missing-field"]


def test_a_body_without_a_media_type_is_bytes() -> None:
    """RFC 9110, section 8.3."""
    assert of_body({}, b"x", media="application/octet-stream", sent="") == []
    assert of_body({}, b"x", media="*/*", sent="") == []
    assert kinds(of_body({}, b"x", media="application/json", sent="")) == [
        "undocumented-media-type"
    ]


@pytest.mark.parametrize("value", [{"id": 1}, {"id": 1, "password": "x"}])
def test_a_write_only_field_may_be_missing_and_may_be_sent(value: Any) -> None:
    """Neither is wrong (OpenAPI 3.0.3, 4.7.24.1)."""
    assert of_body(_SECRET, value) == []


def test_the_other_fields_of_a_schema_with_a_write_only_one_are_judged() -> None:
    """Missing ones and those of another type."""
    assert kinds(of_body(_SECRET, {"password": "x"})) == ["missing-field"]
    assert kinds(of_body(_SECRET, {"id": 1, "password": 5})) == ["wrong-type"]


@pytest.mark.parametrize(
    ("status", "fields", "body", "expected"),
    [
        (204, (), b"{}", ["forbidden-body"]),
        (205, (), b"{}", ["forbidden-body"]),
        (304, (), b"{}", ["undocumented-status", "forbidden-body"]),
        (204, (("Content-Length", "12"),), b"", ["forbidden-body"]),
        (204, (("Content-Length", "0"),), b"", []),
        (204, (), b"", []),
    ],
)
def test_a_status_without_content_has_no_body(
    status: int, fields: Any, body: bytes, expected: list[str]
) -> None:
    """RFC 9110, sections 15.3.5, 15.3.6, 15.4.5 and 8.6."""
    responses = {"204": {"description": "x"}, "205": {"description": "x"}}
    found = judged(contract_of(responses=responses), Response(status, fields, body))
    assert kinds(found) == expected


def test_a_response_to_head_has_no_body() -> None:
    """RFC 9110, section 9.3.2."""
    request = Request("HEAD", "http://vendor.example/things")
    sent = Response(200, (("Content-Length", "5"),), b"")
    assert judged(contract_of(), sent, request=request) == []
    found = judged(contract_of(), Response(200, (), b"{}"), request=request)
    assert kinds(found) == ["forbidden-body"]


def test_not_modified_is_no_redirect() -> None:
    """It belongs to the condition of the request (RFC 9110, section 15.4.5)."""
    url, cached = "http://vendor.example/things", Response(304, (), b"{}")
    request = Request("GET", url, (("If-None-Match", '"1"'),))
    assert judged(contract_of(), cached, ex.RECORDED, request) == []
    found = judged(contract_of(), Response(304), ex.RECORDED, Request("GET", url))
    assert kinds(found) == ["undocumented-status"]
    found = judged(contract_of(), Response(302), ex.RECORDED, request)
    assert kinds(found) == ["redirect"]


def test_a_charset_has_no_effect_on_json() -> None:
    """RFC 8259, section 11; JSON is UTF-8 (section 8.1)."""
    kind = "application/json; charset=x-unknown"
    assert of_body(_THING, {"id": 1}, sent=kind) == []
    assert kinds(of_body(_THING, {"id": "ü"}, sent=kind)) == ["wrong-type"]
    latin = '{"id": 1, "name": "ü"}'.encode("latin-1")
    assert kinds(of_body({}, latin, sent="application/json; charset=latin1")) == ["unreadable-body"]


def test_a_byte_order_mark_is_a_finding_and_the_rest_is_judged() -> None:
    """RFC 8259, section 8.1, with what is expected and what was seen."""
    (mark,) = of_body(_THING, b'\xef\xbb\xbf{"id": 1}')
    assert (mark.kind, mark.seen) == ("unreadable-body", "a byte order mark")
    assert "8.1" in mark.expected
    assert kinds(of_body(_THING, b"\xef\xbb\xbf{}")) == ["unreadable-body", "missing-field"]


@pytest.mark.parametrize(
    ("schema", "media", "body", "expected"),
    [
        (_THING, "application/yaml", b"id: 1\n", []),
        (_THING, "application/yaml", b"id: one\n", ["wrong-type"]),
        (_THING, "text/x-yaml", b"id: [", ["unreadable-body"]),
        ({"type": "string"}, "application/yaml", b"id: 1\n", []),
        ({"type": "string", "format": "binary"}, "application/json", b"\x00\xff", []),
        ({"type": "string", "format": "binary"}, "image/png", b"\x00\xff", []),
        ({"type": "string", "maxLength": 2}, "text/plain", b"abc", ["invalid-value"]),
        ({"type": "string", "maxLength": 2}, "text/plain; charset=x-odd", b"abc", []),
        ({"type": "integer"}, "text/plain", b"5", []),
        ({"type": "integer"}, "text/plain", b"five", ["wrong-type"]),
        ({"type": "string"}, "text/plain", b"\xff", ["unreadable-body"]),
        (_THING, "application/xml", b"<t><id>1</id></t>", []),
        (_THING, "application/xml", b"<t><id>one</id></t>", ["invalid-value"]),
        (_THING, "application/xml", b"<t>", ["unreadable-body"]),
    ],
)
def test_other_bodies_are_read_by_their_media_type(
    schema: Any, media: str, body: bytes, expected: list[str]
) -> None:
    """YAML, text, XML and bytes; what cannot be read is not guessed."""
    assert kinds(of_body(schema, body, media=media)) == expected


@pytest.mark.parametrize("media", ["application/x-ndjson", "application/jsonl"])
@pytest.mark.parametrize(
    ("schema", "body", "expected"),
    [
        (_THING, b'{"id": 1}\n{"id": 2}\n', []),
        (_THING, b'{"id": 1}\n{"id": "2"}\n', ["wrong-type"]),
        (_THING, b'{"id": 1}\n{"id"', ["unreadable-body"]),
        (_CONTAINER, b'{"id": 1}\r\n{"id": 2}', []),
        (_CONTAINER, b'{"id": 1}\n{}\n', ["missing-field"]),
        ({"type": "array", "items": {"type": "integer"}}, b"[1]\n[2, 3]\n", []),
    ],
)
def test_each_line_is_judged(media: str, schema: Any, body: bytes, expected: list[str]) -> None:
    """By the schema, or all lines together by a schema of arrays."""
    assert kinds(of_body(schema, body, media=media)) == expected


def test_texts_after_record_separators_are_judged() -> None:
    """RFC 7464."""
    media = "application/json-seq"
    assert of_body(_THING, b'\x1e{"id": 1}\n\x1e{"id": 2}\n', media=media) == []
    assert kinds(of_body(_THING, b'\x1e{"id": 1}\n\x1e{}\n', media=media)) == ["missing-field"]


def test_a_write_only_field_is_not_missed_among_those_that_appeared() -> None:
    """No response has to have it; another field that never appeared is listed."""
    schema = {"type": "object", "properties": {**_SECRET["properties"], "name": {}}}
    ok = {"description": "x", "content": {"application/json": {"schema": schema}}}
    judge = ExchangeJudge(contract_of(responses={"200": ok}))
    response = Response(200, (("Content-Type", "application/json"),), b'{"id": 1}')
    request = Request("GET", "http://vendor.example/things")
    assert judge.findings(Exchange(1, "listThings", ex.DOCUMENTED, request, response)) == []
    assert [unseen.name for unseen in judge.coverage.unseen()] == ["name"]


@pytest.mark.parametrize(
    ("value", "expected"), [(b"{}", []), (b'{"id": 1}', []), (b'{"id": "1"}', ["wrong-type"])]
)
def test_in_a_webhook_fields_of_one_direction_may_be_missing(
    value: bytes, expected: list[str]
) -> None:
    """It is a request of the vendor, so neither direction is meant."""
    marks = {"id": {"type": "integer", "readOnly": True}, "password": {"writeOnly": True}}
    payload = {"type": "object", "required": ["id", "password"], "properties": marks}
    body = {"content": {"application/json": {"schema": payload}}, "required": True}
    hook = {"post": {"requestBody": body, "responses": {"200": {"description": "x"}}}}
    document = {**contract_of().document, "webhooks": {"made": hook}}
    contract = build(document, "things", "things.yaml")
    found = judge_webhook(contract, "made", Webhook((("Content-Type", "application/json"),), value))
    assert kinds(list(found.findings)) == expected
