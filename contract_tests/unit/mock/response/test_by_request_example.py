"""A request made of named examples gets the response example of the same name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from contracts import compiled, respond, response

from greenroom.mock.operation import CompiledOperation
from greenroom.mock.response.prepared import PreparedResponse

FORM = "application/x-www-form-urlencoded"


def examples(**values: Any) -> dict[str, Any]:
    """Examples by name."""
    return {"examples": {name: {"value": value} for name, value in values.items()}}


def taking(media_type: str = "application/json", **values: Any) -> dict[str, Any]:
    """A request body with examples."""
    return {"content": {media_type: examples(**values)}}


def parameter(name: str, location: str = "query", **values: Any) -> dict[str, Any]:
    """A parameter with examples."""
    required = location == "path"
    return {"name": name, "in": location, "schema": {}, "required": required, **examples(**values)}


ANSWERS = {"200": response("short", "long", "other"), "409": response("taken")}
BODIES = {"short": {"n": 1}, "long": {"n": 1, "of": ["a", 2.5, True]}, "taken": {"n": 9}}
BY_BODY = {"requestBody": taking(**BODIES), "responses": ANSWERS}


def example_of(reply: PreparedResponse) -> str:
    """The example that a response was made of."""
    return dict(reply.headers)[b"x-greenroom-example"].decode()


def sent(
    operation: CompiledOperation,
    body: bytes = b"",
    query: bytes = b"",
    path: dict[str, str] | None = None,
    **headers: str,
) -> str:
    """The example in the response to a request, the same one each time."""
    given = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    if body and b"content-type" not in given:
        given[b"content-type"] = b"application/json"
    first, second = (respond(operation, given, query, path, body) for _ in range(2))
    assert first is second
    return example_of(first)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"n": 1}', "short"),
        (b'{"n": 1, "of": ["a", 2.5, true]}', "long"),
        # The same value, however it is written.
        (b'\n{"of":["a",25e-1,true],"n":1}  ', "long"),
        # An error with the name of a request, too.
        (b'{"n": 9}', "taken"),
        # Anything else gets the first response.
        (b'{"n": 2}', "short"),
        (b'{"n": 1, "of": ["a", 2.5, 1]}', "short"),
        (b'{"n": 1, "of": [2.5, "a", true]}', "short"),
        (b'{"n": true}', "short"),
        (b"[]", "short"),
        (b'{"n": 9, "more": "%s"}' % (b"x" * 50_000), "short"),
    ],
)
def test_a_body_leads_to_the_response_of_its_name(body: bytes, expected: str) -> None:
    """By its value."""
    assert sent(compiled(BY_BODY), body) == expected


def test_a_request_without_a_body_gets_the_first_response() -> None:
    """There is nothing to compare."""
    assert sent(compiled(BY_BODY)) == "short"


@pytest.mark.parametrize("prefer", ["example=other", "code=200", "code=409", "dynamic=true"])
def test_a_preference_comes_before_a_match(prefer: str) -> None:
    """A client gets the response that it prefers."""
    operation = compiled(BY_BODY)
    headers = {b"content-type": b"application/json", b"prefer": prefer.encode()}
    reply = respond(operation, headers, b"", {}, b'{"n": 1, "of": ["a", 2.5, true]}')
    assert dict(reply.headers).get(b"x-greenroom-example") != b"long"


def test_a_preference_for_nothing_changes_nothing() -> None:
    """RFC 7240 section 2: unknown preferences are ignored."""
    assert sent(compiled(BY_BODY), b'{"n": 9}', prefer="respond-async") == "taken"


def test_a_request_that_is_refused_is_not_compared() -> None:
    """An example that violates its own schema is refused as well."""
    described = taking(**BODIES)
    described["content"]["application/json"]["schema"] = {"properties": {"n": {"maximum": 8}}}
    operation = compiled({"requestBody": described, "responses": ANSWERS})
    reply = respond(operation, {b"content-type": b"application/json"}, b"", {}, b'{"n": 9}')
    assert reply.status == 400


def test_accept_chooses_the_form_of_a_matched_response() -> None:
    """As of any other."""
    content = response("short", "long")["content"] | response("long", media_type="a/b")["content"]
    responses = {"200": {"description": "", "content": content}}
    operation = compiled({"requestBody": taking(**BODIES), "responses": responses})
    headers = {b"content-type": b"application/json", b"accept": b"a/b"}
    reply = respond(operation, headers, b"", {}, json.dumps(BODIES["long"]).encode())
    assert dict(reply.headers)[b"content-type"] == b"a/b"


OTHERS: list[tuple[str, Any, bytes, str]] = [
    ("text/plain", "two", b"two", "long"),
    ("text/plain", "two", b"two\n", "short"),
    (FORM, {"a": 1, "b": ["x", "y"]}, b"b=x&b=y&a=1", "long"),
    (FORM, {"a": 1, "b": ["x", "y"]}, b"a=1&b=x", "short"),
    ("application/vnd.acme+json", {"a": 1}, b'{ "a": 1 }', "long"),
    ("*/*", {"a": 1}, b'{ "a": 1 }', "long"),
]


@pytest.mark.parametrize(("media_type", "example", "body", "expected"), OTHERS)
def test_a_body_is_compared_in_its_media_type(
    media_type: str, example: Any, body: bytes, expected: str
) -> None:
    """Fields of a form in any order, other texts literally."""
    described = taking(media_type, short="one", long=example)
    operation = compiled({"requestBody": described, "responses": ANSWERS})
    kind = "application/json" if media_type == "*/*" else media_type
    assert sent(operation, body, content_type=kind) == expected


# Parameters, the query of a request, and the response it gets.
QUERIES: list[tuple[list[dict[str, Any]], bytes, str]] = [
    ([parameter("q", short=1, long=2)], b"q=2", "long"),
    ([parameter("q", short=1, long=2)], b"q=1", "short"),
    ([parameter("q", short=1, long=2)], b"q=3", "short"),
    ([parameter("q", short=1, long=2)], b"", "short"),
    ([parameter("q", long="a b&c")], b"q=a+b%26c", "long"),
    ([parameter("q", long=True)], b"q=true", "long"),
    ([parameter("q", long=["a", "b"])], b"q=a&q=b", "long"),
    ([parameter("q", long=["a", "b"])], b"q=b&q=a", "short"),
    # All that have an example of the name.
    ([parameter("q", long=1), parameter("r", long=2)], b"q=1&r=2", "long"),
    ([parameter("q", long=1), parameter("r", long=2)], b"q=1&r=3", "short"),
    ([parameter("q", long=1), parameter("r", other=2)], b"q=1", "long"),
    # Where two match, the first in the order of the responses.
    ([parameter("q", long=1), parameter("r", other=2)], b"q=1&r=2", "long"),
    # An error is sent for the request example with its name.
    ([parameter("q", short=1, taken=2)], b"q=2", "taken"),
]


@pytest.mark.parametrize(("parameters", "query", "expected"), QUERIES)
def test_parameters_lead_to_the_response_of_their_name(
    parameters: list[dict[str, Any]], query: bytes, expected: str
) -> None:
    """They are compared as they are sent, as text."""
    operation = compiled({"parameters": parameters, "responses": ANSWERS})
    assert sent(operation, query=query) == expected


def test_parameters_of_every_location_are_compared() -> None:
    """Path, header and cookie."""
    path = [parameter("id", "path", short="a", long="b")]
    operation = compiled({"parameters": path, "responses": ANSWERS}, "/things/{id}")
    assert sent(operation, path={"id": "b"}) == "long"
    assert sent(operation, path={"id": "%62"}) == "long"
    header = compiled({"parameters": [parameter("X-A", "header", long=5)], "responses": ANSWERS})
    assert (sent(header, x_a="5"), sent(header, x_a="6")) == ("long", "short")
    cookie = compiled({"parameters": [parameter("c", "cookie", long=5)], "responses": ANSWERS})
    assert (sent(cookie, cookie="b=1; c=5"), sent(cookie, cookie="c=6")) == ("long", "short")


def test_body_and_parameters_are_compared_together() -> None:
    """Where both have an example of a name, both must match."""
    described = {"requestBody": taking(**BODIES), "parameters": [parameter("q", long=1)]}
    operation = compiled({**described, "responses": ANSWERS})
    body = json.dumps(BODIES["long"]).encode()
    assert (sent(operation, body, b"q=1"), sent(operation, body, b"q=2")) == ("long", "short")


def test_an_example_without_a_name_matches_nothing() -> None:
    """A lone `example` has no name, in a parameter as in a body."""
    alone = {"name": "q", "in": "query", "schema": {}, "example": 1}
    content = {"application/json": {"example": {"no": 1}}}
    responses = {"200": response("first"), "400": {"description": "", "content": content}}
    operation = compiled({"parameters": [alone], "responses": responses})
    assert respond(operation, {}, b"q=1", {}).status == 200


def test_more_requests_than_are_remembered_get_the_same_response() -> None:
    """Memory is bounded."""
    operation = compiled(BY_BODY)
    headers = {b"content-type": b"application/json"}
    for number in range(200):
        assert (
            example_of(respond(operation, headers, b"", {}, b'{"n": %d}' % (number + 10)))
            == "short"
        )
    assert example_of(respond(operation, headers, b"", {}, b'{"n": 9}')) == "taken"


@pytest.mark.parametrize("media_type", ["application/xml", "multipart/form-data"])
def test_examples_that_are_written_by_their_schema_can_be_matched(media_type: str) -> None:
    """XML is compared as it is written; the parts of a form are not compared."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    media = {**examples(b={"a": 1}, a={"a": 2}), "schema": schema}
    responses = {"200": response("first", "b", "a")}
    operation = compiled({"requestBody": {"content": {media_type: media}}, "responses": responses})

    body = b'<?xml version="1.0" encoding="UTF-8"?>\n<root><a>2</a></root>'
    expected = "a"
    if media_type != "application/xml":
        body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n2\r\n--x--\r\n'
        media_type, expected = f"{media_type}; boundary=x", "first"
    assert sent(operation, body, content_type=media_type) == expected


STRICT = {"type": "object", "required": ["q"], "properties": {"q": {"type": "integer"}}}
ERRORS = {"200": response("fine"), "400": response("first", "NOQ", "STRQ", "BADQ")}


@pytest.mark.parametrize(
    ("body", "query", "headers", "expected"),
    [
        (b"{}", b"n=1", {}, "NOQ"),
        (b'{ "q": "Pune" }', b"n=1", {}, "STRQ"),
        (b'{"q": "Delhi"}', b"n=1", {}, "first"),
        (b'{"q": 1}', b"n=x", {}, "BADQ"),
        (b'{"q": 1}', b"n=1", {}, "fine"),
    ],
)
def test_an_invalid_request_made_of_an_example_gets_the_error_of_the_same_name(
    body: bytes, query: bytes, headers: dict[str, str], expected: str
) -> None:
    """By bodies and parameters; with the reason in the headers."""
    invalid = {"content": {"application/json": {**examples(NOQ={}, STRQ={"q": "Pune"})}}}
    invalid["content"]["application/json"]["schema"] = STRICT
    number = {**parameter("n", BADQ="x"), "schema": {"type": "integer"}}
    operation = compiled({"requestBody": invalid, "parameters": [number], "responses": ERRORS})
    given = {b"content-type": b"application/json"}
    reply = respond(operation, given, query, None, body)
    assert example_of(reply) == expected
    assert (b"x-greenroom-violations" in dict(reply.headers)) == (expected != "fine")


@pytest.mark.parametrize("location", ["query", "header", "path", "cookie"])
def test_an_invalid_parameter_of_any_location_has_an_error_of_its_name(location: str) -> None:
    """A lone parameter, too."""
    number = {**parameter("n", location, BADQ="x"), "schema": {"type": "integer"}}
    path = "/things/{n}" if location == "path" else "/things"
    operation = compiled({"parameters": [number], "responses": ERRORS}, path=path)
    headers = {"header": {b"n": b"x"}, "cookie": {b"cookie": b"n=x"}}.get(location, {})
    query = b"n=x" if location == "query" else b""
    reply = respond(operation, headers, query, {"n": "x"})
    assert (reply.status, example_of(reply)) == (400, "BADQ")


@pytest.mark.parametrize(
    ("at", "expected"),
    [('"2031-05-06"', "later"), ('"2024-01-20"', "later"), ("7", "now"), (None, "now")],
)
@pytest.mark.parametrize("kind", ["application/json", FORM])
def test_a_request_that_differs_in_relative_times_alone_is_made_of_the_example(
    kind: str, at: str | None, expected: str
) -> None:
    """A time that is missing, or of another type, is another difference."""
    value = {"value": {"n": 1, "at": "2024-01-20"}, "x-relative-time": {"/at": "P2D"}}
    content = {kind: {"examples": {"now": {"value": {"n": 2}}, "later": value}}}
    operation = compiled(
        {"requestBody": {"content": content}, "responses": {"200": response("now", "later")}}
    )
    if kind == FORM:
        body = "n=1" if at is None else f"n=1&at={at.strip(chr(34))}"
        expected = "now" if at is None else "later"
    else:
        body = '{"n": 1}' if at is None else f'{{"n": 1, "at": {at}}}'
    assert sent(operation, body.encode(), content_type=kind) == expected


def test_a_parameter_may_be_a_relative_time() -> None:
    """As text, every time is equal."""
    value = {"value": "2024-01-20", "x-relative-time": {"": "P2D"}}
    since = {**parameter("since"), "examples": {"now": {"value": "x"}, "later": value}}
    operation = compiled({"parameters": [since], "responses": {"200": response("now", "later")}})
    assert sent(operation, query=b"since=2031-05-06") == "later"
