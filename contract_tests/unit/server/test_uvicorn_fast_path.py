"""Responses are written straight to uvicorn's connections."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from contracts import contract, response

from greenroom.mock.response.prepared import prepare
from greenroom.server import uvicorn_fast_path
from greenroom.server.app import build_app
from greenroom.server.run import Server, listen

JSON = {"content": {"application/json": {"schema": {"type": "object", "required": ["a"]}}}}
LARGE = "x" * 100_000
PATHS: dict[str, Any] = {
    "/things": {
        "get": {"responses": {"200": response("thing")}},
        "post": {
            "requestBody": JSON,
            "responses": {"201": response("made"), "400": response("no")},
        },
        "delete": {"responses": {"204": {"description": "Gone."}}},
    },
    "/large": {"get": {"responses": {"200": response(LARGE)}}},
}
# By name a method, a target, a body, and the status of the response.
REQUESTS = {
    "a response": ("GET", "/things", b"", 200),
    "a response without a body": ("DELETE", "/things", b"", 204),
    "an accepted body": ("POST", "/things", b'{"a":1}', 201),
    "a refused body": ("POST", "/things", b"{}", 400),
    "a method that is not there": ("PUT", "/things", b"", 405),
    "a path that is not there": ("GET", "/other", b"", 404),
    "no body to HEAD": ("HEAD", "/things", b"", 200),
    "a large response": ("GET", "/large", b"", 200),
}


class Connection:
    """A connection that gives responses as they came over the wire."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=10)
        self._received = b""

    def send(self, method: str, target: str, body: bytes = b"", *fields: str) -> None:
        """Write a request."""
        lines = [f"{method} /acme{target} HTTP/1.1", "Host: localhost", *fields]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def reply(self, method: str = "GET") -> tuple[bytes, dict[bytes, bytes], bytes]:
        """The status line, the fields and the body of the next response."""
        head = self._until(lambda: self._received.find(b"\r\n\r\n") + 1)
        line, *fields = self._received[: head - 1].split(b"\r\n")
        self._received = self._received[head + 3 :]
        named = dict(field.split(b": ", 1) for field in fields)
        assert len(named) == len(fields)
        length = int(named.get(b"content-length", b"0")) if method != "HEAD" else 0
        self._until(lambda: len(self._received) >= length)
        body, self._received = self._received[:length], self._received[length:]
        return line, named, body

    def is_quiet(self) -> bool:
        """Whether nothing else came."""
        return not self._received

    def _until(self, there: Any) -> int:
        while not (found := there()):
            piece = self._socket.recv(65536)
            assert piece, self._received
            self._received += piece
        return int(found)

    def close(self) -> None:
        """Close it."""
        self._socket.close()


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """Where a server of the contract listens."""
    ready = threading.Event()
    with listen("127.0.0.1", 0) as sock:
        server = Server(build_app([contract(PATHS)]), ready.set)
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        assert ready.wait(10)
        yield sock.getsockname()[:2]
        server.should_exit = True
        thread.join()


@pytest.fixture
def connection(address: tuple[str, int]) -> Iterator[Connection]:
    """A connection to it."""
    opened = Connection(address)
    yield opened
    opened.close()


def test_the_installed_uvicorn_is_a_checked_version() -> None:
    """With any other, responses are sent by ASGI: slower, but correct."""
    assert uvicorn.__version__.rpartition(".")[0] in uvicorn_fast_path.KNOWN


@pytest.mark.parametrize("name", REQUESTS)
def test_a_response_equals_that_of_plain_asgi(name: str, address: tuple[str, int]) -> None:
    """Status line, fields and body; a response that closes the connection is sent by ASGI."""
    method, target, body, status = REQUESTS[name]
    kept, closed = Connection(address), Connection(address)
    kept.send(method, target, body)
    closed.send(method, target, body, "Connection: close")

    line, fields, content = kept.reply(method)
    by_asgi = closed.reply(method)

    assert line.startswith(b"HTTP/1.1 %d " % status)
    assert by_asgi[1].pop(b"connection") == b"close"
    assert re.fullmatch(rb"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", fields[b"date"])
    assert (line, {**fields, b"date": b""}, content) == (
        by_asgi[0],
        {**by_asgi[1], b"date": b""},
        by_asgi[2],
    )
    assert kept.is_quiet()
    kept.close()
    closed.close()


def test_requests_sent_at_once_get_responses_in_their_order(connection: Connection) -> None:
    """RFC 9112 section 9.3.2, also those whose body is refused."""
    asked = list(REQUESTS.values()) * 2
    for method, target, body, _ in asked:
        connection.send(method, target, body)

    lines = [connection.reply(method)[0] for method, *_ in asked]

    assert [int(line.split()[1]) for line in lines] == [status for *_, status in asked]


def test_an_expected_100_continue_is_sent_first(connection: Connection) -> None:
    """`Expect: 100-continue` (RFC 9110 section 10.1.1)."""
    connection.send("POST", "/things", b'{"a":1}', "Expect: 100-continue")

    assert connection.reply()[0] == b"HTTP/1.1 100 Continue"
    assert connection.reply()[0] == b"HTTP/1.1 201 Created"


def test_an_unread_body_does_not_disturb_the_next_request(connection: Connection) -> None:
    """The connection is used for the next request."""
    connection.send("PUT", "/things", b"x" * 100)
    connection.send("GET", "/things")

    assert connection.reply()[0].split()[1] == b"405"
    assert connection.reply()[0].split()[1] == b"200"


def test_other_servers_than_uvicorn_get_asgi_messages() -> None:
    """A test client, a middleware or another server."""

    async def send(message: Any) -> None:
        raise AssertionError(message)

    assert not uvicorn_fast_path.FastPath()(send, prepare(200, (), b""))


@pytest.mark.parametrize("name", ["a response", "an accepted body", "a refused body"])
def test_an_ordinary_response_needs_no_messages(
    name: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is written in one piece."""

    async def send(self: Any, message: Any) -> None:
        raise AssertionError(message)

    monkeypatch.setattr(uvicorn_fast_path.RequestResponseCycle, "send", send)
    method, target, body, status = REQUESTS[name]
    connection.send(method, target, body)

    assert int(connection.reply()[0].split()[1]) == status
