"""Which documented response a request gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from contracts import compiled, respond, response

from greenroom.http.prefer import parse
from greenroom.mock.response.prepared import PreparedResponse
from greenroom.mock.response.selection import ResponseSelector

TEXT = "text/plain"


def selector(responses: Mapping[str, Any]) -> ResponseSelector:
    """The responses of an operation with the responses given."""
    return compiled({"responses": responses}).selector


def fields(reply: PreparedResponse | None) -> dict[str, str]:
    """The header fields of a response."""
    assert reply is not None
    return {name.decode(): value.decode("ascii") for name, value in reply.headers}


def status_and_example(reply: PreparedResponse | None) -> tuple[int, str]:
    """The status and the example of a response."""
    assert reply is not None
    return reply.status, fields(reply).get("x-greenroom-example", "")


def preferred(
    responses: Mapping[str, Any], prefer: str, accept: str | None = None
) -> PreparedResponse:
    """The response to a `Prefer`."""
    reply = selector(responses).preferred(parse(prefer), accept)
    assert reply is not None
    return reply


# Responses in the order in which they are documented, and the response without a preference.
DEFAULTS: dict[str, tuple[dict[str, Any], tuple[int, str]]] = {
    "lowest 2XX": ({"404": response("no"), "201": response("b"), "200": response("a")}, (200, "a")),
    "first example": ({"200": response("z", "a")}, (200, "z")),
    "code before range": ({"2XX": response("r"), "299": response("c")}, (299, "c")),
    "range": ({"404": response("no"), "2XX": response("r")}, (200, "r")),
    "success before default": ({"default": response("d"), "204": {"description": ""}}, (204, "")),
    "redirect before default": ({"default": response("d"), "302": response("r")}, (302, "r")),
    "default alone": ({"default": response("d")}, (200, "d")),
    "default before errors": ({"404": response("no"), "default": response("d")}, (200, "d")),
    "only errors": ({"500": response("five"), "404": response("four")}, (404, "four")),
    "no informational": (
        {"100": response("i"), "1XX": response("i"), "202": response("a")},
        (202, "a"),
    ),
    "no content": ({"200": {"description": "Nothing."}}, (200, "")),
}


@pytest.mark.parametrize("case", DEFAULTS)
def test_the_lowest_success_is_sent_with_its_first_example(case: str) -> None:
    """Whatever the order in which responses are documented."""
    responses, expected = DEFAULTS[case]
    assert status_and_example(selector(responses).default(None)) == expected


def test_the_first_media_type_is_sent_without_accept() -> None:
    """The order of the contract decides."""
    content = response("t", media_type=TEXT)["content"] | response("j")["content"]
    reply = selector({"200": {"description": "", "content": content}}).default(None)
    assert fields(reply)["content-type"] == TEXT


@pytest.mark.parametrize(
    ("accept", "expected"),
    [("application/json", "j"), (TEXT, "t"), ("text/*;q=0.5, application/*", "j"), ("a/b", None)],
)
def test_accept_chooses_the_media_type(accept: str, expected: str | None) -> None:
    """It is None where it rules all of them out; the operation then responds with 406."""
    content = response("t", media_type=TEXT)["content"] | response("j")["content"]
    reply = selector({"200": {"description": "", "content": content}}).default(accept)
    assert (status_and_example(reply)[1] if reply else None) == expected


def test_a_response_without_content_suits_every_accept() -> None:
    """There is nothing to accept."""
    assert status_and_example(selector({"204": {"description": ""}}).default("image/png")) == (
        204,
        "",
    )


RESPONSES = {
    "200": response("first", "second"),
    "201": response("made", "second"),
    "404": response("gone", "away"),
    "4XX": response("bad"),
    "default": response("odd"),
}
PREFERRED = {
    "code=200": (200, "first"),
    "code=201": (201, "made"),
    "code=404": (404, "gone"),
    "example=second": (200, "second"),
    "example=made": (201, "made"),
    "example=away": (404, "away"),
    "code=201, example=second": (201, "second"),
    "code=404, example=away": (404, "away"),
    # By the range or `default` that covers them.
    "code=400": (400, "bad"),
    "code=499, example=bad": (499, "bad"),
    "code=500": (500, "odd"),
    "code=302": (302, "odd"),
    # As documented; of a range or `default`, a code that nothing else documents.
    "code=4XX": (400, "bad"),
    "code=default": (500, "odd"),
    "example=bad": (400, "bad"),
    "example=odd": (500, "odd"),
    # Preferences without a meaning here.
    "respond-async": (200, "first"),
    "": (200, "first"),
    "code=, example=": (200, "first"),
}


@pytest.mark.parametrize("prefer", PREFERRED)
def test_a_preference_names_the_response(prefer: str) -> None:
    """By code, by example, by both."""
    assert status_and_example(preferred(RESPONSES, prefer)) == PREFERRED[prefer]


@pytest.mark.parametrize(
    "prefer",
    [
        "code=404, example=first",
        "code=400, example=gone",
        "example=nothing",
        "example=First",
        "code=600",
        "code=199",
        "code=100",
        "code=99",
        "code=0404",
        "code=4xx",
        "code=5XX",
        "code=abc",
        "code=\u0664\u0660\u0664",
        "code=DEFAULT",
    ],
)
def test_anything_else_is_a_501_that_lists_what_is_documented(prefer: str) -> None:
    """Statuses with the names of their examples, in words and as data."""
    reply = preferred(RESPONSES, prefer)
    problem = json.loads(reply.body)
    assert reply.status == 501
    assert problem["documented"] == {
        "200": ["first", "second"],
        "201": ["made", "second"],
        "default": ["odd"],
        "404": ["gone", "away"],
        "4XX": ["bad"],
    }
    assert "404: gone, away" in problem["detail"]
    assert fields(reply)["x-greenroom-operation"] == "do"


@pytest.mark.parametrize("prefer", ["code=404", "code=500", "code=302"])
def test_a_code_that_nothing_covers_is_501(prefer: str) -> None:
    """Without a range or `default` only what is listed can be asked for."""
    assert preferred({"200": response("a"), "401": response("b")}, prefer).status == 501


def test_a_documented_5xx_can_be_asked_for() -> None:
    """There is no other way to get it."""
    assert status_and_example(
        preferred({"200": response("a"), "503": response("b")}, "code=503")
    ) == (503, "b")


@pytest.mark.parametrize("code", ["100", "101", "1XX"])
def test_an_informational_status_cannot_be_asked_for(code: str) -> None:
    """RFC 9110 section 15.2: it would not be a response."""
    responses = {"200": response("a"), "100": response("i"), "1XX": response("i")}
    assert preferred(responses, f"code={code}").status == 501


@pytest.mark.parametrize(
    ("documented", "expected"),
    [
        (["200", "default"], 500),
        (["200", "500", "default"], 501),
        (["200", "5XX", "default"], 400),
        (["201", "5XX", "400", "default"], 401),
        (["2XX", "4XX", "5XX", "default"], 500),
        (["404", "default"], 200),
    ],
)
def test_default_covers_a_status_that_nothing_else_documents(
    documented: list[str], expected: int
) -> None:
    """An error where a success is documented; under another's code it would break the contract."""
    responses = {status: response(f"e{status}") for status in documented}
    assert preferred(responses, "code=default").status == expected


def test_a_range_covers_a_status_that_nothing_else_documents() -> None:
    """As `default` does."""
    responses = {
        "200": response("a"),
        "400": response("b"),
        "401": response("c"),
        "4XX": response("r"),
    }
    assert status_and_example(preferred(responses, "example=r")) == (402, "r")


ERRORS = {
    "200": response("a"),
    "404": response("p", media_type="application/problem+json"),
    "302": response("t", media_type=TEXT),
}


@pytest.mark.parametrize("prefer", ["code=404", "example=p", "code=404, example=p"])
def test_an_error_that_is_preferred_is_sent_whatever_accept_allows(prefer: str) -> None:
    """Errors have media types of their own, and clients accept what a success has."""
    assert status_and_example(preferred(ERRORS, prefer, "application/json")) == (404, "p")


def test_a_success_that_is_asked_for_has_to_be_acceptable() -> None:
    """Otherwise the result is None, which becomes 406."""
    assert selector(ERRORS).preferred(parse("code=302"), "application/json") is None


def test_one_example_in_two_media_types_is_chosen_by_accept() -> None:
    """The preference names the example, `Accept` its form."""
    content = response("one", "x")["content"] | response("two", x="x", media_type=TEXT)["content"]
    reply = preferred({"200": {"description": "", "content": content}}, "example=x", TEXT)
    assert (reply.body, fields(reply)["content-type"]) == (b"x", TEXT)


IMPOSSIBLE = {"type": "integer", "minimum": 2, "maximum": 1}


@pytest.mark.parametrize(
    ("responses", "words"),
    [
        (
            {"200": {"description": "", "content": {TEXT: {"schema": IMPOSSIBLE}}}},
            "200 without an example, and no value was found for the schema at "
            "acme.yaml#/paths/~1things/get/responses/200/content/text~1plain/schema: its",
        ),
        (
            {
                "200": {"description": "", "content": {TEXT: {"schema": IMPOSSIBLE}}},
                "404": response("no"),
            },
            "200",
        ),
        ({"100": {"description": ""}}, "documents no response"),
    ],
)
@pytest.mark.parametrize("prefer", ["", "respond-async", "dynamic=true"])
def test_an_operation_without_a_possible_response_gets_501(
    responses: Any, words: str, prefer: str
) -> None:
    """The detail names what is missing; no error is sent in place of a success."""
    reply = preferred(responses, prefer)
    assert reply.status == 501
    assert words in json.loads(reply.body)["detail"]


# Media type, example value, the bytes and the Content-Type they are sent with.
CODINGS: list[tuple[str, Any, bytes, str | None]] = [
    ("application/json", {"a": [1, None, "é"]}, '{"a":[1,null,"é"]}'.encode(), "application/json"),
    ("application/json", "text", b'"text"', "application/json"),
    ("application/json; charset=utf-8", {}, b"{}", "application/json; charset=utf-8"),
    ("application/vnd.acme+json", "x", b'"x"', "application/vnd.acme+json"),
    # A client that gets no charset takes text for Latin-1 or ASCII.
    (TEXT, "naive\n", b"naive\n", TEXT),
    (TEXT, "naïve\n", "naïve\n".encode(), "text/plain; charset=utf-8"),
    ("text/csv; charset=UTF-8", "ä", "ä".encode(), "text/csv; charset=UTF-8"),
    (TEXT, 5, b"5", TEXT),
    ("text/csv", "a,b\n1,2\n", b"a,b\n1,2\n", "text/csv"),
    ("*/*", {"a": 1}, b'{"a":1}', "application/json"),
    ("*/*", "text", b"text", "text/plain; charset=utf-8"),
    ("text/*", "text", b"text", "text/plain; charset=utf-8"),
    ("application/*", "text", b'"text"', "application/json"),
    ("image/*", "data", b"data", "image/png"),
    ("text/*", 5, b"5", "text/plain"),
]


@pytest.mark.parametrize(("media_type", "value", "sent", "named"), CODINGS)
def test_an_example_is_sent_in_its_media_type(
    media_type: str, value: Any, sent: bytes, named: str
) -> None:
    """A documented range becomes a type within it (RFC 9110 section 8.3)."""
    reply = selector({"200": response(media_type=media_type, one=value)}).default(None)
    assert reply is not None
    assert reply.body == sent
    assert fields(reply).get("content-type") == named
    assert fields(reply)["content-length"] == str(len(sent))


@pytest.mark.parametrize("accept", ["application/json", "application/*", "*/*", None])
def test_a_documented_range_matches_any_type_within_it(accept: str | None) -> None:
    """Many generated documents have `*/*` for everything."""
    reply = selector({"200": response(media_type="*/*", one={})}).default(accept)
    assert fields(reply)["content-type"] == "application/json"


@pytest.mark.parametrize(("status", "length"), [("204", None), ("205", "0"), ("304", None)])
def test_a_status_that_has_no_content_is_sent_without(status: str, length: str | None) -> None:
    """RFC 9110 sections 6.4.1 and 15.3.6, whatever is documented."""
    reply = preferred({"200": response("a"), status: response("b")}, f"code={status}")
    assert (reply.status, reply.body) == (int(status), b"")
    assert "content-type" not in fields(reply)
    assert fields(reply).get("content-length") == length


def header(value: Any) -> dict[str, Any]:
    """A response header with an example."""
    return {"schema": {}, "example": value}


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("abc", "abc"),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        ([1, "b", False], "1,b,false"),
        ({"a": 1, "b": "c"}, "a,1,b,c"),
        ("a\r\nX-Evil: 1", "a  X-Evil: 1"),
        ("caf\u00e9", "caf\\xe9"),
        (" padded\t", "padded"),
        ("", ""),
    ],
)
def test_a_documented_header_is_sent_in_style_simple(value: Any, sent: str) -> None:
    """OpenAPI 3.1, 4.8.21; nothing in it can end the field."""
    documented = {**response("a"), "headers": {"X-Rate": header(value)}}
    assert fields(selector({"200": documented}).default(None))["x-rate"] == sent


@pytest.mark.parametrize(
    "name",
    [
        "Content-Length",
        "content-type",
        "Transfer-Encoding",
        "Connection",
        "Content-Encoding",
        "X Bad",
        "X-Bad:",
        "X\r\nEvil",
        "",
        "X-\u00fc",
        "X-\u4e2d",
    ],
)
def test_a_header_that_would_break_the_message_is_not_sent(name: str) -> None:
    """The framing is the server's, and a name is a token (RFC 9110 section 5.6.2)."""
    documented = {**response("a"), "headers": {name: header("777")}}
    assert "777" not in fields(selector({"200": documented}).default(None)).values()


def test_greenroom_headers_are_safe() -> None:
    """Names from a contract are free text."""
    documented = response(**{"e\r\nSet-Cookie: a=b \u4e2d": 1}, media_type="application/json")
    operation = compiled({"operationId": "do\r\nX: y", "responses": {"200": documented}})
    sent = fields(respond(operation))
    assert sent["x-greenroom-example"] == "e  Set-Cookie: a=b \\u4e2d"
    assert sent["x-greenroom-operation"] == "do  X: y"


def test_the_basis_of_the_example_comes_before_that_of_the_response() -> None:
    """The nearest basis applies."""
    guess = {"x-provenance": {"basis": "inferred", "note": "A guess."}}
    known = {"x-provenance": {"basis": "documented", "source": "s", "at": "a"}}
    documented = {**response("a", "b"), **known}
    documented["content"]["application/json"]["examples"]["b"] |= guess
    assert fields(preferred({"200": documented}, "example=a"))["x-greenroom-basis"] == "documented"
    assert fields(preferred({"200": documented}, "example=b"))["x-greenroom-basis"] == "inferred"


@pytest.mark.parametrize(("example", "is_valid"), [({"id": 1}, True), ({"id": "1"}, False)])
def test_an_example_that_does_not_match_its_schema_is_sent_with_a_warning(
    example: Any, is_valid: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """The standard only recommends that it does (OpenAPI 3.1, 4.8.14.1); it is logged once."""
    caplog.set_level("WARNING", "greenroom")
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    documented = response(one=example)
    documented["content"]["application/json"]["schema"] = schema
    operation = compiled({"responses": {"200": documented}})
    for reply in (respond(operation) for _ in range(2)):
        assert (reply.status, json.loads(reply.body)) == (200, example)
        pointer = "/paths/~1things/get/responses/200/content/application~1json/examples/one"
        expected = None if is_valid else f"the example {pointer} does not match its schema"
        assert fields(reply).get("x-greenroom-warning") == expected
    assert len(caplog.records) == (0 if is_valid else 1)


@pytest.mark.parametrize(
    ("accept", "named", "sent"),
    [
        ("application/*", "application/json", b'"a"'),
        ("text/csv", "text/csv", b"a"),
        ("text/csv;q=0.5, image/*", "image/png", b"a"),
        ("text/csv;q=0, */*", "text/plain; charset=utf-8", b"a"),
    ],
)
def test_a_range_is_sent_as_what_accept_allows_of_it(accept: str, named: str, sent: bytes) -> None:
    """A type that is asked for, or one of a narrower range (RFC 9110 section 12.5.1)."""
    content = {"*/*": {"schema": {"type": "string"}, "example": "a"}}
    operation = compiled({"responses": {"200": {"description": "", "content": content}}})
    reply = respond(operation, {b"accept": accept.encode()})
    assert (fields(reply)["content-type"], reply.body) == (named, sent)
