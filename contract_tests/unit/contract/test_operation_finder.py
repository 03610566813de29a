"""A request leads to its operation, and an operation to its base URL, by the same servers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from contracts import OK, contract

from greenroom.contract.model import Contract
from greenroom.contract.operation_finder import OperationFinder, operation_base_url
from greenroom.mock.mock import Mock

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
VERSIONED = {
    "url": "https://api.test/{version}",
    "variables": {"version": {"default": "v2", "enum": ["v1", "v2"]}},
}


def operation(name: str, *urls: str) -> dict[str, Any]:
    """An operation, with its own servers where URLs are given."""
    servers = {"servers": [{"url": url} for url in urls]} if urls else {}
    return {"operationId": name, "responses": OK, **servers}


def made(*servers: Any, **parts: Any) -> Contract:
    """A contract with servers at document, path and operation level."""
    item = {"parameters": [ID], "servers": [{"url": "https://files.test/in/"}]}
    paths = {
        "/things": {"get": operation("list"), "post": operation("add", "https://up.test/upload")},
        "/things/{id}": {**item, "get": operation("get"), "put": operation("put", "/")},
        "/calls": {"get": operation("call", "https://api.test/v2/calls")},
        "/odd": {"get": operation("odd", "/a%20b/c%2Fd")},
    }
    return contract(paths, servers=[*servers] or [VERSIONED], **parts)


BASE_URLS = [
    # The contract's base path at the end of the base URL, with what comes before kept.
    ("https://host.test/v2", "list", "https://host.test/v2"),
    ("https://host.test/v2/", "list", "https://host.test/v2"),
    ("https://host.test/v2", "add", "https://host.test/upload"),
    ("https://host.test/v2", "get", "https://host.test/in"),
    ("https://host.test/v2", "put", "https://host.test"),
    ("https://host.test/v2", "call", "https://host.test/v2/calls"),
    ("https://host.test/v2", "odd", "https://host.test/a%20b/c%2Fd"),
    ("http://127.0.0.1:8080/acme/v2", "list", "http://127.0.0.1:8080/acme/v2"),
    ("http://127.0.0.1:8080/acme/v2", "get", "http://127.0.0.1:8080/acme/in"),
    ("http://127.0.0.1:8080/acme/v2", "put", "http://127.0.0.1:8080/acme"),
    ("http://127.0.0.1:8080/acme/v2", "call", "http://127.0.0.1:8080/acme/v2/calls"),
    # Another value of the variable.
    ("http://127.0.0.1:8080/acme/v1", "list", "http://127.0.0.1:8080/acme/v1"),
    ("http://127.0.0.1:8080/acme/v1", "get", "http://127.0.0.1:8080/acme/in"),
    ("https://host.test/%76%32", "get", "https://host.test/in"),
    # Another base path takes the place of the contract's own, and only of that.
    ("https://host.test/sandbox", "list", "https://host.test/sandbox"),
    ("https://host.test/sandbox", "get", "https://host.test/in"),
    ("https://host.test", "list", "https://host.test"),
    ("https://host.test", "get", "https://host.test/in"),
    ("https://host.test/xv2", "get", "https://host.test/in"),
]


@pytest.mark.parametrize(("base_url", "name", "expected"), BASE_URLS)
def test_an_operation_is_called_where_its_servers_say(
    base_url: str, name: str, expected: str
) -> None:
    found = made()
    called = next(o for o in found.operations if o.id == name)

    assert operation_base_url(found, base_url, called) == expected


@pytest.mark.parametrize(("base_url", "name", "expected"), BASE_URLS)
def test_an_operation_is_found_at_its_servers_and_nowhere_else(
    base_url: str, name: str, expected: str
) -> None:
    contract = made()
    finder = OperationFinder(contract, base_url)
    called = next(o for o in contract.operations if o.id == name)
    path = called.path.replace("{id}", "a%2Fb")

    found = finder.find(called.method, expected + path)

    assert found is not None
    assert (found.operation.id, found.path) == (name, path)
    assert found.parameters == ({"id": "a%2Fb"} if "{id}" in called.path else {})
    for other in (f"{expected}/x{path}", f"https://other.test{urlsplit(expected).path}{path}"):
        assert finder.find(called.method, other) is None


@pytest.mark.parametrize(
    ("servers", "base_url", "expected"),
    [
        # One base path that ends with another: the longer one.
        (["/v1", "/eu/v1"], "https://host.test/eu/v1", "https://host.test/in"),
        (["/v1", "/eu/v1"], "https://host.test/us/v1", "https://host.test/us/in"),
        # No base path at all: any base URL ends with that.
        (["/"], "https://host.test/acme", "https://host.test/acme/in"),
        (["https://host.test"], "https://host.test", "https://host.test/in"),
        (["v1/"], "https://host.test/acme/v1", "https://host.test/acme/in"),
        (["/a%20b"], "https://host.test/acme/a%20b", "https://host.test/acme/in"),
        (["/in"], "https://host.test/sandbox", "https://host.test/sandbox"),
    ],
)
def test_the_base_path_of_the_contract_is_replaced(
    servers: list[str], base_url: str, expected: str
) -> None:
    found = made(*({"url": url} for url in servers))
    get = next(o for o in found.operations if o.id == "get")

    assert operation_base_url(found, base_url, get) == expected


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v2/things", "list"),
        ("GET", "/v1/things", "list"),
        ("POST", "/upload/things", "add"),
        ("POST", "/v2/things", None),
        ("GET", "/in/things/7", "get"),
        ("PUT", "/things/7", "put"),
        ("GET", "/things/7", None),
        ("GET", "/v2/calls/calls", "call"),
        ("GET", "/v2/calls", None),
        ("GET", "/a%20b/c%2Fd/odd", "odd"),
        ("GET", "/a b/c%2fd/odd", "odd"),
        ("GET", "/things", None),
        ("GET", "/v3/things", None),
    ],
)
def test_without_a_base_url_it_finds_every_operation_of_the_mock(
    method: str, path: str, name: str | None
) -> None:
    contract = made()
    found = OperationFinder(contract).find(method, f"https://any.test{path}")
    served = Mock(contract).route(path)

    assert (found.operation.id if found else None) == name
    assert bool(served and method in served[0].operations) == (name is not None)


def test_webhooks_are_not_found() -> None:
    event = {"post": {"responses": OK}}
    finder = OperationFinder(made(webhooks={"/things": event, "done": event}))
    assert finder.find("POST", "https://any.test/things") is None


@pytest.mark.parametrize(
    ("base_url", "url", "path"),
    [
        (None, "https://any.test/v2/gadgets", "/gadgets"),
        (None, "https://any.test/v2/calls/gadgets", "/gadgets"),
        ("https://host.test/v2", "https://host.test/v2/gadgets", "/gadgets"),
        ("https://host.test/acme/v2", "https://host.test/acme/in/gadgets", "/gadgets"),
        ("https://host.test/acme/v2", "https://host.test/gadgets", None),
        ("https://host.test/acme/v2", "https://host.test/acme", None),
        ("https://host.test/acme/v2", "https://other.test/acme/v2/gadgets", None),
    ],
)
def test_an_undocumented_path_is_given_below_its_base_path(
    base_url: str | None, url: str, path: str | None
) -> None:
    assert OperationFinder(made(), base_url).path_below(url) == path
