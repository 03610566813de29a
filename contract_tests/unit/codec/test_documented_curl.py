"""The curl line of an operation, as a shell reads it, and as the mock responds to it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
from contracts import OK, Client, contract, one

from greenroom.codec.credentials import GOOD_KEY
from greenroom.codec.documented_request import documented_request
from greenroom.contract.catalog import find, load, vendors
from greenroom.contract.model import Contract, Operation
from greenroom.http.curl import curl_line
from wire import Reply

URL = "http://127.0.0.1:8080/acme"
RESPONSES = {"200": {"description": "", "content": {"application/json": {"example": 1}}}}

VALUES = (
    "it's",
    'a "quote"',
    "$(id)",
    "`id`",
    "a;b|c&d",
    "back\\slash",
    "{a,b}",
    "[1-3]",
    "ünïcode 🎭",
    "a b",
    "!important",
    "*",
    "-X",
    "@/etc/hostname",
    "%41",
    "#?/",
)


def parameter(value: Any, location: str = "query", **parts: Any) -> dict[str, Any]:
    """An operation of one required parameter with an example."""
    given = {"name": "p", "in": location, "required": True, "schema": {}, **parts}
    return {"parameters": [{**given, "example": value}], "responses": RESPONSES}


def sent(value: Any, media_type: str = "application/json") -> dict[str, Any]:
    """An operation that takes a body with an example."""
    content = {media_type: {"schema": {}, "example": value}}
    body = {"required": True, "content": content}
    return {"requestBody": body, "responses": RESPONSES}


def line(contract: Contract, operation: Operation | None = None, url: str = URL) -> str:
    """The line of an operation, the first unless named, with its test credentials."""
    operation = operation or contract.operations[0]
    token = GOOD_KEY if operation.secured else None
    return curl_line(documented_request(contract, operation, token).at(url))


def words(operation: Mapping[str, Any], path: str = "/things", **parts: Any) -> list[str]:
    """The words of the line of an operation, as a shell splits it."""
    return shlex.split(line(one(operation, path, **parts)))


def target(operation: Mapping[str, Any], path: str = "/things") -> str:
    """The address that a line calls, below the URL of the mock."""
    (address,) = [word for word in words(operation, path) if word.startswith(URL)]
    return address.removeprefix(URL)


def run(client: Client, given: str) -> Reply:
    """The response of a mock to a line, read as curl reads it."""
    _, *arguments = shlex.split(given)
    method, address, body = "", "", b""
    headers: list[tuple[str, str]] = []
    parts: list[str] = []
    while arguments:
        word = arguments.pop(0)
        if word in ("-i", "--globoff"):
            continue
        if word == "-X":
            method = arguments.pop(0)
        elif word == "--head":
            method = "HEAD"
        elif word == "-H":
            name, _, value = arguments.pop(0).partition(":")
            headers.append((name.removesuffix(";"), value.strip()))
        elif word == "--data-raw":
            body = arguments.pop(0).encode()
            headers.append(("Content-Length", str(len(body))))
        elif word in ("-F", "--form-string"):
            parts.append(part(arguments.pop(0), literal=word != "-F"))
        else:
            address = word
    if parts:
        body = ("--b\r\n" + "--b\r\n".join(parts) + "--b--\r\n").encode()
        headers.append(("Content-Type", "multipart/form-data; boundary=b"))
        headers.append(("Content-Length", str(len(body))))
    url = urlsplit(address)
    return client.send(
        method or ("POST" if body else "GET"), f"{url.path}?{url.query}", headers, [body]
    )


def part(given: str, literal: bool) -> str:
    """A part of a form as curl sends it; quoted values end at the quote, options follow."""
    name, _, value = given.partition("=")
    disposition = f'Content-Disposition: form-data; name="{name}"\r\n'
    if literal:
        return f"{disposition}\r\n{value}\r\n"
    quoted, _, kind = value.removesuffix(f";filename={name}").rpartition(";type=")
    text = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    return f"{disposition}Content-Type: {kind}\r\n\r\n{text}\r\n"


@pytest.mark.parametrize("location", ["query", "path", "cookie"])
@pytest.mark.parametrize("value", VALUES)
def test_a_value_reaches_the_mock_unchanged(value: str, location: str) -> None:
    """Whatever its characters mean in a shell, to curl or in a URL."""
    path = "/things/{p}" if location == "path" else "/things"
    operation = parameter(value, location, schema={"const": value})
    found = one(operation, path)

    assert run(Client(found), line(found)).status == 200


@pytest.mark.parametrize("value", VALUES)
def test_a_json_body_reaches_the_mock_unchanged(value: str) -> None:
    """As compact JSON in one word."""
    operation = sent({"a": value})
    operation["requestBody"]["content"]["application/json"]["schema"] = {"const": {"a": value}}
    found = one(operation)

    assert run(Client(found), line(found)).status == 200


@pytest.mark.parametrize("value", VALUES)
def test_curl_expands_no_character(value: str) -> None:
    """Curl makes several requests of brackets and braces in an address."""
    address = target(parameter(value, "path"), "/things[x]/{p}")

    assert not set("[]{}") & set(address)


# The style, the example, and the address that RFC 6570 gives for it.
STYLES: dict[str, tuple[dict[str, Any], Any, str]] = {
    "form": ({}, "a b", "/things?p=a%20b"),
    "form true": ({}, True, "/things?p=true"),
    "form number": ({}, 1.5, "/things?p=1.5"),
    "form list": ({}, ["a", "b,"], "/things?p=a&p=b%2C"),
    "form list joined": ({"explode": False}, ["a", "b,"], "/things?p=a,b%2C"),
    "form object": ({}, {"x": 1, "y": 2}, "/things?x=1&y=2"),
    "form object joined": ({"explode": False}, {"x": 1, "y": 2}, "/things?p=x,1,y,2"),
    "space": ({"style": "spaceDelimited", "explode": False}, ["a", "b"], "/things?p=a%20b"),
    "pipe": ({"style": "pipeDelimited", "explode": False}, ["a", "b"], "/things?p=a%7Cb"),
    "deep": ({"style": "deepObject", "explode": True}, {"x": 1}, "/things?p%5Bx%5D=1"),
    "simple": ({"in": "path"}, "a/b", "/things/a%2Fb"),
    "simple list": ({"in": "path"}, ["a", "b"], "/things/a,b"),
    "simple object": ({"in": "path"}, {"x": 1, "y": 2}, "/things/x,1,y,2"),
    "simple object exploded": ({"in": "path", "explode": True}, {"x": 1}, "/things/x=1"),
    "label": ({"in": "path", "style": "label"}, "a", "/things/.a"),
    "label list": ({"in": "path", "style": "label"}, ["a", "b"], "/things/.a,b"),
    "label list exploded": (
        {"in": "path", "style": "label", "explode": True},
        ["a", "b"],
        "/things/.a.b",
    ),
    "matrix": ({"in": "path", "style": "matrix"}, "a", "/things/;p=a"),
    "matrix list": ({"in": "path", "style": "matrix"}, ["a", "b"], "/things/;p=a,b"),
    "matrix list exploded": (
        {"in": "path", "style": "matrix", "explode": True},
        ["a", "b"],
        "/things/;p=a;p=b",
    ),
    "matrix object exploded": (
        {"in": "path", "style": "matrix", "explode": True},
        {"x": 1, "y": 2},
        "/things/;x=1;y=2",
    ),
}


@pytest.mark.parametrize("name", STYLES)
def test_a_parameter_is_written_in_its_style(name: str) -> None:
    """OpenAPI 3.1, 4.8.12.2."""
    parts, value, address = STYLES[name]
    path = "/things/{p}" if parts.get("in") == "path" else "/things"

    assert target(parameter(value, **{"location": "query", **parts}), path) == address


@pytest.mark.parametrize("name", STYLES)
def test_the_mock_reads_what_the_line_writes(name: str) -> None:
    """Line and mock agree on every style."""
    parts, value, _ = STYLES[name]
    kinds = {list: "array", dict: "object", bool: "boolean", float: "number", str: "string"}
    schema: dict[str, Any] = {"type": kinds[type(value)], "const": value}
    if isinstance(value, dict):
        schema["properties"] = {key: {"type": "integer"} for key in value}
    path = "/things/{p}" if parts.get("in") == "path" else "/things"
    found = one(parameter(value, **{"location": "query", **parts, "schema": schema}), path)

    assert run(Client(found), line(found)).status == 200


def test_an_optional_parameter_is_left_out() -> None:
    """The line is the least that works."""
    assert target(parameter("x", required=False)) == "/things"


def test_a_parameter_with_a_media_type_is_written_as_such() -> None:
    """Its example is in the content."""
    content = {"application/json": {"example": {"a": [1]}}}
    given = {"name": "p", "in": "query", "required": True, "content": content}

    assert target({"parameters": [given]}) == "/things?p=%7B%22a%22%3A%5B1%5D%7D"


# A schema without example, and the value written for it.
SUGGESTED: dict[str, tuple[Any, str]] = {
    "const": ({"const": "c"}, "c"),
    "default": ({"type": "integer", "default": 7}, "7"),
    "enum": ({"enum": ["x", "y"]}, "x"),
    "integer": ({"type": "integer"}, "1"),
    "minimum": ({"type": "integer", "minimum": 5}, "5"),
    "above": ({"type": "integer", "exclusiveMinimum": 5}, "6"),
    "maximum": ({"type": "integer", "maximum": -5}, "-5"),
    "boolean": ({"type": "boolean"}, "true"),
    "null too": ({"type": ["null", "integer"]}, "1"),
    "format": ({"type": "string", "format": "date"}, "2026-01-31"),
    "length": ({"type": "string", "minLength": 6, "maxLength": 6}, "textxx"),
    "alternatives": ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "1"),
    "array": ({"type": "array", "items": {"type": "integer"}}, "1"),
    "reference": ({"$ref": "#/components/schemas/Id"}, "id-1"),
    "any": ({}, "text"),
}


@pytest.mark.parametrize("name", SUGGESTED)
def test_without_example_the_schema_gives_a_value(name: str) -> None:
    """Contracts of other authors often have no examples."""
    schema, text = SUGGESTED[name]
    given = {"name": "p", "in": "query", "required": True, "schema": schema}
    ids = {"schemas": {"Id": {"type": "string", "const": "id-1"}}}
    found = one({"parameters": [given], "responses": RESPONSES}, components=ids)

    assert shlex.split(line(found))[2] == f"{URL}/things?p={text}"
    assert run(Client(found), line(found)).status == 200


def test_a_body_without_example_has_its_required_properties() -> None:
    """Nested and composed ones too."""
    schema = {
        "allOf": [{"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}}],
        "type": "object",
        "required": ["b", "c"],
        "properties": {
            "b": {"type": "array", "minItems": 2, "items": {"type": "boolean"}},
            "c": {"type": "object", "required": ["d"], "properties": {"d": {"enum": ["e"]}}},
            "f": {"type": "string"},
        },
    }
    body = {"required": True, "content": {"application/json": {"schema": schema}}}

    *_, data = words({"requestBody": body})

    assert data == '{"a":1,"b":[true,true],"c":{"d":"e"}}'


def test_a_schema_that_contains_itself_ends() -> None:
    """No finite value is valid, so no value is sent."""
    node = {"type": "object", "required": ["next"], "properties": {}}
    node["properties"] = {"next": {"$ref": "#/components/schemas/Node"}}
    schema = {"$ref": "#/components/schemas/Node"}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}

    *_, data = words({"requestBody": body}, components={"schemas": {"Node": node}})

    assert data == "null"


BODIES: dict[str, tuple[str, Any, list[str]]] = {
    "json": ("application/json", {"a": 1}, ["--data-raw", '{"a":1}']),
    "json suffix": ("application/x+json", [1, 2], ["--data-raw", "[1,2]"]),
    "any": ("*/*", {"a": 1}, ["--data-raw", '{"a":1}']),
    "json text": ("application/json", "text", ["--data-raw", '"text"']),
    "text": ("text/plain", "@it's\nthis", ["--data-raw", "@it's\nthis"]),
    "form": (
        "application/x-www-form-urlencoded",
        {"a b": "c&d", "e": 1},
        ["--data-raw", "a+b=c%26d&e=1"],
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_sent_as_its_media_type_requires(name: str) -> None:
    """With its first example, and the media type declared."""
    media_type, value, data = BODIES[name]
    declared = media_type if media_type != "*/*" else "application/json"

    assert words(sent(value, media_type))[-4:] == ["-H", f"Content-Type: {declared}", *data]


def test_a_multipart_body_leaves_the_boundary_to_curl() -> None:
    """And no value of it can name a file."""
    made = words(sent({"a": "@/etc/hostname", "b": [1, 2]}, "multipart/form-data"))

    fields = ("a=@/etc/hostname", "b=1", "b=2")
    assert made[-6:] == [word for field in fields for word in ("--form-string", field)]
    assert "Content-Type" not in " ".join(made)


def test_a_part_of_a_documented_type_is_sent_as_one() -> None:
    """Quoted, since curl would read a file or an option out of the value."""
    described = sent({"cv": '@x";type=y', "note": "a"}, "multipart/form-data")
    content = described["requestBody"]["content"]["multipart/form-data"]
    content["encoding"] = {"cv": {"contentType": "image/*, application/pdf"}}

    made = words(described)

    assert made[-4:-2] == ["-F", 'cv="@x\\";type=y";type=application/pdf;filename=cv']
    assert made[-2:] == ["--form-string", "note=a"]


def test_json_is_preferred_among_bodies_with_an_example() -> None:
    """The mock validates it."""
    content = {kind: {"example": {"a": 1}} for kind in ("text/csv", "application/json")}

    assert "Content-Type: application/json" in words({"requestBody": {"content": content}})


def test_an_optional_body_without_example_is_left_out() -> None:
    """Nothing is generated that the contract does not require."""
    made = words({"requestBody": {"content": {"application/json": {"schema": {}}}}})

    assert made == ["curl", "-i", "-X", "POST", f"{URL}/things"]


@pytest.mark.parametrize("control", ["\x1b[201~", "\x7f", "\x9b", "\u202e"])
def test_a_line_has_no_control_characters(control: str) -> None:
    """A contract may come from anywhere, and the line is for pasting."""
    value = f"a{control}b"
    everywhere = [
        parameter(value),
        parameter(value, "header"),
        sent({value: value}),
        sent(value, "text/plain"),
    ]

    assert all(line(one(operation)).isprintable() for operation in everywhere)


def test_a_header_is_sent_even_when_empty() -> None:
    """Curl drops the field for `Name:` and sends it for `Name;`."""
    assert words(parameter("", "header"))[-2:] == ["-H", "p;"]


def test_a_header_cannot_start_another() -> None:
    """A line break in a value becomes a space."""
    assert words(parameter("a\r\nB: c", "header"))[-1] == "p: a  B: c"


def test_an_invalid_field_name_is_left_out() -> None:
    """`-H @file` would read a file."""
    assert words(parameter("x", "header", name="@/etc/hostname")) == ["curl", "-i", f"{URL}/things"]


def test_a_credential_comes_before_a_parameter_of_its_name() -> None:
    """Some contracts declare the key twice."""
    key = {"type": "apiKey", "in": "header", "name": "X-Key"}
    operation = {**parameter("other", "header", name="x-key"), "security": [{"Keyed": []}]}

    assert words(operation, schemes={"Keyed": key})[3:] == ["-H", "X-Key: test-key"]


SCHEMES: dict[str, dict[str, Any]] = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "bearer": {"type": "http", "scheme": "bearer"},
    "basic": {"type": "http", "scheme": "basic"},
}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_credential_is_placed_as_its_scheme_requires(name: str) -> None:
    """And the mock lets the line pass."""
    operation = {"security": [{"It": []}], "responses": RESPONSES}
    found = one(operation, schemes={"It": SCHEMES[name]})

    assert run(Client(found), line(found)).status == 200


def test_credentials_and_parameters_share_query_and_cookies() -> None:
    """None of them displaces another."""
    places = ("query", "cookie")
    parameters = [
        {"name": f"{place}-p", "in": place, "required": True, "schema": {}, "example": 1}
        for place in places
    ]
    schemes = {place: {"type": "apiKey", "in": place, "name": f"{place}-c"} for place in places}
    security: list[dict[str, list[str]]] = [{place: [] for place in places}]

    assert words({"parameters": parameters, "security": security}, schemes=schemes) == [
        "curl",
        "-i",
        f"{URL}/things?query-p=1&query-c=test-key",
        "-H",
        "Cookie: cookie-p=1; cookie-c=test-key",
    ]


METHODS = {
    "get": [],
    "head": ["--head"],
    "post": ["-X", "POST"],
    "delete": ["-X", "DELETE"],
    "options": ["-X", "OPTIONS"],
}


@pytest.mark.parametrize("method", METHODS)
def test_the_method_is_named_where_curl_needs_it(method: str) -> None:
    """Without `--head` curl would wait for a body that never comes."""
    found = contract({"/things": {method: {"responses": OK}}})

    assert shlex.split(line(found)) == ["curl", "-i", *METHODS[method], f"{URL}/things"]


def test_a_get_with_a_body_stays_a_get() -> None:
    """Curl would make a POST of it."""
    found = contract({"/things": {"get": sent({"a": 1})}})

    assert shlex.split(line(found))[:4] == ["curl", "-i", "-X", "GET"]


@pytest.mark.parametrize("vendor", [source.name for source in vendors()])
def test_every_operation_of_a_vendor_has_a_line_that_works(vendor: str) -> None:
    """Newcomers try these lines first."""
    (source,) = find([vendor])
    found = load(source)
    client = Client(found)
    client_url = f"http://127.0.0.1:8080/{vendor}{found.base_path}"
    statuses = {}
    for operation in found.operations:
        statuses[operation.id] = run(client, line(found, operation, client_url)).status

    assert {name: status for name, status in statuses.items() if status >= 300} == {}
