"""A response that is documented without an example has a body generated from its schema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import Client, compiled, contract, respond, response

from greenroom.http.accept import member
from greenroom.mock.operation import CompiledOperation
from greenroom.mock.response.generator import FILES
from greenroom.mock.response.prepared import PreparedResponse

JSON, TEXT = "application/json", "text/plain"
THING = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "name": {"type": "string", "example": "a chair"},
        "count": {"type": "integer", "minimum": 0},
    },
}
MADE = {"id": "00000000-0000-4000-8000-000000000000", "name": "a chair", "count": 1}
IMPOSSIBLE = {"type": "integer", "minimum": 2, "maximum": 1}


def described(schema: Any, media_type: str = JSON, **more: Any) -> dict[str, Any]:
    """A response with a schema."""
    return {"description": "", "content": {media_type: {"schema": schema}}, **more}


def operation(**responses: Any) -> CompiledOperation:
    """The mock of an operation, its responses by `_200` and the like."""
    return compiled({"responses": {name.strip("_"): each for name, each in responses.items()}})


def reply(found: CompiledOperation, **headers: str) -> PreparedResponse:
    """The response to a request with headers."""
    return respond(found, {name.encode(): text.encode() for name, text in headers.items()})


def field(found: PreparedResponse, name: str) -> str | None:
    """A header field of a response."""
    value = dict(found.headers).get(name.encode())
    return None if value is None else value.decode()


def test_a_body_is_generated_once_and_kept() -> None:
    """The same response every time, and its basis is named."""
    found = operation(_200=described(THING))
    first = reply(found)
    assert json.loads(first.body) == MADE
    assert reply(found) is first
    assert field(first, "x-greenroom-basis") == "generated"
    assert field(first, "x-greenroom-example") is None


def test_a_documented_example_comes_first() -> None:
    """Also where another media type is documented before it."""
    content = {JSON: {"schema": THING}, TEXT: {"example": "plain"}}
    found = operation(_200={"description": "", "content": content})
    assert reply(found).body == b"plain"
    assert json.loads(reply(found, accept=JSON).body) == MADE


def test_head_gets_the_header_fields_of_a_generated_body() -> None:
    """Its length."""
    client = Client(contract({"/a": {"get": {"responses": {"200": described(THING)}}}}))
    assert client.send("HEAD", "/acme/a").headers == client.get("/acme/a").headers


# A media type, a schema and the bytes of the response.
BODIES: list[tuple[str, Any, bytes]] = [
    (JSON, {"type": "string"}, b'"text"'),
    (JSON, {}, b"{}"),
    (JSON, None, b"{}"),
    ("application/problem+json", {"type": "array", "items": {"type": "null"}}, b"[null]"),
    (TEXT, {"type": "string", "minLength": 6}, b"textxx"),
    (TEXT, {"type": "integer"}, b"1"),
    (TEXT, {}, b"text"),
    (TEXT, None, b"text"),
    ("text/html", {"type": "string"}, b"text"),
    ("text/csv", {"type": "array", "items": THING}, b"id,name,count\r\n%s,a chair,1\r\n"),
    ("text/csv", {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
     b"1\r\n"),
    ("text/csv", {"type": "string"}, b"text"),
    ("image/webp", {"type": "string", "format": "binary"}, b"text"),
    ("image/png", {"type": "string", "format": "binary"}, FILES["image/png"]),
    ("application/pdf", None, FILES["application/pdf"]),
    ("application/octet-stream", {"type": "string", "minLength": 8}, b"textxxxx"),
    ("application/x-www-form-urlencoded", THING, b"id=%s&name=a+chair&count=1"),
    ("application/x-ndjson", {"type": "array", "items": {"type": "integer"}, "minItems": 2},
     b"1\n1\n"),
    ("text/event-stream", {"type": "object", "properties": {"a": {"type": "integer"}}},
     b'data: {"a":1}\n\n'),
    ("text/event-stream", {"type": "string"}, b"data: text\n\n"),
    ("application/xml", {"type": "string"},
     b'<?xml version="1.0" encoding="UTF-8"?>\n<root>text</root>'),
]  # fmt: skip


@pytest.mark.parametrize(("media_type", "schema", "body"), BODIES)
def test_a_body_has_the_form_of_its_media_type(media_type: str, schema: Any, body: bytes) -> None:
    """For the media types whose form is known."""
    media = {} if schema is None else {"schema": schema}
    found = operation(_200={"description": "", "content": {media_type: media}})
    expected = body.replace(b"%s", MADE["id"].encode())  # type: ignore[attr-defined]
    assert (reply(found).body, field(reply(found), "content-type")) == (expected, media_type)


@pytest.mark.parametrize(
    ("media_type", "schema", "sent"),
    [
        ("*/*", THING, JSON),
        ("*/*", {"type": "string"}, "text/plain; charset=utf-8"),
        ("application/*", {"type": "string"}, JSON),
        ("text/*", {"type": "string"}, "text/plain; charset=utf-8"),
        ("image/*", {"type": "string", "format": "binary"}, "image/png"),
        ("application/*", {"type": "string", "format": "binary"}, "application/octet-stream"),
        ("audio/*", {}, "audio/mpeg"),
        ("multipart/*", THING, "multipart/form-data; boundary=greenroom-boundary"),
    ],
)
def test_a_range_becomes_a_type_that_it_covers(
    media_type: str, schema: Any, sent: str | None
) -> None:
    """Chosen by the generated value, else one that is usual."""
    found = reply(operation(_200=described(schema, media_type)))
    assert (found.status, field(found, "content-type")) == (200, sent)


@pytest.mark.parametrize("status", ["204", "304"])
def test_no_body_is_generated_for_a_status_without_content(status: str) -> None:
    """RFC 9110 section 6.4.1."""
    found = reply(operation(**{f"_{status}": described(IMPOSSIBLE)}))
    assert (found.status, found.body) == (int(status), b"")


def test_an_error_is_generated_from_its_schema() -> None:
    """A client can rely on the documented fields."""
    error = described({"type": "object", "required": ["why"]})
    found = operation(_200=response("a"), _4XX=error, default=error)
    assert [reply(found, prefer=f"code={code}").status for code in (404, 499, 503)] == [
        404, 499, 503,
    ]  # fmt: skip
    assert json.loads(reply(found, prefer="code=404").body) == {"why": "text"}
    assert reply(found, prefer="code=404") is reply(found, prefer="code=404")


def test_a_body_that_cannot_be_generated_is_reported_with_its_schema() -> None:
    """The file and the pointer of the schema."""
    found = reply(operation(_200=described(IMPOSSIBLE)))
    assert found.status == 501
    assert json.loads(found.body)["detail"] == (
        "do documents 200 without an example, and no value was found for the schema "
        "at acme.yaml#/paths/~1things/get/responses/200/content/application~1json/schema: its "
        "constraints were not met"
    )


def test_write_only_properties_are_not_sent() -> None:
    """Whether it is required or not."""
    secret = {"type": "string", "writeOnly": True}
    schema = {**THING, "required": ["id", "secret"]}
    schema["properties"] = {"id": {"type": "string", "readOnly": True}, "secret": secret}
    assert json.loads(reply(operation(_200=described(schema))).body) == {"id": "text"}


def header(required: bool, **more: Any) -> dict[str, Any]:
    """A response header."""
    return {"required": required, "schema": {"type": "integer", "minimum": 7}, **more}


def test_a_header_is_generated_too() -> None:
    """Required or not: a redirect without `Location` leads nowhere (RFC 9110 section 15.4.8)."""
    headers = {"X-Must": header(True), "X-May": header(False), "X-Example": header(True, example=9)}
    found = reply(operation(_200=described(THING, headers=headers)))
    assert [field(found, name) for name in ("x-must", "x-may", "x-example")] == ["7", "7", "9"]


@pytest.mark.parametrize(
    ("status", "name"), [("206", "content-range"), ("307", "location"), ("429", "retry-after")]
)
def test_a_status_comes_with_its_optional_header(status: str, name: str) -> None:
    """By its schema alone."""
    headers = {name.title(): {"schema": {"type": "string"}}}
    found = operation(**{f"_{status}": described(THING, headers=headers)})
    assert field(reply(found, prefer=f"code={status}"), name) == "text"


def test_a_seed_decides_whether_an_optional_header_is_sent() -> None:
    """As it does with optional properties; a required one always is."""
    headers = {"X-Must": header(True), "X-May": header(False)}
    found = operation(_200=described(THING, headers=headers))
    made = [reply(found, prefer=f"dynamic=true, seed={n}") for n in range(40)]
    assert all(field(each, "x-must") for each in made)
    assert {field(each, "x-may") is None for each in made} == {True, False}


@pytest.mark.parametrize("values", [["a=1; Path=/", "b=2"], ["a=1"]])
@pytest.mark.parametrize("written", ["example", "enum"])
def test_each_cookie_has_a_line_of_its_own(values: list[str], written: str) -> None:
    """RFC 6265 section 3; any other list is one line."""
    schema: dict[str, Any] = {"const": values} if written == "enum" else {}
    headers = {
        name: {"schema": schema, **({"example": values} if written == "example" else {})}
        for name in ("Set-Cookie", "Via")
    }
    sent = reply(operation(_200=described(THING, headers=headers))).headers
    assert [v.decode() for name, v in sent if name == b"set-cookie"] == values
    assert [v.decode() for name, v in sent if name == b"via"] == [",".join(values)]


ANY_FILE = {"type": "string", "format": "binary"}


@pytest.mark.parametrize("schema", [None, {}, ANY_FILE])
@pytest.mark.parametrize(
    ("media_type", "accept", "sent", "begins"),
    [
        ("image/*", "image/png", "image/png", b"\x89PNG"),
        ("image/*", "image/gif, image/png;q=0.5", "image/gif", b"GIF89a"),
        ("image/*", "image/gif;q=0.1, image/*", "image/png", b"\x89PNG"),
        ("image/*", "image/webp", "image/webp", b"text"),
        ("application/*", "application/pdf", "application/pdf", b"%PDF-"),
        ("*/*", "image/png", "image/png", b"\x89PNG"),
        ("image/png", "*/*", "image/png", b"\x89PNG"),
    ],
)
def test_a_range_is_sent_as_the_type_asked_for(
    schema: Any, media_type: str, accept: str, sent: str, begins: bytes
) -> None:
    """With a body of that kind, where it is known (RFC 9110 sections 8.3 and 12.5.1)."""
    content = {media_type: {} if schema is None else {"schema": schema}}
    found = operation(_200={"description": "", "content": content})
    made = respond(found, {b"accept": accept.encode()})
    assert (made.status, field(made, "content-type")) == (200, sent)
    assert made.body.startswith(begins)


def test_many_types_of_a_range_are_not_kept() -> None:
    """A client can name as many as it likes."""
    found = operation(_200={"description": "", "content": {"image/*": {}}})
    for n in range(100):
        accept = f"image/x{n}"
        assert field(respond(found, {b"accept": accept.encode()}), "content-type") == accept
    assert len(found.selector.candidates["200"][0]._of_type) < 50


@pytest.mark.parametrize("name", ["image/a\nb", "image/" + "x" * 300, "image/a(b", "text/png"])
def test_a_type_that_is_none_of_the_range_is_not_sent(name: str) -> None:
    """Nothing that a client sends breaks the header."""
    assert member(name, "image/*") is None


DYNAMIC = "dynamic=true"


def test_a_dynamic_response_differs_from_the_last() -> None:
    """And names the seed that generates it again."""
    found = operation(_200=described(THING))
    replies = [reply(found, prefer=DYNAMIC) for _ in range(5)]
    assert len({each.body for each in replies}) == 5
    for each in replies:
        seed = field(each, "x-greenroom-seed")
        assert reply(found, prefer=f"{DYNAMIC}, seed={seed}").body == each.body


@pytest.mark.parametrize("seed", ["1", "two", "a-b", "99999999999999999999"])
def test_a_seed_gives_the_same_response_to_everybody(seed: str) -> None:
    """Another mock of the same contract gives it too."""
    prefer = f"{DYNAMIC}, seed={seed}"
    one, other = (reply(operation(_200=described(THING)), prefer=prefer) for _ in range(2))
    assert one == other
    assert field(one, "x-greenroom-seed") == seed


def test_a_dynamic_response_is_generated_despite_an_example() -> None:
    """The preference for it wins."""
    content = {JSON: {"schema": THING, "example": MADE}}
    found = operation(_200={"description": "", "content": content})
    assert reply(found, prefer="dynamic=false").body == reply(found).body
    made = reply(found, prefer=DYNAMIC)
    assert made.body != reply(found).body
    assert field(made, "x-greenroom-example") is None
    assert field(made, "x-greenroom-basis") == "generated"


@pytest.mark.parametrize(
    ("prefer", "accept", "status"),
    [
        (f"{DYNAMIC}, code=404", "*/*", 404),
        (f"{DYNAMIC}, code=200", "text/plain", 200),
        (f"{DYNAMIC}, code=418", "*/*", 501),
        (f"{DYNAMIC}, example=gone", "*/*", 404),
        (f"{DYNAMIC}, example=nothing", "*/*", 501),
    ],
)
def test_a_dynamic_response_is_chosen_like_any_other(prefer: str, accept: str, status: int) -> None:
    """By code and media type; a named example is sent unchanged."""
    content = {JSON: {"schema": THING}, TEXT: {"schema": {"type": "string"}}}
    gone = response("gone")
    gone["content"][JSON]["schema"] = {"type": "object"}
    found = operation(_200={"description": "", "content": content}, _404=gone)
    assert reply(found, prefer=prefer, accept=accept).status == status
    named = reply(found, prefer=prefer, accept=accept)
    assert (field(named, "x-greenroom-example") == "gone") == ("example=gone" in prefer)


def test_without_a_schema_the_example_stays() -> None:
    """There is nothing to generate another body from."""
    found = operation(_200=response("fine"))
    assert reply(found, prefer=DYNAMIC) is reply(found)


def test_a_seed_is_sent_back_safely() -> None:
    """Whatever characters it has."""
    found = operation(_200=described(THING))
    sent = respond(found, {b"prefer": f'{DYNAMIC}, seed="\u00fc {"x" * 2000}"'.encode()})
    seed = field(sent, "x-greenroom-seed")
    assert seed is not None
    assert seed.startswith("\\xfc x")
    assert len(seed) <= 1000
