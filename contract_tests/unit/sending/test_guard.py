"""The guarded session sends the requests of the plan and no others."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from greenroom.contract.catalog import build
from greenroom.contract.loading.companion_files import CompanionFiles
from greenroom_contracts.sending.guard import ForbiddenRequestError, Guard
from greenroom_contracts.sending.rate_limit import RateLimiter
from greenroom_contracts.sending.session import GuardedSession

_ANSWER = {"responses": {"200": {"description": "Done"}}}
_PARAMETER = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_CONTRACT = build(
    {
        "openapi": "3.1.0",
        "info": {"title": "Guarded", "version": "1"},
        "paths": {
            "/things": {"get": {"operationId": "listThings", **_ANSWER}},
            "/things/{id}": {
                "parameters": [_PARAMETER],
                "get": {"operationId": "getThing", **_ANSWER},
                "delete": {"operationId": "deleteThing", **_ANSWER},
            },
            "/moved": {"get": {"operationId": "getMoved", **_ANSWER}},
        },
    },
    "guarded",
    "guarded.yaml",
)
_ALLOWED = ["listThings", "getThing", "getMoved"]


def guarded(base_url: str) -> GuardedSession:
    """A session that may send requests that only read."""
    return GuardedSession(Guard(_CONTRACT, base_url, _ALLOWED), RateLimiter({}))


class _Recorder(BaseHTTPRequestHandler):
    seen: list[str]

    def _note(self) -> None:
        self.seen.append(f"{self.command} {self.path}")
        self.send_response(302 if self.path == "/api/moved" else 200)
        self.send_header("Location", "/api/things")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = do_DELETE = do_HEAD = do_TRACE = do_OPTIONS = _note  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def recorder() -> Iterator[tuple[str, list[str]]]:
    """A loopback server that records requests: its base URL, and the requests."""
    seen: list[str] = []
    handler = type("Handler", (_Recorder,), {"seen": seen})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api", seen
        server.shutdown()


@pytest.mark.parametrize("path", ["/things", "/things/1", "/things?page=2", "/things/a%20b"])
def test_a_request_of_an_allowed_operation_is_sent(
    recorder: tuple[str, list[str]], path: str
) -> None:
    """It reaches the server exactly as it was written."""
    base_url, seen = recorder
    with guarded(base_url) as session:
        assert session.get(base_url + path).status_code == 200
    assert seen == [f"GET /api{path}"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/things/1"),
        ("POST", "/things"),
        ("HEAD", "/things"),
        ("OPTIONS", "/things"),
        ("TRACE", "/things"),
        ("GET", "/"),
        ("GET", "/things/1/2"),
        ("GET", "/other"),
        ("GET", "/../things"),
        ("GET", "/things/../../elsewhere"),
        ("GET", "/things/.."),
        ("GET", "/things/%2e%2e"),
        ("GET", "/things/%2E"),
        ("GET", "/things/%252e%252e"),
        ("GET", "/things/a%2Fb"),
        ("GET", "/things/a%5Cb"),
        ("GET", "/things/..;a"),
        ("GET", "/things?_method=DELETE"),
        ("GET", "x/things"),
    ],
)
def test_a_request_of_no_allowed_operation_is_not_sent(
    recorder: tuple[str, list[str]], method: str, path: str
) -> None:
    """Another method or path raises, and the server sees nothing."""
    base_url, seen = recorder
    with guarded(base_url) as session, pytest.raises(ForbiddenRequestError):
        session.request(method, base_url + path)
    assert seen == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/api/things",
        "https://127.0.0.1/api/things",
        "http://localhost/api/things",
        "http://vendor.example/api/things",
        "http://user@vendor.example/api/things",
    ],
)
def test_another_host_is_never_contacted(recorder: tuple[str, list[str]], url: str) -> None:
    """The same path at another scheme, host or port raises before anything is sent."""
    base_url, seen = recorder
    with guarded(base_url) as session, pytest.raises(ForbiddenRequestError):
        session.get(url)
    assert seen == []


def test_a_redirect_is_not_followed(recorder: tuple[str, list[str]]) -> None:
    """A redirect is a response like any other."""
    base_url, seen = recorder
    with guarded(base_url) as session:
        assert session.get(f"{base_url}/moved").status_code == 302
    assert seen == ["GET /api/moved"]


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method", "x-original-url"]
)
def test_a_method_override_is_not_sent(recorder: tuple[str, list[str]], name: str) -> None:
    """Some servers use its value in place of the method."""
    base_url, seen = recorder
    with guarded(base_url) as session, pytest.raises(ForbiddenRequestError):
        session.get(f"{base_url}/things", headers={name: "DELETE"})
    assert seen == []


def test_a_path_that_fits_two_operations_belongs_to_the_concrete_one() -> None:
    """A generated value of a path template may be the name of a concrete path."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Guarded", "version": "1"},
        "paths": {
            "/things/{id}": {"parameters": [_PARAMETER], "get": {"operationId": "get", **_ANSWER}},
            "/things/all": {"get": {"operationId": "spend", **_ANSWER}},
        },
    }
    guard = Guard(build(document, "guarded", "guarded.yaml"), "http://vendor.example", ["get"])
    assert guard.admit("GET", "http://vendor.example/things/one").id == "get"
    with pytest.raises(ForbiddenRequestError):
        guard.admit("GET", "http://vendor.example/things/all")


def test_a_mutation_is_not_sent_as_a_read() -> None:
    """The contract may declare that an operation only reads; the GraphQL document decides."""
    query = {"content": {"application/json": {"schema": {"type": "object"}}}}
    operation = {
        "operationId": "query",
        "x-effect": ["read"],
        "x-effect-reason": "Queries only.",
        "x-graphql": {"schema": "schema.graphql"},
        "requestBody": query,
        **_ANSWER,
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Guarded", "version": "1"},
        "paths": {"/graphql": {"post": operation}},
    }
    companions = CompanionFiles(
        texts={"schema.graphql": "type Query { a: Int } type Mutation { b: Int }"}
    )
    contract = build(document, "guarded", "guarded.yaml", companions)
    guard = Guard(contract, "http://vendor.example", ["query"])
    url = "http://vendor.example/graphql"
    assert guard.admit("POST", url, (), b'{"query": "{ a }"}').id == "query"
    for body in (b'{"query": "mutation { b }"}', b'{"query": "query X { a } mutation Y { b }"}'):
        with pytest.raises(ForbiddenRequestError, match="mutation"):
            guard.admit("POST", url, (), body)


_OWN = build(
    {
        "openapi": "3.1.0",
        "info": {"title": "Elsewhere", "version": "1"},
        "servers": [{"url": "https://vendor.example/v1"}],
        "paths": {
            "/things": {"get": {"operationId": "listThings", **_ANSWER}},
            "/files/{id}": {
                "servers": [{"url": "https://files.example/a%2Fb"}],
                "parameters": [_PARAMETER],
                "get": {"operationId": "getFile", **_ANSWER},
                "delete": {"operationId": "deleteFile", **_ANSWER},
            },
        },
    },
    "elsewhere",
    "elsewhere.yaml",
)


@pytest.mark.parametrize(
    ("path", "name"), [("/api/v1/things", "listThings"), ("/api/a%2Fb/files/1", "getFile")]
)
def test_an_operation_is_called_at_its_own_base_path(path: str, name: str) -> None:
    """The base path of each operation comes before its path."""
    guard = Guard(_OWN, "http://127.0.0.1/api/v1", ["listThings", "getFile"])
    assert guard.admit("GET", f"http://127.0.0.1{path}").id == name


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "http://127.0.0.1/api/v1/files/1"),
        ("GET", "http://127.0.0.1/a%2Fb/files/1"),
        ("GET", "http://127.0.0.1/api/a/b/files/1"),
        ("GET", "http://127.0.0.1/api/things"),
        ("GET", "https://files.example/a%2Fb/files/1"),
        ("GET", "http://127.0.0.1/api/a%2Fb/files/.."),
        ("GET", "http://127.0.0.1/api/a%2Fb/files/a%2Fb"),
        ("DELETE", "http://127.0.0.1/api/a%2Fb/files/1"),
    ],
)
def test_an_operation_is_called_at_no_other_base_path_or_host(method: str, url: str) -> None:
    """Neither at the contract's base path nor at the host that its servers name."""
    guard = Guard(_OWN, "http://127.0.0.1/api/v1", ["listThings", "getFile"])
    with pytest.raises(ForbiddenRequestError):
        guard.admit(method, url)
