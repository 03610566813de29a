"""Where an API is served: the paths and hosts of its servers."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import OK, Client, contract

from greenroom.contract.servers import base_paths, hosts

# Servers of an operation, its path and the document, the base paths, the first server's first.
PATHS: list[tuple[tuple[Any, ...], tuple[str, ...]]] = [
    ((), ("",)),
    ((None, None, None), ("",)),
    (([], [], []), ("",)),
    (([{"url": "/"}],), ("",)),
    (([{"url": "https://a.test/v1"}, {"url": "https://b.test/v2"}],), ("/v1", "/v2")),
    (([{"url": "https://a.test/v1"}, {"url": "https://b.test/v1/"}],), ("/v1",)),
    ((None, [{"url": "/path"}], [{"url": "/document"}]), ("/path",)),
    (([{"url": "/own"}], [{"url": "/path"}], [{"url": "/document"}]), ("/own",)),
    (([], None, [{"url": "/document"}]), ("/document",)),
    (([{"url": "/{v}", "variables": {"v": {"default": "b", "enum": ["a", "b"]}}}],), ("/b", "/a")),
    (([{"url": "/{v}/{w}", "variables": {
        "v": {"default": "1", "enum": ["1", "2"]}, "w": {"default": "x", "enum": ["x", "y"]}
    }}],), ("/1/x", "/1/y", "/2/x", "/2/y")),
    # A name in braces that is not a variable is kept.
    (([{"url": "https://a.test/{v}"}],), ("/{v}",)),
    # No request can have an invalid URL.
    (([{"url": "https://[a"}, {"url": "/v1"}],), ("/v1",)),
]  # fmt: skip


@pytest.mark.parametrize(("levels", "expected"), PATHS)
def test_base_paths_are_those_of_the_nearest_servers(
    levels: tuple[Any, ...], expected: tuple[str, ...]
) -> None:
    """Of the operation, else of its path, else of the document, else the root."""
    assert base_paths(*levels) == expected


def test_only_the_first_of_very_many_urls_are_served() -> None:
    """Ten variables of ten values each would take for ever."""
    values = {"default": "0", "enum": [str(i) for i in range(10)]}
    url = "/".join(f"{{v{i}}}" for i in range(10))
    server = {"url": f"https://a.test/{url}", "variables": {f"v{i}": values for i in range(10)}}

    found = base_paths([server])

    assert len(found) == 1000
    assert found[0] == "/0" * 10


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        (["https://API.a.test:8443/v1"], ("api.a.test",)),
        (["https://a.test", "http://a.test", "//b.test"], ("a.test", "b.test")),
        (["http://localhost:8080", "http://127.0.0.1", "/v1", "v1"], ()),
    ],
)
def test_loopback_hosts_are_left_out(urls: list[str], expected: tuple[str, ...]) -> None:
    """The others are listed once each, in the order of the servers."""
    assert hosts([{"url": url} for url in urls]) == expected


def test_the_host_of_an_operations_server_chooses_the_contract() -> None:
    """As the document's host does; the server of a link does not count."""
    link = {"operationId": "list", "server": {"url": "https://other.test"}}
    responses = {"200": {"description": "Fine.", "links": {"next": link}}}
    paths = {
        "/things": {
            "get": {"operationId": "list", "responses": responses},
            "put": {"responses": OK, "servers": [{"url": "https://up.test/in"}]},
        }
    }
    found = contract(paths, servers=[{"url": "https://a.test/v1"}], openapi="3.0.3")

    assert found.hosts == ("a.test", "up.test")
    assert Client(found).send("PUT", "/in/things", {"host": "up.test"}).status == 200


def test_the_console_calls_an_operation_where_it_is() -> None:
    """Its curl line has the URL of its own server."""
    paths = {"/things": {"get": {"responses": OK, "servers": [{"url": "/in"}]}}}
    client = Client(contract(paths, servers=[{"url": "/v1"}]))

    assert b"/acme/in/things" in client.get("/_greenroom/").body
