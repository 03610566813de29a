"""Responses that are not JSON, and the headers that every response of a contract has."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import Client, body, contract, response

TRACE = {"X-Trace": {"schema": {"type": "string"}, "example": "t-1"}}


def traced(reply: dict[str, Any]) -> dict[str, Any]:
    """A response with the header that all others have too."""
    return {**reply, "headers": {**reply.get("headers", {}), **TRACE}}


MOVED = {
    "description": "Elsewhere.",
    "headers": {
        "Location": {"schema": {"type": "string"}, "example": "https://login.example/?a=1&b=%20"}
    },
}
# No value is valid by this schema.
NONE = {"application/json": {"schema": {"enum": [1], "type": "string"}}}
PATHS: dict[str, Any] = {
    "/moved": {"get": {"responses": {"302": traced(MOVED)}}},
    "/metrics": {
        "get": {
            "responses": {
                "200": traced(response(media_type="text/plain", scraped="# HELP up\nup 1\n")),
                "500": traced(response("broken")),
            }
        }
    },
    "/table": {
        "get": {"responses": {"200": traced(response(media_type="text/csv", t="näme\r\nÄda"))}}
    },
    "/none": {"get": {"responses": {"200": traced({"description": "?", "content": NONE})}}},
    "/sent": {
        "post": {
            "requestBody": body({"type": "object"}),
            "responses": {"204": traced({"description": "Done."})},
        }
    },
}


@pytest.fixture(scope="module")
def client() -> Client:
    """A contract of which every response has a header."""
    return Client(contract(PATHS), max_body=100)


def test_a_redirect_is_given_and_not_followed(client: Client) -> None:
    """With its target as it is documented, and no body."""
    reply = client.get("/acme/moved")

    assert (reply.status, reply.body) == (302, b"")
    assert reply.headers["location"] == "https://login.example/?a=1&b=%20"
    assert "content-type" not in reply.headers


def test_a_text_is_sent_unchanged(client: Client) -> None:
    """And not as a JSON string."""
    reply = client.get("/acme/metrics", {"accept": "text/plain; version=0.0.4, */*;q=0.1"})

    assert reply.body == b"# HELP up\nup 1\n"
    assert reply.headers["content-type"] == "text/plain"


def test_a_text_beyond_ascii_names_its_charset(client: Client) -> None:
    """Many clients take text for Latin-1 unless they get a charset (RFC 9110 section 8.3.2)."""
    reply = client.get("/acme/table")

    assert reply.body == "näme\r\nÄda".encode()
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"


# Requests whose response is not documented: method, path, headers, body, status.
UNDOCUMENTED: list[tuple[str, str, dict[str, str], bytes, int]] = [
    ("GET", "/acme/nowhere", {}, b"", 404),
    ("PUT", "/acme/metrics", {}, b"", 405),
    ("POST", "/acme/sent", {"content-type": "application/json"}, b" " * 101, 413),
    ("POST", "/acme/sent", {"content-type": "text/plain"}, b"a", 415),
    ("POST", "/acme/sent", {"content-type": "application/json"}, b"{", 400),
    ("POST", "/acme/sent", {"content-type": "application/json"}, b"[]", 400),
    ("GET", "/acme/metrics", {"prefer": "code=418"}, b"", 501),
    ("GET", "/acme/none", {}, b"", 501),
]


@pytest.mark.parametrize(("method", "path", "headers", "sent", "status"), UNDOCUMENTED)
def test_a_header_of_every_documented_response_is_in_all_others(
    client: Client, method: str, path: str, headers: dict[str, str], sent: bytes, status: int
) -> None:
    """A client that relies on it finds it in each response of the vendor."""
    length = {"content-length": str(len(sent))}
    reply = client.send(method, path, {**headers, **length}, [sent])

    assert (reply.status, reply.headers.get("x-trace")) == (status, "t-1")


def test_a_path_of_no_contract_has_no_headers_of_one(client: Client) -> None:
    """Even if every response of a contract has one."""
    assert "x-trace" not in client.get("/elsewhere").headers


# Responses by status, whether the header is sent with a response that none of them documents.
SHARED: list[tuple[dict[str, Any], bool]] = [
    ({"200": traced(response("a")), "404": traced(response("b"))}, True),
    ({"200": traced(response("a")), "default": traced(response("b"))}, True),
    ({"200": traced(response("a")), "4XX": traced(response("b"))}, True),
    ({"200": traced(response("a")), "404": response("b")}, False),
    ({"200": response("a"), "404": traced(response("b"))}, False),
    # A header that only successes have may be about the success.
    ({"200": traced(response("a")), "201": traced(response("b"))}, False),
    # Without an example there is nothing to send.
    (
        {
            "200": traced(response("a")),
            "404": {**response("b"), "headers": {"x-trace": {"schema": {"type": "string"}}}},
        },
        False,
    ),
    ({}, False),
]


@pytest.mark.parametrize(("responses", "shared"), SHARED)
def test_a_header_is_common_if_every_response_has_it(
    responses: dict[str, Any], shared: bool
) -> None:
    """Errors among them, each with an example."""
    paths = {"/a": {"get": {"responses": responses}}} if responses else {}
    reply = Client(contract(paths)).send("PUT", "/acme/a")

    assert ("x-trace" in reply.headers) == shared
