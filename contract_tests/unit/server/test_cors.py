"""Pages of other origins can call the mocks, unless that is turned off."""

from __future__ import annotations

from typing import Any

import pytest
from contracts import KEY, Client, body, contract, response

ORIGIN = "http://localhost:3000"
VARIED = {"Vary": {"schema": {"type": "string"}, "example": "Accept"}}
NARROW = {
    "Access-Control-Allow-Origin": {"schema": {"type": "string"}, "example": "https://a.test"}
}
PATHS: dict[str, Any] = {
    "/things": {
        "get": {"operationId": "list", "responses": {"200": response("listed")}},
        "post": {
            "operationId": "create",
            "security": [{"Keyed": []}],
            "requestBody": body({"type": "object"}),
            "responses": {"201": response("made"), "401": response("who")},
        },
    },
    "/varied": {"get": {"responses": {"200": {**response("a"), "headers": VARIED}}}},
    "/narrow": {"get": {"responses": {"200": {**response("a"), "headers": NARROW}}}},
    "/asked": {"options": {"responses": {"200": response("documented")}}},
}
PREFLIGHT = {"origin": ORIGIN, "access-control-request-method": "POST"}


@pytest.fixture(scope="module")
def client() -> Client:
    """A mock as it is served by default."""
    return Client(contract(PATHS, schemes=KEY))


@pytest.fixture(scope="module")
def closed() -> Client:
    """A mock that is served without CORS."""
    return Client(contract(PATHS, schemes=KEY), cors=False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/acme/things", 200),
        ("HEAD", "/acme/things", 200),
        ("POST", "/acme/things", 401),
        ("GET", "/acme/nowhere", 404),
        ("PUT", "/acme/things", 405),
        ("OPTIONS", "/acme/things", 204),
        ("OPTIONS", "/acme/asked", 200),
    ],
)
def test_a_page_may_read_every_response(
    client: Client, method: str, path: str, status: int
) -> None:
    """Refusals too, with the fields that give the reason."""
    reply = client.send(method, path, {"origin": ORIGIN})

    assert reply.status == status
    assert reply.headers["access-control-allow-origin"] == ORIGIN
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert reply.headers["vary"] == "Origin"
    exposed = reply.headers.get("access-control-expose-headers", "").split(", ")
    ours = {name for name in reply.headers if name.startswith("x-greenroom-")}
    assert ours <= set(exposed)


def test_documented_fields_are_exposed_too(client: Client) -> None:
    """What a page may read anyway is not listed."""
    exposed = client.get("/acme/things", {"origin": ORIGIN}).headers[
        "access-control-expose-headers"
    ]
    assert exposed == "x-greenroom-example, x-greenroom-operation"


@pytest.mark.parametrize("path", ["/acme/things", "/acme/nowhere", "/acme/varied"])
def test_a_response_without_an_origin_gets_no_cors_fields(client: Client, path: str) -> None:
    """Only browsers need them."""
    names = client.get(path).headers
    assert not [name for name in names if name.startswith("access-control-")]
    assert names.get("vary") in (None, "Accept")


def test_a_documented_vary_is_kept(client: Client) -> None:
    """`Origin` is added to it."""
    assert client.get("/acme/varied", {"origin": ORIGIN}).headers["vary"] == "Accept, Origin"


def test_a_documented_allow_origin_is_replaced(client: Client, closed: Client) -> None:
    """It is for the vendor's pages; with `cors=False` it is sent as documented."""
    name = "access-control-allow-origin"
    assert client.get("/acme/narrow", {"origin": ORIGIN}).headers[name] == ORIGIN
    assert closed.get("/acme/narrow", {"origin": ORIGIN}).headers[name] == "https://a.test"


def test_a_preflight_needs_no_credential(client: Client) -> None:
    """A browser sends no credentials with it."""
    asked = {**PREFLIGHT, "access-control-request-headers": "content-type, x-key"}
    reply = client.send("OPTIONS", "/acme/things", asked)

    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET, HEAD, OPTIONS, POST",
        "access-control-allow-headers": "content-type, x-key",
        "access-control-max-age": "600",
        "vary": "Origin",
    }


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/acme/nowhere", "PATCH"),
        ("/acme/things", "GET, HEAD, OPTIONS, POST, PATCH"),
        ("/acme/asked", "OPTIONS, PATCH"),
    ],
)
def test_a_preflight_allows_undocumented_methods(client: Client, path: str, methods: str) -> None:
    """The mock's refusal is more informative than the browser's."""
    asked = {**PREFLIGHT, "access-control-request-method": "PATCH"}
    reply = client.send("OPTIONS", path, asked)
    assert (reply.status, reply.headers["access-control-allow-methods"]) == (204, methods)


@pytest.mark.parametrize(("asked", "allowed"), [("true", "true"), (None, None), ("no", None)])
def test_a_private_network_is_allowed_on_request(
    client: Client, asked: str | None, allowed: str | None
) -> None:
    """A page on the internet that calls a mock on this machine."""
    more = {} if asked is None else {"access-control-request-private-network": asked}
    reply = client.send("OPTIONS", "/acme/things", {**PREFLIGHT, **more})
    assert reply.headers.get("access-control-allow-private-network") == allowed


@pytest.mark.parametrize("given", [{"origin": ORIGIN}, {"access-control-request-method": "GET"}])
def test_an_incomplete_preflight_is_an_ordinary_options_request(
    client: Client, given: dict[str, str]
) -> None:
    """It requests the methods of the path."""
    assert client.send("OPTIONS", "/acme/things", given).headers["allow"].endswith("POST")


def test_without_cors_nothing_is_added(closed: Client) -> None:
    """A preflight is an ordinary OPTIONS request."""
    reply = closed.send("OPTIONS", "/acme/things", PREFLIGHT)
    assert (reply.status, reply.headers) == (204, {"allow": "GET, HEAD, OPTIONS, POST"})
    assert closed.get("/acme/things", {"origin": ORIGIN}).headers.keys() == (
        closed.get("/acme/things").headers.keys()
    )


@pytest.mark.parametrize("path", ["/_greenroom/health", "/_greenroom/", "/nobody"])
def test_control_routes_have_no_cors_fields(client: Client, path: str) -> None:
    """They describe this machine."""
    for method, given in (("GET", {"origin": ORIGIN}), ("OPTIONS", PREFLIGHT)):
        names = client.send(method, path, given).headers
        assert not [name for name in names if name.startswith("access-control-")]
