"""Documented calls: everything that is required, as its place asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import KEY, OK, document, one

from greenroom.codec.bodies.request_body import content_type, encode
from greenroom.codec.documented_request import Call, documented_call, examples
from greenroom.contract.model import Contract, Encoding, MediaType
from greenroom.contract.reader import read_contract

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def call(contract: Contract, token: str | None = "test-key", **content: Any) -> Call:
    """The documented call of the contract's only operation."""
    return documented_call(contract, contract.operations[0], token, **content)


def with_parameter(location: str, value: Any, path: str = "/things", **said: Any) -> Call:
    """The call of an operation with one required parameter `p`, shown with a value."""
    parameter = {"name": "p", "in": location, "required": True, "schema": {}, "example": value}
    return call(one({"parameters": [{**parameter, **said}]}, path))


def test_path_parameters_are_filled_in_and_encoded() -> None:
    """A slash in a value is no slash of the path."""
    assert with_parameter("path", "a/b ü", "/things/{p}").path == "/things/a%2Fb%20%C3%BC"


@pytest.mark.parametrize(
    ("value", "said", "query"),
    [
        ("a b", {}, (("p", "a b"),)),
        (12, {}, (("p", "12"),)),
        (True, {}, (("p", "true"),)),
        (["a", "b"], {}, (("p", "a"), ("p", "b"))),
        (["a", "b"], {"explode": False}, (("p", "a,b"),)),
        (["a", "b"], {"style": "pipeDelimited", "explode": False}, (("p", "a|b"),)),
        ({"k": "v"}, {}, (("k", "v"),)),
        ({"k": "v"}, {"explode": False}, (("p", "k,v"),)),
        ({"k": "v"}, {"style": "deepObject"}, (("p[k]", "v"),)),
    ],
)
def test_query_parameters_are_written_in_their_style(
    value: Any, said: dict[str, Any], query: Any
) -> None:
    """OpenAPI 3.1, section 4.8.12.2."""
    assert with_parameter("query", value, **said).query == query


def test_a_parameter_with_content_is_json() -> None:
    """Its media type says how it is written, not its style."""
    parameter = {"name": "p", "in": "query", "required": True}
    content = {"application/json": {"schema": {}, "example": {"k": ["v"]}}}

    made = call(one({"parameters": [{**parameter, "content": content}]}))

    assert made.query == (("p", '{"k": ["v"]}'),)


def test_headers_and_cookies_are_written_as_lists() -> None:
    """Both know no repetition."""
    assert with_parameter("header", ["a", "b"]).headers == (("p", "a,b"),)
    assert with_parameter("cookie", 3).cookies == (("p", "3"),)


def test_a_parameter_without_example_gets_a_value_of_its_schema() -> None:
    """Every documented call can be made."""
    schema = {"type": "integer", "minimum": 5}
    parameter = {"name": "p", "in": "query", "required": True, "schema": schema}

    assert call(one({"parameters": [parameter]})).query == (("p", "5"),)


def test_optional_parameters_are_left_out() -> None:
    """The least that the contract asks for."""
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
def test_a_credential_goes_where_its_scheme_says(name: str) -> None:
    """OpenAPI 3.1, section 4.8.27."""
    scheme, where, sent = CREDENTIALS[name]
    contract = one({"security": [{"S": []}]}, schemes={"S": scheme})

    assert getattr(call(contract, "k"), where) == (sent,)
    assert getattr(call(contract, None), where) == ()


def test_all_credentials_of_the_first_requirement_are_sent() -> None:
    """They hold together; the next requirement is another way in."""
    schemes = {
        name: {"type": "apiKey", "in": "header", "name": name} for name in ("one", "two", "three")
    }
    security: list[dict[str, list[str]]] = [{"one": [], "two": []}, {"three": []}]

    made = call(one({"security": security}, schemes=schemes), "k")

    assert made.headers == (("one", "k"), ("two", "k"))


def test_the_first_example_is_the_body() -> None:
    """Whoever wants another one gives it."""
    media = {"schema": {}, "examples": {"a": {"value": {"x": 1}}, "b": {"value": 2}}}
    contract = one({"requestBody": {"content": {"application/json": media}}})

    first, other = call(contract), call(contract, content=("text/plain", b"x"))

    assert (first.headers, first.body) == ((("Content-Type", "application/json"),), b'{"x": 1}')
    assert (other.headers, other.body) == ((("Content-Type", "text/plain"),), b"x")


def test_every_documented_body_is_an_example() -> None:
    """In the contract's own order, each with its media type."""
    content = {
        "application/json": {"examples": {"a": {"value": 1}, "b": {"value": 2}}},
        "text/plain": {"examples": {"a": {"value": "3"}}},
    }
    (operation,) = one({"requestBody": {"content": content}}).operations

    found = [(media.name, example.name, example.value) for media, example in examples(operation)]

    assert found == [
        ("application/json", "a", 1),
        ("application/json", "b", 2),
        ("text/plain", "a", "3"),
    ]


def test_an_operation_without_body_is_called_without() -> None:
    """Nor does it name a media type."""
    made = call(read_contract("acme", "acme", document({"/a": {"get": {"responses": OK}}})))

    assert made == Call("GET", "/a")


def test_a_form_has_a_field_for_each_property_and_item() -> None:
    """OpenAPI 3.1, section 4.8.14.4; null is left out."""
    value = {"a": "x y", "b": [1, True], "c": None, "d": {"k": "v"}}

    assert encode(MediaType(FORM, "", None), value) == (
        b"a=x+y&b=1&b=true&d=%7B%22k%22%3A+%22v%22%7D"
    )


def test_a_multipart_form_names_the_types_of_its_parts() -> None:
    """A documented type, which makes it a file; else that of the value."""
    media = MediaType(MULTIPART, "", None, (), (Encoding("f", ("image/*", "text/csv")),))
    value = {"f": "x", "t": "y", "o": {"k": 1}}

    boundary = content_type(media, value).partition("boundary=")[2]
    lines = encode(media, value).decode().split("\r\n")

    assert lines == [
        f"--{boundary}",
        'Content-Disposition: form-data; name="f"; filename="f"',
        "Content-Type: text/csv",
        "",
        "x",
        f"--{boundary}",
        'Content-Disposition: form-data; name="t"',
        "Content-Type: text/plain",
        "",
        "y",
        f"--{boundary}",
        'Content-Disposition: form-data; name="o"',
        "Content-Type: application/json",
        "",
        '{"k": 1}',
        f"--{boundary}--",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "value", "kind", "sent"),
    [
        ("application/vnd.acme+json", "a", "application/vnd.acme+json", b'"a"'),
        ("text/csv", "a,b", "text/csv", b"a,b"),
        ("*/*", "a", "text/plain", b"a"),
        ("*/*", {"a": 1}, "application/json", b'{"a": 1}'),
    ],
)
def test_a_value_is_written_as_its_media_type_asks(
    name: str, value: Any, kind: str, sent: bytes
) -> None:
    """Text stands as it is, unless it is a JSON value."""
    media = MediaType(name, "", None)

    assert (content_type(media, value), encode(media, value)) == (kind, sent)
