"""The documented request has everything that is required, each value in its place."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import KEY, OK, document, one

from greenroom.codec.documented_request import (
    DocumentedRequest,
    documented_request,
    given_value,
    request_body_examples,
)
from greenroom.contract.model import Contract
from greenroom.contract.reader import read_contract


def call(contract: Contract, token: str | None = "test-key", **content: Any) -> DocumentedRequest:
    """The documented request of the contract's only operation."""
    return documented_request(contract, contract.operations[0], token, **content)


def with_parameter(
    location: str, value: Any, path: str = "/things", **keys: Any
) -> DocumentedRequest:
    """The request of an operation with one required parameter `p`, with an example."""
    parameter = {"name": "p", "in": location, "required": True, "schema": {}, "example": value}
    return call(one({"parameters": [{**parameter, **keys}]}, path))


def test_path_parameters_are_filled_in_and_encoded() -> None:
    """A slash in a value does not separate segments."""
    assert with_parameter("path", "a/b ü", "/things/{p}").path == "/things/a%2Fb%20%C3%BC"


@pytest.mark.parametrize(
    ("value", "keys", "query"),
    [
        ("a b", {}, (("p", "a%20b"),)),
        (12, {}, (("p", "12"),)),
        (True, {}, (("p", "true"),)),
        (["a", "b"], {}, (("p", "a"), ("p", "b"))),
        (["a", "b"], {"explode": False}, (("p", "a,b"),)),
        (["a", "b"], {"style": "pipeDelimited", "explode": False}, (("p", "a%7Cb"),)),
        ({"k": "v"}, {}, (("k", "v"),)),
        ({"k": "v"}, {"explode": False}, (("p", "k,v"),)),
        ({"k": "v"}, {"style": "deepObject"}, (("p%5Bk%5D", "v"),)),
    ],
)
def test_query_parameters_are_written_in_their_style(
    value: Any, keys: dict[str, Any], query: Any
) -> None:
    """OpenAPI 3.1, section 4.8.12.2."""
    assert with_parameter("query", value, **keys).query == query


def test_a_parameter_with_content_is_json() -> None:
    """Its media type determines how it is written, not its style."""
    parameter = {"name": "p", "in": "query", "required": True}
    content = {"application/json": {"schema": {}, "example": {"k": ["v"]}}}

    made = call(one({"parameters": [{**parameter, "content": content}]}))

    assert made.query == (("p", "%7B%22k%22%3A%5B%22v%22%5D%7D"),)


def test_headers_and_cookies_are_written_as_lists() -> None:
    """A header repeats no name; a cookie has its own."""
    assert with_parameter("header", ["a", "b"]).headers == (("p", "a,b"),)
    assert with_parameter("cookie", 3).cookies == (("p", "3"),)


def test_a_parameter_without_example_gets_a_value_of_its_schema() -> None:
    """Every documented call can be made."""
    schema = {"type": "integer", "minimum": 5}
    parameter = {"name": "p", "in": "query", "required": True, "schema": schema}

    assert call(one({"parameters": [parameter]})).query == (("p", "5"),)


def test_optional_parameters_are_left_out() -> None:
    """The request has no more than the contract requires."""
    assert with_parameter("query", "a", required=False).query == ()


CREDENTIALS: dict[str, tuple[dict[str, Any], str, tuple[str, str]]] = {
    "key in a header": (KEY["Keyed"], "headers", ("X-Key", "k")),
    "key in the query": ({"type": "apiKey", "in": "query", "name": "key"}, "query", ("key", "k")),
    "key in a cookie": ({"type": "apiKey", "in": "cookie", "name": "c"}, "cookies", ("c", "k")),
    "bearer": ({"type": "http", "scheme": "bearer"}, "headers", ("Authorization", "Bearer k")),
    "basic": ({"type": "http", "scheme": "basic"}, "headers", ("Authorization", "Basic dXNlcjpr")),
    "openIdConnect": (
        {"type": "openIdConnect", "openIdConnectUrl": "https://a.example"},
        "headers",
        ("Authorization", "Bearer k"),
    ),
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_credential_is_sent_as_its_scheme_requires(name: str) -> None:
    """OpenAPI 3.1, section 4.8.27."""
    scheme, where, sent = CREDENTIALS[name]
    contract = one({"security": [{"S": []}]}, schemes={"S": scheme})

    assert getattr(call(contract, "k"), where) == (sent,)
    assert getattr(call(contract, None), where) == ()


def test_all_credentials_of_the_first_requirement_are_sent() -> None:
    """All are needed together; the next requirement is an alternative."""
    schemes = {
        name: {"type": "apiKey", "in": "header", "name": name} for name in ("one", "two", "three")
    }
    security: list[dict[str, list[str]]] = [{"one": [], "two": []}, {"three": []}]

    made = call(one({"security": security}, schemes=schemes), "k")

    assert made.headers == (("one", "k"), ("two", "k"))


def test_the_first_example_is_the_body() -> None:
    """A caller can give another one."""
    media = {"schema": {}, "examples": {"a": {"value": {"x": 1}}, "b": {"value": 2}}}
    contract = one({"requestBody": {"content": {"application/json": media}}})

    first, other = call(contract), call(contract, content=("text/plain", b"x"))

    assert (first.content_type, first.body) == ("application/json", b'{"x":1}')
    assert (other.content_type, other.body) == ("text/plain", b"x")


def test_every_documented_body_is_an_example() -> None:
    """In the contract's own order, each with its media type."""
    content = {
        "application/json": {"examples": {"a": {"value": 1}, "b": {"value": 2}}},
        "text/plain": {"examples": {"a": {"value": "3"}}},
    }
    (operation,) = one({"requestBody": {"content": content}}).operations

    found = [
        (media.name, example.name, example.value)
        for media, example in request_body_examples(operation)
    ]

    assert found == [
        ("application/json", "a", 1),
        ("application/json", "b", 2),
        ("text/plain", "a", "3"),
    ]


def test_an_operation_without_body_is_called_without_content() -> None:
    """It has no Content-Type either."""
    made = call(read_contract("acme", "acme", document({"/a": {"get": {"responses": OK}}})))

    assert made == DocumentedRequest("GET", "/a")


@pytest.mark.parametrize(
    ("schema", "text", "meant"),
    [
        ({"type": "string"}, "[1]", "[1]"),
        ({}, "a,b", "a,b"),
        ({"type": "array", "items": {"type": "integer"}}, "1,2", ["1", "2"]),
        ({"type": "array", "items": {"type": "string"}}, '["a,b"]', ["a,b"]),
        ({"type": "object"}, "R,100,G,200", {"R": "100", "G": "200"}),
        ({"type": "object"}, '{"R":100}', {"R": 100}),
        ({"type": "array"}, "[not JSON", "[not JSON"),
    ],
)
def test_a_given_text_is_read_by_the_schema_of_its_parameter(
    schema: dict[str, Any], text: str, meant: Any
) -> None:
    """As the style `simple` has it, or in JSON; nothing is refused here."""
    contract = one({"parameters": [{"name": "p", "in": "query", "schema": schema}]})

    assert given_value(contract, contract.operations[0].parameters[0], text) == meant


def test_a_given_text_for_content_is_read_as_that_content() -> None:
    """It is not sent as a string."""
    content = {"application/json": {"schema": {}}}
    contract = one({"parameters": [{"name": "p", "in": "query", "content": content}]})

    assert given_value(contract, contract.operations[0].parameters[0], '{"a":1}') == {"a": 1}


def test_a_credential_takes_the_place_of_a_parameter_of_its_name() -> None:
    """Some contracts declare the key twice; only names of header fields are alike in any case."""
    schemes = {
        place: {"type": "apiKey", "in": place, "name": "key"} for place in ("header", "query")
    }
    parameters = [
        {"name": name, "in": place, "required": True, "schema": {}, "example": "documented"}
        for place in ("header", "query")
        for name in ("key", "KEY")
    ]
    security: list[dict[str, list[str]]] = [{place: [] for place in schemes}]
    made = call(one({"parameters": parameters, "security": security}, schemes=schemes), "k")

    assert made.headers == (("key", "k"),)
    assert made.query == (("KEY", "documented"), ("key", "k"))


def test_a_required_body_without_example_is_made_from_its_schema() -> None:
    """Otherwise the mock would refuse the documented request."""
    schema = {"type": "object", "required": ["a"], "properties": {"a": {"const": 5}}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}

    assert call(one({"requestBody": body})).body == b'{"a":5}'


def test_json_is_preferred_among_the_documented_bodies() -> None:
    """Every client and person can read it."""
    content = {kind: {"example": {"a": 1}} for kind in ("text/csv", "application/json")}

    assert call(one({"requestBody": {"content": content}})).content_type == "application/json"
