"""The curl line of an operation, as a shell reads it, and as the mock responds to it."""

from __future__ import annotations

import shlex

import pytest
from contracts import OK, Client, contract, one
from curl_lines import URL, line, parameter, run, sent, target, words

from greenroom.contract.catalog import find, load, vendors

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
