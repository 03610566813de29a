"""Every request finds its vendor, its path and its method, and gets one whole response."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from contracts import KEY, Client, SignedIn, body, contract, response

from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError

ECHO = {"post": {"operationId": "echo", "requestBody": body({"type": "object"}), "responses": {
    "200": response("echoed"), "413": response("large")}}}  # fmt: skip
THING = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
PATHS: dict[str, Any] = {
    "/things": {
        "get": {"operationId": "list", "responses": {"200": response("listed")}},
        "post": {"operationId": "create", "responses": {"201": response("created")}},
    },
    "/things/{id}": {
        "parameters": [THING],
        "get": {
            "operationId": "get",
            "responses": {"200": response("got"), "404": response("gone")},
        },
        "delete": {"operationId": "delete", "responses": {"204": {"description": "Gone."}}},
    },
    "/only-head": {"head": {"operationId": "peek", "responses": {"200": response("peeked")}}},
    "/echo": ECHO,
    "/private": {
        "get": {
            "operationId": "secret",
            "security": [{"Keyed": []}],
            "responses": {"200": response("fine"), "401": response("who")},
        },
        "post": {**ECHO["post"], "operationId": "tell", "security": [{"Keyed": []}]},
    },
}
LONG = 1024


def vendor(name: str, *urls: str, paths: dict[str, Any] = PATHS) -> Contract:
    """A contract with servers."""
    servers = [{"url": url} for url in urls] or [{"url": "/"}]
    return contract(paths, name, schemes=KEY, servers=servers)


@pytest.fixture(scope="module")
def client() -> Client:
    """Two vendors, one of them below a base path."""
    return Client(
        vendor("acme", "https://api.acme.test", "https://eu.acme.test:8443/"),
        vendor("beta", "https://beta.test/v2/"),
        max_body=LONG,
    )


def example(reply: Any) -> str | None:
    """The example that a response was made of."""
    found: str | None = reply.headers.get("x-greenroom-example")
    return found


# Where a request goes: target, Host, the example of the response or the kind of refusal.
ROUTES: list[tuple[str, str | None, str | None, str | None]] = [
    ("/acme/things", None, "listed", None),
    ("/acme/things", "127.0.0.1:8080", "listed", None),
    ("/acme/things?x=1", None, "listed", None),
    ("/acme/things/7", None, "got", None),
    ("/beta/v2/things", None, "listed", None),
    ("/beta/things", None, "gone", "unknown-path"),
    ("/acme", None, "gone", "unknown-path"),
    ("/acme/", None, "gone", "unknown-path"),
    ("/acme/nothing", None, "gone", "unknown-path"),
    ("/acme/things/", None, "gone", "unknown-path"),
    ("/acme//things", None, "gone", "unknown-path"),
    # By the vendor's real host name, whatever its case and port, with the dot that ends a name.
    ("/things", "api.acme.test", "listed", None),
    ("/things", "API.Acme.TEST", "listed", None),
    ("/things", "api.acme.test:8080", "listed", None),
    ("/things", "api.acme.test.", "listed", None),
    ("/things", "api.acme.test.:8080", "listed", None),
    ("/things", "eu.acme.test", "listed", None),
    ("/v2/things", "beta.test", "listed", None),
    ("/things", "beta.test", "gone", "unknown-path"),
    ("/acme/things", "api.acme.test", "gone", "unknown-path"),
    ("/", "api.acme.test", "gone", "unknown-path"),
    # With an unknown host the prefix decides.
    ("/acme/things", "beta.example", "listed", None),
    ("/acme/things", "", "listed", None),
    ("/acme/things", ":", "listed", None),
    ("/acme/things", ".", "listed", None),
    ("/acme/things", "[::1]:8080", "listed", None),
    ("/acme/things", "\xff\xfe", "listed", None),
]


@pytest.mark.parametrize(("target", "host", "expected", "kind"), ROUTES)
def test_a_request_reaches_its_vendor(
    client: Client, target: str, host: str | None, expected: str | None, kind: str | None
) -> None:
    """By prefix or by host name."""
    reply = client.get(target, {} if host is None else {"host": host})
    assert (example(reply), reply.kind) == (expected, kind)
    assert reply.status == (404 if kind else 200)


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("/things", None),
        ("/things", "127.0.0.1"),
        ("/acmes/things", None),
        ("/Acme/things", None),
        ("/acm", None),
        ("//acme/things", None),
        ("/nothing", "api.acme.test.evil"),
        ("/_greenroomy/things", None),
        ("*", None),
        ("xacme/things", None),
        ("acme/things", None),
    ],
)
def test_a_path_of_no_vendor_is_404_and_lists_the_vendors(
    client: Client, target: str, host: str | None
) -> None:
    """Problem details with the vendors and the path of the console."""
    reply = client.get(target, {} if host is None else {"host": host})
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert "/acme, /beta" in reply.json["detail"]
    assert "/_greenroom/" in reply.json["detail"]


LOOPBACK = ["localhost", "127.0.0.1", "127.8.8.8", "[::1]", "0.0.0.0", "api.localhost", "LOCALHOST"]


@pytest.mark.parametrize("name", LOOPBACK)
def test_a_loopback_name_never_chooses_a_vendor(name: str) -> None:
    """Whatever the servers of a contract are: every vendor is served at that address."""
    client = Client(vendor("acme", f"http://{name}:8080", f"http://{name}"), vendor("beta"))
    for host in (name, f"{name}:8080", name.lower()):
        assert example(client.get("/beta/things", {"host": host})) == "listed"
        assert client.get("/things", {"host": host}).status == 404


def test_the_first_by_name_of_two_vendors_with_one_host_has_it() -> None:
    """The other is still served below its prefix."""
    other = {"/other": {"get": {"operationId": "other", "responses": {"200": response("other")}}}}
    client = Client(vendor("beta", "https://a.test", paths=other), vendor("acme", "https://a.test"))
    assert example(client.get("/things", {"host": "a.test"})) == "listed"
    assert client.get("/other", {"host": "a.test"}).status == 404
    assert example(client.get("/beta/other")) == "other"


@pytest.mark.parametrize(
    "path", ["/{region}", "/{a}/{a}", "/{a:b}", "/a%20b", "/caf\u00e9", "/a b"]
)
def test_a_base_path_may_be_odd(path: str) -> None:
    """A server variable that is not declared, or text that is not a valid URL."""
    client = Client(vendor("acme", f"https://a.test{path}"))
    assert example(client.get(f"/acme{path}/things")) == "listed"


def test_at_root_one_contract_has_every_path_and_host() -> None:
    """Without a prefix, its base path included."""
    client = Client(vendor("beta", "https://beta.test/v2"), at_root=True)
    for host in ("beta.test", "127.0.0.1", "other.test"):
        assert example(client.get("/v2/things", {"host": host})) == "listed"
        assert client.get("/beta/v2/things", {"host": host}).kind == "unknown-path"
        assert client.get("/", {"host": host}).kind == "unknown-path"
    assert client.get("/_greenroom/health").status == 200


@pytest.mark.parametrize("count", [0, 2])
def test_at_root_takes_exactly_one_contract(count: int) -> None:
    """Checked at start."""
    with pytest.raises(GreenroomError, match=f"exactly one contract, not {count}"):
        Client(*[vendor(f"v{i}") for i in range(count)], at_root=True)


def test_any_credential_is_a_setting() -> None:
    """Every one that is not empty."""
    for any_credential, status in ((True, 200), (False, 401)):
        client = Client(vendor("acme"), any_credential=any_credential)
        assert client.get("/acme/private", {"x-key": "real"}).status == status


ALLOWED = {
    "/acme/things": "GET, HEAD, OPTIONS, POST",
    "/acme/things/7": "DELETE, GET, HEAD, OPTIONS",
    "/acme/only-head": "HEAD, OPTIONS",
    "/acme/echo": "OPTIONS, POST",
    "/beta/v2/things": "GET, HEAD, OPTIONS, POST",
}
METHODS = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "QUERY",
    "get",
    "X\r\nY",
]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", ALLOWED)
def test_allow_is_complete(client: Client, path: str, method: str) -> None:
    """Every documented method of the path, HEAD with GET, and OPTIONS (RFC 9110 section 10.2.1)."""
    reply = client.send(method, path, {"content-type": "application/json"}, [b"{}"])
    if method == "OPTIONS":
        assert (reply.status, reply.body, reply.kind) == (204, b"", None)
        assert reply.headers["allow"] == ALLOWED[path]
    elif method in ALLOWED[path].split(", "):
        assert reply.status < 300
        assert "allow" not in reply.headers
    else:
        assert (reply.status, reply.kind) == (405, "method-not-allowed")
        assert reply.headers["allow"] == ALLOWED[path]


def test_a_path_is_unknown_before_a_method_is_not_allowed(client: Client) -> None:
    """And both come before credentials."""
    assert client.send("PUT", "/acme/nothing").status == 404
    assert client.send("PUT", "/acme/private").status == 405
    assert client.get("/acme/private").status == 401


def test_off_the_paths_any_documented_404_is_sent() -> None:
    """In the vendor's shape where it documents one by that code, else as problem details."""
    shaped = Client(vendor("acme")).get("/acme/nothing")
    assert shaped.json == {"name": "gone"}
    assert "x-greenroom-operation" not in shaped.headers
    plain = Client(vendor("acme", paths={"/echo": ECHO})).get("/acme/nothing")
    assert plain.headers["content-type"] == "application/problem+json"
    for reply in (shaped, plain):
        assert reply.headers["x-greenroom-reason"] == "acme has no path /nothing"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/acme/things", {}),
        ("/acme/things/7", {}),
        ("/acme/nothing", {}),
        ("/acme/private", {}),
        ("/acme/things", {"prefer": "code=418"}),
        ("/_greenroom/health", {}),
        ("/_greenroom/", {}),
        ("/nobody", {}),
    ],
)
def test_head_is_get_without_the_body(client: Client, path: str, headers: dict[str, str]) -> None:
    """RFC 9110 section 9.3.2: the same status and header fields, the length too."""
    got, peeked = client.get(path, headers), client.send("HEAD", path, headers)
    assert (peeked.status, peeked.headers, peeked.body) == (got.status, got.headers, b"")
    assert got.headers["content-length"] == str(len(got.body))


def test_a_documented_head_operation_responds(client: Client) -> None:
    """Also without a body."""
    reply = client.send("HEAD", "/acme/only-head")
    assert (reply.status, example(reply), reply.body) == (200, "peeked", b"")


CHUNKS: list[list[bytes]] = [
    [b'{"a":1}'],
    [b"", b'{"a":1}'],
    [b'{"a"', b":1}"],
    [b"{", b"", b'"a":1', b"}", b""],
    [bytes([byte]) for byte in b'{"a":1}'],
]


@pytest.mark.parametrize("chunks", CHUNKS)
@pytest.mark.parametrize(
    "declared", [{}, {"transfer-encoding": "chunked"}, {"content-length": "7"}]
)
def test_a_body_may_come_in_chunks(
    client: Client, chunks: Sequence[bytes], declared: dict[str, str]
) -> None:
    """Whatever its headers say of its length."""
    headers = {"content-type": "application/json", **declared}
    assert example(client.send("POST", "/acme/echo", headers, chunks)) == "echoed"


@pytest.mark.parametrize("chunks", CHUNKS)
def test_a_chunked_body_is_validated_as_a_whole(client: Client, chunks: Sequence[bytes]) -> None:
    """No chunk is lost or validated alone."""
    headers = {"content-type": "application/json", "transfer-encoding": "chunked"}
    reply = client.send("POST", "/acme/echo", headers, [*chunks, b"x"])
    assert reply.kind == "malformed-body"


def sized(size: int) -> bytes:
    """A JSON object of a size."""
    return b'{"a":"%s"}' % (b"x" * (size - 8))


@pytest.mark.parametrize(
    ("chunks", "declared", "fits"),
    [
        ([sized(LONG)], {}, True),
        ([sized(LONG)], {"content-length": str(LONG)}, True),
        ([sized(LONG)[:500], sized(LONG)[500:]], {}, True),
        ([sized(LONG + 1)], {}, False),
        ([sized(LONG + 1)], {"content-length": str(LONG + 1)}, False),
        ([sized(LONG)[:500], sized(LONG)[500:], b" "], {}, False),
        ([b" "] * (LONG + 1), {"transfer-encoding": "chunked"}, False),
        ([b"{}"], {"content-length": str(LONG + 1)}, False),
        ([b"{}"], {"content-length": "9" * 18}, False),
        ([b"{}"], {"content-length": "9" * 100_000}, False),
        ([b"{}"], {"content-length": "abc"}, True),
        ([b"{}"], {"content-length": "-1"}, True),
        ([b"{}"], {"content-length": "\u00b2"}, True),
    ],
)
def test_a_body_is_bounded(
    client: Client, chunks: list[bytes], declared: dict[str, str], fits: bool
) -> None:
    """By its declared and its real length; 413 with the documented error."""
    headers = {"content-type": "application/json", **declared}
    reply = client.send("POST", "/acme/echo", headers, chunks)
    assert example(reply) == ("echoed" if fits else "large")
    assert reply.kind == (None if fits else "body-too-large")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/acme/private", {"content-type": "application/json"}, 401),
        ("/acme/echo", {"content-type": "text/plain"}, 415),
        ("/acme/echo", {"content-type": "application/json", "content-length": str(LONG + 1)}, 413),
        ("/acme/things/7", {}, 405),
        ("/acme/nothing", {}, 404),
    ],
)
def test_a_refused_body_is_not_read(
    client: Client, path: str, headers: dict[str, str], status: int
) -> None:
    """A client that waits for `100 Continue` is spared sending it."""
    reply = client.send("POST", path, {"content-length": "100", **headers}, [])
    assert reply.status == status


SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "path": "/acme/echo",
    "raw_path": b"/acme/echo",
    "query_string": b"",
    "headers": [(b"content-type", b"application/json")],
    "client": ("127.0.0.1", 1),
}


@pytest.mark.parametrize("before", [[], [b""], [b'{"a"'], [b'{"a"', b":1}"]])
def test_a_client_that_disconnects_gets_no_response(client: Client, before: list[bytes]) -> None:
    """Half a request is not validated, even where that would be possible."""
    chunks = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in before]
    assert client.exchange(SCOPE, [*chunks, {"type": "http.disconnect"}]) == []


def test_messages_may_leave_out_their_defaults(client: Client) -> None:
    """ASGI: `body` is empty and `more_body` false unless they say otherwise."""
    start, _ = client.exchange(SCOPE, [{"type": "http.request"}])
    assert start["status"] == 400


@pytest.mark.parametrize("target", ["/acme/things/a%2Fb", "/acme/things/a%20b", "/acme/things/%ff"])
def test_a_path_is_read_as_it_was_sent(client: Client, target: str) -> None:
    """An encoded slash is part of a parameter."""
    assert example(client.get(target)) == "got"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/acme/things/7", "got"),
        ("/acme/things/a b", "got"),
        ("/acme/things/caf\u00e9", "got"),
        ("/acme/things/100%", "got"),
        ("/acme/things/\ud800", "got"),
        ("/acme/things/a:b,c;d=e", "got"),
        ("/beta/v2/things", "listed"),
        ("/acme/things/a/b", "gone"),
    ],
)
@pytest.mark.parametrize("missing", [{"raw_path": None}, {"raw_path": b""}])
def test_a_server_need_not_provide_the_raw_path(
    client: Client, path: str, expected: str, missing: dict[str, Any]
) -> None:
    """It is optional in ASGI; the decoded path is encoded again."""
    assert example(client.get("/", path=path, **missing)) == expected


def test_a_scope_may_lack_what_asgi_leaves_optional(client: Client) -> None:
    """No raw path, no client, no server."""
    scope = {k: v for k, v in SCOPE.items() if k not in ("raw_path", "client")}
    start, _ = client.exchange(scope, [{"type": "http.request", "body": b"{}"}])
    assert start["status"] == 200


@pytest.mark.parametrize(
    "target",
    [
        b"/acme/things/\xff\xfe",
        b"/acme/things/\x00",
        b"/acme/things/\r\n",
        b"/acme/things/caf\xc3\xa9?q=\xc3\xa9&\xff=\xff",
        b"/acme/things/%zz%?%zz%=%&=&&",
        b"/acme/things/" + b"a" * 100_000,
    ],
)
def test_odd_bytes_are_just_values(client: Client, target: bytes) -> None:
    """In the path and in the query."""
    assert example(client.get(target)) == "got"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([("prefer", "code=201"), ("prefer", "example=created")], "created"),
        ([("prefer", "wait=1"), ("prefer", "code=201")], "created"),
        ([("accept", "text/html"), ("accept", "application/json")], "created"),
        ([("accept", "application/json"), ("accept", "text/html")], "created"),
    ],
)
def test_a_field_in_several_lines_is_one_list(
    client: Client, lines: list[tuple[str, str]], expected: str
) -> None:
    """RFC 9110 section 5.3."""
    assert example(client.send("POST", "/acme/things", lines)) == expected


def test_cookies_in_several_lines_are_one() -> None:
    """RFC 9113 section 8.2.3, as HTTP/2 splits them."""
    schemes = {"Keyed": {"type": "apiKey", "in": "cookie", "name": "session"}}
    one = {"/a": {"get": {"responses": {"200": response("in")}}}}
    client = Client(contract(one, schemes=schemes, security=[{"Keyed": []}]))
    for lines in (["a=b", "session=test-key"], ["session=test-key", "a=b"], ["session=test-key"]):
        assert client.get("/acme/a", [("cookie", line) for line in lines]).status == 200


def test_a_credential_in_two_lines_is_not_the_good_one(client: Client) -> None:
    """A list of keys is not a key, whichever comes last."""
    for keys in (["test-key", "x"], ["x", "test-key"]):
        assert client.get("/acme/private", [("x-key", key) for key in keys]).status == 401


def test_a_response_is_not_shared(client: Client) -> None:
    """A caller who changes a message does not change later responses."""
    scope = {**SCOPE, "method": "GET", "path": "/acme/things", "raw_path": b"/acme/things"}
    start, _ = client.exchange(scope, [])
    start["status"] = 599
    start["headers"] = []
    assert client.get("/acme/things").headers["content-type"] == "application/json"


# Control routes.


CONTROL = ["/_greenroom", "/_greenroom/", "/_greenroom/vendors", "/"]
CONTROL += ["/_greenroom/vendors/acme/openapi.json", "/_greenroom/nothing"]


@pytest.mark.parametrize(
    ("address", "open_to_it"),
    [
        (("127.0.0.1", 1), True),
        (("127.9.9.9", 1), True),
        (("::1", 1), True),
        (("::ffff:127.0.0.1", 1), True),
        (None, True),
        (("10.0.0.1", 1), False),
        (("0.0.0.0", 1), False),
        (("::ffff:10.0.0.1", 1), False),
        (("fe80::1%eth0", 1), False),
        (("localhost", 1), False),
        (("unknown", 1), False),
        (("", 1), False),
    ],
)
@pytest.mark.parametrize("path", CONTROL)
def test_control_routes_are_for_loopback(
    client: Client, path: str, address: tuple[str, int] | None, open_to_it: bool
) -> None:
    """A name in place of an address comes from a forwarding header, so it proves nothing."""
    status = client.get(path, client=address).status
    assert (status != 403) == open_to_it


TOKENS = {
    "Bearer s3cret": True,
    "bearer s3cret": True,
    "Bearer  s3cret ": True,
    "Bearer S3cret": False,
    "Bearer s3cret2": False,
    "Bearer": False,
    "Bearer ": False,
    "Basic s3cret": False,
    "s3cret": False,
    "": False,
    "Bearer \xff": False,
}


@pytest.mark.parametrize("value", TOKENS)
@pytest.mark.parametrize("address", [("127.0.0.1", 1), ("10.0.0.1", 1)])
def test_a_control_token_opens_them_to_all_who_have_it(value: str, address: Any) -> None:
    """To nobody else, not even on this machine."""
    client = Client(vendor("acme"), control_token="s3cret")
    reply = client.get("/_greenroom/vendors", {"authorization": value}, client=address)
    assert (reply.status == 200) == TOKENS[value]


@pytest.mark.parametrize("address", [("127.0.0.1", 1), ("10.0.0.1", 1), ("unknown", 1)])
@pytest.mark.parametrize("token", [None, "s3cret"])
def test_health_is_for_everybody(address: Any, token: str | None) -> None:
    """A container platform asks from outside."""
    reply = Client(vendor("acme"), control_token=token).get("/_greenroom/health", client=address)
    assert reply.status == 200
    assert reply.json["status"] == "ok"


@pytest.mark.parametrize("host", ["api.acme.test", "beta.test", "127.0.0.1"])
@pytest.mark.parametrize("at_root", [True, False])
def test_control_routes_are_there_under_every_host(host: str, at_root: bool) -> None:
    """No contract can take them; `test_access.py` has which host needs the token."""
    client = SignedIn(vendor("acme", "https://api.acme.test"), at_root=at_root)
    assert client.get("/_greenroom/health", {"host": host}).status == 200
    assert client.get("/_greenroom/nothing", {"host": host}).status == 404


@pytest.mark.parametrize("host", ["[::1", "[", "]", "a[b", "[v1.x", ""])
@pytest.mark.parametrize("path", ["/_greenroom/", "/_greenroom/vendors"])
def test_a_host_that_is_not_valid_is_no_reason_to_fail(path: str, host: str) -> None:
    """The pages then name the server by its loopback address."""
    reply = SignedIn(vendor("acme")).get(path, {"host": host})
    assert reply.status == 200


@pytest.mark.parametrize("path", ["/_greenroom/health", "/_greenroom/", "/_greenroom/vendors"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_control_routes_are_read_only(client: Client, path: str, method: str) -> None:
    """405 with `Allow`."""
    reply = client.send(method, path)
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "path",
    [
        "/_greenroom/nothing",
        "/_greenroom/vendors/",
        "/_greenroom/vendors/nobody/openapi.json",
        "/_greenroom/vendors/acme",
        "/_greenroom/vendors/acme/",
        "/_greenroom/vendors/acme/other.json",
        "/_greenroom/vendors/acme/openapi.json/",
        "/_greenroom/x/vendors/acme/openapi.json",
        "/_greenroom/health/",
        "/_greenroom//vendors",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_other_control_route_is_404(client: Client, path: str, method: str) -> None:
    """It says where the console is."""
    reply = client.send(method, path)
    assert reply.status == 404
    assert "/_greenroom/" in reply.json["detail"]


def test_a_contract_is_served_as_json(client: Client) -> None:
    """The document that the mock was made of."""
    reply = client.get("/_greenroom/vendors/acme/openapi.json")
    assert reply.headers["content-type"] == "application/json"
    assert reply.json["paths"] == json.loads(json.dumps(PATHS))


def test_the_vendors_are_listed_with_url_and_credential() -> None:
    """As the client that asks reaches them."""
    client = SignedIn(vendor("acme"), vendor("beta"))
    vendors = client.get("/_greenroom/vendors", {"host": "mock.test:9000"}).json
    assert vendors["acme"]["url"] == "http://mock.test:9000/acme"
    assert vendors["acme"]["credentials"] == [
        {"in": "header", "name": "X-Key", "value": "test-key"}
    ]
    assert vendors["beta"]["contract"].endswith("/_greenroom/vendors/beta/openapi.json")


def test_a_websocket_is_closed_before_it_is_accepted(client: Client) -> None:
    """A server then sends its client a 403; without it, a 500."""
    scope = {
        "type": "websocket",
        "path": "/acme/things",
        "raw_path": b"/acme/things",
        "headers": [],
    }
    sent = client.exchange(scope, [{"type": "websocket.connect"}])
    assert [message["type"] for message in sent] == ["websocket.close"]


def test_the_lifespan_of_a_server_is_acknowledged(client: Client) -> None:
    """ASGI lifespan protocol."""
    received = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = client.exchange({"type": "lifespan"}, received)
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
