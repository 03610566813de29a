"""An operation refuses in the documented order and lists all violations of a request at once."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
from contracts import KEY, Client, body, compiled, one, respond, response

from greenroom.mock.mock import Mock
from greenroom.mock.operation import CompiledOperation
from greenroom.mock.pipeline import RequestContext
from greenroom.mock.request.bodies import find
from greenroom.mock.request.body_reading import BodyReading
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.schema.violation import Violation
from wire import run

JSON = {"content-type": "application/json"}
LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
NAMED = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
}
ERRORS = {s: response(f"e{s}") for s in ("400", "401", "403", "406", "413", "415", "422")}
EVERYTHING = {
    "parameters": [LIMIT],
    "requestBody": body(NAMED),
    "security": [{"Keyed": []}],
    "responses": {"200": response("fine"), **ERRORS},
}

OPEN = {**EVERYTHING, "security": []}


def call(
    operation: CompiledOperation,
    headers: Mapping[str, str],
    query: bytes = b"",
    sent: bytes = b"",
    length: bool = True,
) -> PreparedResponse:
    """One call, as a server makes it."""
    given = {name.lower().encode(): value.encode("latin-1") for name, value in headers.items()}
    if sent and length:
        given[b"content-length"] = str(len(sent)).encode()
    return respond(operation, given, query, body=sent)


def kind(reply: PreparedResponse) -> str | None:
    """The kind of refusal, None for a response."""
    found = dict(reply.headers).get(b"x-greenroom-refusal")
    return found.decode() if found else None


def violations(reply: PreparedResponse) -> list[tuple[str, str]]:
    """Where and at which pointer the request breaks its contract."""
    listed = json.loads(dict(reply.headers).get(b"x-greenroom-violations", b"[]"))
    return [(violation["location"], violation["pointer"]) for violation in listed]


# What is corrected step by step, in the order of the refusals.
STEPS: list[tuple[str, int, str | None]] = [
    ("", 401, "missing-credential"),
    ("forbidden", 403, "insufficient-permission"),
    ("key", 415, "unsupported-media-type"),
    ("key type", 406, "not-acceptable"),
    ("key type accept", 400, "malformed-body"),
    ("key type accept json", 422, "invalid-request"),
    ("key type accept json valid", 422, "invalid-request"),
    ("key type accept json valid query", 200, None),
]


@pytest.mark.parametrize(("right", "status", "expected"), STEPS)
def test_a_request_is_refused_in_the_documented_order(
    right: str, status: int, expected: str | None
) -> None:
    """401 or 403, 415, 406, 400 or 422, and then the response."""
    done = right.split()
    headers = {
        "x-key": "test-key" if "key" in done else "forbidden-key" if "forbidden" in done else "",
        "content-type": "application/json" if "type" in done else "text/plain",
        "accept": "application/json" if "accept" in done else "image/png",
    }
    sent = b'{"name":"a"}' if "valid" in done else b"{}" if "json" in done else b"{"
    query = b"limit=5" if "query" in done else b"limit=x"
    reply = call(compiled(EVERYTHING, schemes=KEY), headers, query, sent)
    assert (reply.status, kind(reply)) == (status, expected)


def test_all_violations_are_listed_at_once() -> None:
    """Parameters first, then the body."""
    reply = call(compiled(OPEN), JSON, b"limit=x", b'{"age":-1}')
    assert reply.status == 422
    assert violations(reply) == [("query", "/limit"), ("body", ""), ("body", "/age")]


@pytest.mark.parametrize("prefer", ["code=200", "code=400", "code=418", "example=nothing"])
def test_a_preference_excuses_nothing(prefer: str) -> None:
    """A request that is refused without one is refused with one, even an unknown one."""
    operation = compiled(EVERYTHING, schemes=KEY)
    good = {**JSON, "x-key": "test-key", "prefer": prefer}
    assert call(operation, {**good, "x-key": ""}, b"", b'{"name":"a"}').status == 401
    assert kind(call(operation, good, b"limit=x", b'{"name":"a"}')) == "invalid-request"


@pytest.mark.parametrize(
    ("accept", "is_suited"),
    [
        (None, True),
        ("*/*", True),
        ("application/*", True),
        ("", True),
        ("text/html", False),
        ("a/b", False),
    ],
)
@pytest.mark.parametrize("statuses", [["200"], ["200", "406"], ["200", "4XX", "default"]])
def test_accept_has_the_same_result_every_time(
    accept: str | None, is_suited: bool, statuses: list[str]
) -> None:
    """One that nothing matches is disregarded with a warning (RFC 9110 section 12.5.1).

    It is refused where the contract documents that.
    """
    operation = compiled({"responses": {status: response("fine") for status in statuses}})
    headers = {} if accept is None else {"accept": accept}
    for reply in (call(operation, headers) for _ in range(3)):
        assert reply.status == (200 if is_suited or "406" not in statuses else 406)
        warning = dict(reply.headers).get(b"x-greenroom-warning", b"").decode()
        expected = f"nothing documented matches Accept: {accept}, "
        assert (
            warning.startswith(expected) if not is_suited and reply.status == 200 else not warning
        )


def test_a_strict_mock_refuses_an_accept_that_nothing_matches() -> None:
    """Whether or not that is documented."""
    mock = Mock(one({"responses": {"200": response("fine")}}), strict_requests=True)
    assert call(mock.operations[0], {"accept": "text/html"}).status == 406


@pytest.mark.parametrize("coding", ["gzip", "br", "GZIP", "x-unknown, gzip"])
def test_a_content_coding_is_named_where_it_is_refused(coding: str) -> None:
    """And the response says that none is supported (RFC 9110 sections 8.4 and 15.5.16)."""
    operation = compiled(OPEN)
    reply = call(operation, {**JSON, "content-encoding": coding}, b"", b"\x1f\x8b")
    assert reply.status == 415
    found = dict(reply.headers)
    assert b"Content-Encoding is" in found[b"x-greenroom-reason"]
    assert found[b"accept-encoding"] == b"identity"
    assert (
        call(operation, {**JSON, "content-encoding": "Identity"}, b"", b'{"name":"a"}').status < 300
    )


def test_memory_for_accept_is_bounded() -> None:
    """A client that sends ever new values still gets its responses."""
    operation = compiled({"responses": {"200": response("fine")}})
    for i in range(500):
        assert call(operation, {"accept": f"application/json;v={i}"}).status == 200
    assert call(operation, {"accept": "application/json," * 5000}).status == 200
    assert b"x-greenroom-warning" in dict(call(operation, {"accept": "text/x"}).headers)


# Body, whether it is required, media type sent, bytes, kind of refusal, pointers.
BODIES: list[tuple[Any, str | None, bytes, str | None, list[str]]] = [
    (body(NAMED), "application/json", b'{"name":"a"}', None, []),
    (body(NAMED), "application/json", b' \n{"name":"a","more":1}\t', None, []),
    (body(NAMED), "Application/JSON; charset=utf-8", b'{"name":"a"}', None, []),
    (body(NAMED), "application/json;", b'{"name":"a"}', None, []),
    (body(NAMED), "application/json", b"{}", "invalid-request", [""]),
    (
        body(NAMED),
        "application/json",
        b'{"name":1,"age":"x"}',
        "invalid-request",
        ["/age", "/name"],
    ),
    (body(NAMED), "application/json", b"[]", "invalid-request", [""]),
    (body(NAMED), "application/json", b"null", "invalid-request", [""]),
    # No body at all.
    (body(NAMED), "application/json", b"", "invalid-request", [""]),
    (body(NAMED), None, b"", "invalid-request", [""]),
    (body(NAMED, required=False), "application/json", b"", None, []),
    (body(NAMED, required=False), None, b"", None, []),
    (body(NAMED, required=False), "application/json", b"{}", "invalid-request", [""]),
    # Not JSON.
    (body(NAMED), "application/json", b"{", "malformed-body", []),
    (body(NAMED), "application/json", b" ", "malformed-body", []),
    (body(NAMED), "application/json", b'{"name":"a"} x', "malformed-body", []),
    (body(NAMED), "application/json", b"{'name':'a'}", "malformed-body", []),
    (body(NAMED), "application/json", b'{"name":"a",}', "malformed-body", []),
    (body(NAMED), "application/json", b"\xff\xfe", "malformed-body", []),
    (body(NAMED), "application/json", b'{"name":"\xff"}', "malformed-body", []),
    (body(NAMED), "application/json", b'{"name":"\\ud800"}', "malformed-body", []),
    (body(NAMED), "application/json", b'{"name":NaN}', "malformed-body", []),
    (body(NAMED), "application/json", b'{"age":Infinity}', "malformed-body", []),
    (body(NAMED), "application/json", b'{"age":' + b"9" * 5000 + b"}", "malformed-body", []),
    (body(NAMED), "application/json", b"[" * 100_000, "malformed-body", []),
    (body(NAMED), "application/json", b"[" * 5000 + b"]" * 5000, "malformed-body", []),
    (body(NAMED), "application/json", b'{"a":' * 5000 + b"1" + b"}" * 5000, "malformed-body", []),
    # Numbers at the edge.
    (body(NAMED), "application/json", b'{"name":"a","age":1e999}', "malformed-body", []),
    (body(NAMED), "application/json", b'{"name":"a","age":1.0}', None, []),
    (body(NAMED), "application/json", b'{"name":"a","age":' + b"9" * 400 + b"}", None, []),
    # Other media types.
    (body(NAMED), "text/plain", b"{}", "unsupported-media-type", []),
    (body(NAMED), "application/jsonx", b"{}", "unsupported-media-type", []),
    (body(NAMED), "json", b"{}", "unsupported-media-type", []),
    (body(NAMED), "", b"{}", "unsupported-media-type", []),
    (body(NAMED), None, b"{}", "unsupported-media-type", []),
    (body(NAMED), "application/json, application/json", b"{}", "unsupported-media-type", []),
    (
        body(NAMED, "application/vnd.acme+json"),
        "application/vnd.acme+json",
        b"{}",
        "invalid-request",
        [""],
    ),
    (
        body(NAMED, "application/vnd.acme+json"),
        "application/json",
        b"{}",
        "unsupported-media-type",
        [],
    ),
    (body(NAMED, "application/json; v=1"), "application/json", b"{}", "invalid-request", [""]),
    (body({"type": "string"}, "text/plain"), "text/plain", b"a\x00", None, []),
    (body({}, "*/*"), "image/png", b"\xff\x00", None, []),
    (body({}, "*/*"), None, b"\xff\x00", None, []),
    (body({}, "text/*"), "text/csv", b"a,b", None, []),
    (body({}, "text/*"), "image/png", b"a,b", "unsupported-media-type", []),
    # A media type without a schema.
    ({"content": {"application/json": {}}}, "application/json", b"[1]", None, []),
    ({"content": {"application/json": {}}}, "application/json", b"[1", "malformed-body", []),
]


@pytest.mark.parametrize(("described", "media_type", "sent", "expected", "pointers"), BODIES)
def test_a_body_is_validated_by_its_media_type(
    described: Any, media_type: str | None, sent: bytes, expected: str | None, pointers: list[str]
) -> None:
    """Whether it is documented, can be read, and matches its schema."""
    operation = compiled({"requestBody": described})
    headers = {} if media_type is None else {"content-type": media_type}
    reply = call(operation, headers, b"", sent)
    assert kind(reply) == expected
    assert sorted(violations(reply)) == [("body", pointer) for pointer in pointers]


@pytest.mark.parametrize("media_type", ["text/plain", ""])
@pytest.mark.parametrize("sent", [b"{}", b'{"name":"a"}'])
def test_a_body_without_a_length_is_validated_too(media_type: str, sent: bytes) -> None:
    """HTTP/2 needs neither Content-Length nor Transfer-Encoding to send one."""
    reply = call(compiled(OPEN), {"content-type": media_type}, b"", sent, length=False)
    assert kind(reply) == "unsupported-media-type"


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"content-length": "0"}, False),
        ({"content-length": "1"}, True),
        ({"transfer-encoding": "chunked"}, True),
    ],
)
def test_a_wrong_media_type_is_refused_before_the_body_is_read(
    headers: dict[str, str], refused: bool
) -> None:
    """Where a header says that there is one."""
    given = {b"content-type": b"text/plain"}
    given |= {name.encode(): value.encode() for name, value in headers.items()}

    async def receive_body(context: RequestContext, _: object) -> None:
        context.body = b"text"

    context = RequestContext("POST", "/things", given, receive_body=receive_body)
    result = compiled({"requestBody": body(NAMED)}).respond(context)
    if not isinstance(result, PreparedResponse):
        run(result)

    assert (context.body == b"") == refused


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("application/json", "exact"),
        ("APPLICATION/json ; a=b", "exact"),
        ("application/xml", "kind"),
        ("text/plain", "any"),
        ("", "any"),
    ],
)
def test_the_most_specific_media_type_reads_the_body(sent: str, expected: str) -> None:
    """OpenAPI 3.1, 4.8.14."""
    names = {"*/*": "any", "application/*": "kind", "application/json": "exact"}
    readers = {media: partial(_violation, name) for media, name in names.items()}
    read = find(readers, sent)
    assert read is not None
    assert read(b"", BodyReading()) == [("body", expected, sent)]


def _violation(
    name: str, body: bytes, content_type: str, unknown: list[Violation]
) -> list[Violation]:
    return [("body", name, content_type)]


@pytest.mark.parametrize("schema", [NAMED, {"type": "array", "items": {"type": "string"}}])
def test_a_large_body_that_is_wrong_everywhere_is_refused_at_once(schema: Any) -> None:
    """Naming every violation would take minutes and gigabytes."""
    operation = compiled({"requestBody": body({"anyOf": [schema, {"type": "null"}]})})
    sent = b"[" + b"1," * 500_000 + b"1]"
    started = time.process_time()
    reply = call(operation, JSON, b"", sent)
    assert time.process_time() - started < 2
    assert violations(reply) == [("body", "")]


def test_a_large_body_with_one_violation_gets_its_pointer() -> None:
    """Long texts, like an encoded file, are not many parts."""
    sent = json.dumps({"name": "x" * 1_000_000, "age": "old"}).encode()
    assert violations(call(compiled(OPEN), JSON, b"", sent)) == [("body", "/age")]


def test_a_schema_may_refer_to_itself() -> None:
    """Bodies as deep as JSON may be."""
    tree = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Tree"}}}
    reference = {"$ref": "#/components/schemas/Tree"}
    operation = compiled({"requestBody": body(reference)}, components={"schemas": {"Tree": tree}})
    deep = b'{"next":' * 150 + b"%s" + b"}" * 150
    assert call(operation, JSON, b"", deep % b"{}").status == 200
    ((_, pointer),) = violations(call(operation, JSON, b"", deep % b"1"))
    assert pointer.startswith("/next" * 30)


def test_an_undocumented_body_is_ignored() -> None:
    """And so is its media type."""
    operation = compiled({"responses": {"200": response("fine")}})
    assert call(operation, {"content-type": "a/b", "content-length": "7"}).status == 200


def test_a_body_over_the_limit_is_refused_in_the_documented_error() -> None:
    """With the limit in the reason."""
    client = Client(one(OPEN), max_body=1024)
    reply = client.post("/acme/things", "x" * 1024)
    assert (reply.status, reply.kind) == (413, "body-too-large")
    assert "1024" in reply.headers["x-greenroom-reason"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-key": "no"},
        {"x-key": "test-key"},
        {"x-key": "test-key", "accept": "a/b"},
        {"x-key": "test-key", "prefer": "code=404"},
        {"x-key": "test-key", "prefer": "code=418"},
    ],
)
@pytest.mark.parametrize("documented", [["200"], ["200", "4XX"], ["200", "401", "404", "406"]])
def test_every_response_names_its_operation(headers: dict[str, str], documented: list[str]) -> None:
    """Success, refusal, preference and 501, once each."""
    responses = {status: response(f"e{status}") for status in documented}
    operation = compiled({"responses": responses, "security": [{"Keyed": []}]}, schemes=KEY)
    found = [
        value for name, value in call(operation, headers).headers if name.endswith(b"operation")
    ]
    assert found == [b"do"]
