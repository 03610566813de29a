"""Bodies by their media types: presence, ranges, JSON, text and bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .case import OK, Case, Request, Verdict, broken, posted, refused, with_body

JSON, TEXT, BYTES = "application/json", "text/plain", "application/octet-stream"
NAMED = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
}
STRING: dict[str, Any] = {"type": "string"}
MALFORMED, UNSUPPORTED = refused("malformed-body"), refused("unsupported-media-type")
BODY = "OAS 3.1.1, 4.8.13.1"
MEDIA = "OAS 3.1.1, 4.8.14.1"
FILES = "OAS 3.1.1, 4.8.14.3"
BINARY = "OAS 3.1.1, 4.4.2"
TYPES = "RFC 9110, 8.3.1"
CHARSET = "RFC 8259, 11"


def media(name: str, schema: Any = None) -> dict[str, Any]:
    """The content of a body with one media type."""
    return {name: {} if schema is None else {"schema": schema}}


# Section, content, media type sent, body, verdict.
ROWS: list[tuple[str, Mapping[str, Any], str | None, bytes, Verdict]] = [
    # JSON and media types that end in +json.
    (MEDIA, media(JSON, NAMED), JSON, b'{"name":"a"}', OK),
    (MEDIA, media(JSON, NAMED), JSON, b'{"name":1,"age":-1}', broken("body /name", "body /age")),
    (MEDIA, media(JSON, NAMED), JSON, b"{}", broken("body ")),
    (MEDIA, media(JSON, NAMED), JSON, b"[]", broken("body ")),
    (MEDIA, media(JSON, NAMED), JSON, b"{", MALFORMED),
    (MEDIA, media(JSON, True), JSON, b"null", OK),
    (MEDIA, media(JSON, False), JSON, b"null", broken("body ")),
    (FILES, media(JSON), JSON, b"[1]", OK),
    (FILES, media(JSON), JSON, b"[1", MALFORMED),
    ("RFC 6839, 3.1", media("application/vnd.acme+json", NAMED), "application/vnd.acme+json",
     b"{}", broken("body ")),
    ("RFC 6839, 3.1", media("application/merge-patch+json", NAMED), "application/merge-patch+json",
     b"{", MALFORMED),
    ("RFC 6839, 3.1", media("application/vnd.acme+json", NAMED), JSON, b"{}", UNSUPPORTED),
    # Case and parameters of media types.
    (TYPES, media(JSON, NAMED), "Application/JSON", b'{"name":"a"}', OK),
    (TYPES, media("Application/JSON", NAMED), JSON, b'{"name":"a"}', OK),
    (TYPES, media(JSON, NAMED), "application/json;charset=utf-8", b"{}", broken("body ")),
    (TYPES, media(JSON, NAMED), "application/json ; charset=utf-8", b"{}", broken("body ")),
    (CHARSET, media(JSON, NAMED), "application/json; charset=iso-8859-1", b'{"name":"\xff"}',
     MALFORMED),
    (CHARSET, media("application/json; charset=utf-8", NAMED), JSON, b"{}", broken("body ")),
    (TYPES, media(JSON, NAMED), "application/json; version=2", b'{"name":"a"}', OK),
    (TYPES, media("application/json; version=2", NAMED), "application/json; version=2", b"{}",
     broken("body ")),
    (TYPES, media("application/json; version=2", NAMED), "application/json; version=3", b"{}",
     UNSUPPORTED),
    (TYPES, media("application/json; version=2", NAMED), JSON, b"{}", broken("body ")),
    (BODY, {**media("application/json; v=1", NAMED), **media("application/json; v=2", True)},
     "application/json; v=2", b"{}", OK),
    (BODY, {**media("application/json; v=1", NAMED), **media("application/json; v=2", True)},
     "application/json; v=1", b"{}", broken("body ")),
    (BODY, {**media(JSON, True), **media("application/json; v=2", NAMED)},
     'application/json; charset=utf-8; v="2"', b"{}", broken("body ")),
    (BODY, {**media(JSON, True), **media("application/json; v=2", NAMED)}, JSON, b"{}", OK),
    # Undocumented media types.
    ("RFC 9110, 15.5.16", media(JSON, NAMED), TEXT, b'{"name":"a"}', UNSUPPORTED),
    ("RFC 9110, 15.5.16", media(JSON, NAMED), None, b'{"name":"a"}', UNSUPPORTED),
    ("RFC 9110, 15.5.16", media(JSON, NAMED), "json", b'{"name":"a"}', UNSUPPORTED),
    ("RFC 9110, 15.5.16", media(JSON, NAMED), "", b'{"name":"a"}', UNSUPPORTED),
    (BODY, {**media(JSON, NAMED), **media(TEXT, STRING)}, TEXT, b"a", OK),
    (BODY, {**media(JSON, NAMED), **media(TEXT, STRING)}, JSON, b"{}", broken("body ")),
    # Ranges, the most specific first.
    (BODY, media("image/*"), "image/png", b"\x89PNG", OK),
    (BODY, media("image/*"), "text/png", b"a", UNSUPPORTED),
    (BODY, media("*/*"), "image/png", b"\x89PNG", OK),
    (BODY, media("*/*"), None, b"\x00", OK),
    (BODY, media("*/*", NAMED), JSON, b"{}", broken("body ")),
    (BODY, media("application/*", NAMED), "application/hal+json", b"{}", broken("body ")),
    (BODY, media("application/*", NAMED), "application/hal+json", b"{", MALFORMED),
    (BODY, media("text/*", {**STRING, "maxLength": 1}), "text/csv", b"ab", broken("body ")),
    (BODY, {**media("text/*", False), **media(TEXT, STRING)}, TEXT, b"a", OK),
    (BODY, {**media("text/*", False), **media(TEXT, STRING)}, "text/csv", b"a", broken("body ")),
    (BODY, {**media("*/*", False), **media("text/*", STRING)}, "text/csv", b"a", OK),
    # Text, in its charset.
    (MEDIA, media(TEXT, {**STRING, "maxLength": 3}), TEXT, "äöü".encode(), OK),
    (MEDIA, media(TEXT, {**STRING, "maxLength": 3}), TEXT, b"abcd", broken("body ")),
    (MEDIA, media(TEXT, STRING), TEXT, b"\xff", MALFORMED),
    (MEDIA, media(TEXT, {**STRING, "const": "ÿ"}), "text/plain; charset=iso-8859-1", b"\xff", OK),
    (MEDIA, media(TEXT, {**STRING, "const": "ÿ"}), "text/plain; charset=utf-16",
     "ÿ".encode("utf-16"), OK),
    (MEDIA, media(TEXT, STRING), "text/plain; charset=nobodys", b"a", MALFORMED),
    (MEDIA, media(TEXT, {"type": "integer"}), TEXT, b"12", OK),
    (MEDIA, media(TEXT, {"type": "integer"}), TEXT, b"twelve", broken("body ")),
    (MEDIA, media(TEXT, {"type": "boolean"}), TEXT, b"true", OK),
    (MEDIA, media("text/csv", {**STRING, "pattern": "^a,b"}), "text/csv", b"b,a", broken("body ")),
    (MEDIA, media("text/html", STRING), "text/html; charset=utf-8", b"<p>", OK),
    # Bytes.
    (FILES, media(BYTES), BYTES, bytes(range(256)), OK),
    (FILES, media("image/png"), "image/png", bytes(range(256)), OK),
    (FILES, {**media("image/png"), **media("image/jpeg")}, "image/jpeg", b"\xff", OK),
    (FILES, {**media("image/png"), **media("image/jpeg")}, "image/gif", b"\xff", UNSUPPORTED),
    (BINARY, media(BYTES, {"contentMediaType": BYTES}), BYTES, b"\xff\x00", OK),
    (BINARY, media("image/png", {"maxLength": 2}), "image/png", b"\xff\x00", OK),
    (BINARY, media("image/png", {"maxLength": 2}), "image/png", b"\xff\x00\x01", broken("body ")),
    (BINARY, media("image/png", {"maxLength": 2}), "image/png", "ä".encode(), OK),
    (BINARY, media("image/png", {"minLength": 2}), "image/png", b"\xff", broken("body ")),
    (BINARY, media("image/png", {**STRING, "contentEncoding": "base64"}), "image/png", b"iVBO", OK),
    # Formats that the mock does not parse: any text or bytes are valid.
    (MEDIA, media("application/x-ndjson"), "application/x-ndjson", b'{"a":1}\n{"a":2}\n', OK),
    (MEDIA, media("application/x-ndjson", {"type": "array"}), "application/x-ndjson", b'{"a":1}\n',
     OK),
    (MEDIA, media("application/x-ndjson", {**STRING, "maxLength": 3}), "application/x-ndjson",
     b"{}\n{}", broken("body ")),
    (MEDIA, media("application/yaml", NAMED), "application/yaml", b"name: a", OK),
    (MEDIA, media("text/csv", {"type": "array"}), "text/csv", b"a,b\xff", OK),
    (MEDIA, media("multipart/mixed", NAMED), "multipart/mixed; boundary=b", b"--b--", OK),
    # Whether a body is required.
    (BODY, media(JSON, NAMED), JSON, b"", broken("body ")),
    (BODY, media(JSON, NAMED), None, b"", broken("body ")),
    (BODY, media(BYTES), BYTES, b"", broken("body ")),
]  # fmt: skip


def _case(
    section: str, content: Mapping[str, Any], sent: str | None, body: bytes, verdict: Verdict
) -> Case:
    name = f"{dict(content)} {sent} {body!r}"
    return Case(section, name, with_body(content), posted(body, sent), verdict)


def _optional(sent: str | None, body: bytes, verdict: Verdict) -> Case:
    content = media(JSON, NAMED)
    name = f"optional {sent} {body!r}"
    return Case(BODY, name, with_body(content, required=False), posted(body, sent), verdict)


def _by_reference() -> Case:
    document = with_body({})
    document["paths"]["/things"]["post"]["requestBody"] = {"$ref": "#/components/requestBodies/B"}
    body = {"required": True, "content": media(JSON, {"$ref": "#/components/schemas/Named"})}
    document["components"] = {"requestBodies": {"B": body}, "schemas": {"Named": NAMED}}
    name = "a body and its schema by reference"
    return Case("OAS 3.1.1, 4.8.7", name, document, posted(b"{}", JSON), broken("body "))


def _chunked(body: bytes, verdict: Verdict) -> Case:
    headers = (("Content-Type", JSON), ("Transfer-Encoding", "chunked"))
    request = Request("/things", "POST", headers, body)
    return Case("RFC 9112, 7.1", f"chunked {body!r}", with_body(media(JSON, NAMED)), request,
                verdict)  # fmt: skip


CASES = [
    *(_case(*row) for row in ROWS),
    _optional(None, b"", OK),
    _optional(JSON, b"", OK),
    _optional(JSON, b"{}", broken("body ")),
    _optional(JSON, b"{", MALFORMED),
    _optional(TEXT, b"{}", UNSUPPORTED),
    _by_reference(),
    _chunked(b'{"name":"a"}', OK),
    _chunked(b"{}", broken("body ")),
    _chunked(b"", broken("body ")),
]
