"""What passes the proxy is what was sent, in both directions and at once."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from checked import things
from proxied import Proxied, proxied
from sockets import asked, connected, everything

from raw_servers import Connection, raw_server, response

_OF_THE_CONNECTION = ("connection", "transfer-encoding", "keep-alive")
_JSON = b"Content-Type: application/json\r\n"
_ZIPPED = gzip.compress(b'{"id": "1", "name": "a"}', mtime=0)

Facts = tuple[int, str, list[tuple[str, str]], bytes]


def facts(address: tuple[str, int], path: str, method: str = "GET") -> Facts:
    """Status, reason, header fields but those of the connection, and body of a response."""
    client = http.client.HTTPConnection(*address, timeout=10)
    client.request(method, path)
    received = client.getresponse()
    body = received.read()
    fields = [f for f in received.getheaders() if f[0].lower() not in _OF_THE_CONNECTION]
    client.close()
    return received.status, received.reason, fields, body


_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
_RESPONSES = (
    b"200 All Is Well\r\nx-UPPER-lower: 1\r\n" + _JSON + b"Content-Length: 2\r\n\r\n[]",
    b"200 OK\r\nSet-Cookie: b=2\r\nX-A: 1\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n",
    b"200 OK\r\nX-Latin: caf\xe9\r\nContent-Length: 4\r\n\r\n\x00\xff\x80\n",
    b"200 \r\nContent-Length: 1\r\n\r\nx",
    b"599 Odd\r\nContent-Length: 1\r\n\r\nx",
    b"200 OK\r\n" + _CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n",
    b"200 OK\r\nConnection: close\r\nX-End: 2\r\n\r\nuntil the end",
    b"302 Found\r\nLocation: https://elsewhere.invalid/x\r\nContent-Length: 0\r\n\r\n",
    b"204 No Content\r\nX-A: 1\r\n\r\n",
    b'304 Not Modified\r\nETag: W/"x"\r\nContent-Length: 900\r\n\r\n',
    b"200 OK\r\n"
    + _JSON
    + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(_ZIPPED), _ZIPPED),
    b"200 OK\r\n" + _JSON + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\n\xff\x00a",
)


@pytest.fixture(scope="module")
def places() -> Iterator[tuple[tuple[str, int], Proxied]]:
    """The address of a server that sends the responses by number, and a proxy to it."""

    def talk(connection: Connection) -> None:
        while request := connection.request():
            number = int(request.split(b" ")[1].rpartition(b"/")[2])
            connection.send(b"HTTP/1.1 " + _RESPONSES[number])
            if b"Connection: close" in _RESPONSES[number]:
                return

    with raw_server(talk) as url, proxied(things(), url) as proxy:
        host, _, port = url.removeprefix("http://").partition(":")
        yield (host, int(port)), proxy


@pytest.mark.parametrize("number", range(len(_RESPONSES)))
def test_a_response_passes_as_it_came(places: tuple[tuple[str, int], Proxied], number: int) -> None:
    """Status, reason phrase, names and order of fields, and every byte of the body."""
    address, proxy = places
    passed = facts(proxy.address, f"/things/things/{number}")
    assert passed == facts(address, f"/things/{number}")


def saying(data: bytes) -> Callable[[Connection], None]:
    """A server that sends the same bytes to everybody."""

    def talk(connection: Connection) -> None:
        if connection.request():
            connection.send(data)

    return talk


def test_what_a_connection_names_belongs_to_it() -> None:
    """So it does not pass (RFC 9110 section 7.6.1)."""
    sent = (
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\nConnection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 0\r\n\r\n"
    )
    with raw_server(saying(sent)) as url, proxied(things(), url) as proxy:
        fields = facts(proxy.address, "/things/things/1")[2]
    assert fields == [("X-A", "1"), ("Content-Length", "0")]


def test_the_response_to_head_passes_as_it_came() -> None:
    """Its length is that of a body which does not come."""
    sent = b"HTTP/1.1 200 OK\r\nContent-Length: 77\r\nX-A: 1\r\n\r\n"
    with raw_server(saying(sent)) as url, proxied(things(), url) as proxy:
        status, _, fields, body = facts(proxy.address, "/things/things/1", "HEAD")
    assert (status, fields, body) == (200, [("Content-Length", "77"), ("X-A", "1")], b"")
    assert proxy.report.findings == ()


@pytest.mark.parametrize(
    ("sent", "arrived"),
    [
        (
            b"GET /things/things/a%20~%7e?q=%7E&&b=%zz HTTP/1.1\r\nhost: me\r\nX-KeY: k\r\n"
            b"Accept-Encoding: br\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: x-hop, close\r\n"
            b"X-Hop: 1\r\nTE: trailers\r\nProxy-Connection: close\r\n\r\n",
            b"GET /things/a%20~%7e?q=%7E&&b=%zz HTTP/1.1\r\nhost: HERE\r\nX-KeY: k\r\n"
            b"Accept-Encoding: br\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n",
        ),
        (
            b"POST /things/things HTTP/1.1\r\nHost: me\r\nContent-Length: 2\r\n"
            b"Connection: close\r\n\r\n{}",
            b"POST /things HTTP/1.1\r\nHost: HERE\r\nContent-Length: 2\r\n\r\n{}",
        ),
        (
            b"GET /things/things HTTP/1.0\r\nHost: me\r\n\r\n",
            b"GET /things HTTP/1.1\r\nHost: HERE\r\n\r\n",
        ),
        (b"GET /things/things HTTP/1.0\r\n\r\n", b"GET /things HTTP/1.1\r\nHost: HERE\r\n\r\n"),
        (
            b"POST /things/things HTTP/1.1\r\nHost: me\r\nContent-Length: 2\r\n"
            b"Connection: close, host, content-length\r\n\r\n{}",
            b"POST /things HTTP/1.1\r\nHost: HERE\r\nContent-Length: 2\r\n\r\n{}",
        ),
        (
            b"GET /things?q=1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n",
            b"GET /?q=1 HTTP/1.1\r\nHost: HERE\r\n\r\n",
        ),
    ],
)
def test_a_request_passes_as_it_came(sent: bytes, arrived: bytes) -> None:
    """Target, names and order of fields, body; `Host` becomes that of the sandbox, `Via` is new."""
    seen: list[bytes] = []

    def talk(connection: Connection) -> None:
        if request := connection.request():
            seen.append(request)
            connection.send(response())

    with raw_server(talk) as url, proxied(things(), url) as proxy:
        assert asked(proxy.address, sent).startswith(b"HTTP/1.1 200 OK\r\n")
    via = b"\r\nVia: 1.%d greenroom\r\n\r\n" % (b"HTTP/1.1" in sent)
    arrived = arrived.replace(b"HERE", url.removeprefix("http://").encode())
    assert seen == [arrived.replace(b"\r\n\r\n", via)]


def test_a_body_in_chunks_is_sent_in_chunks() -> None:
    """Whose boundaries may differ, but not its bytes.

    With one length only, or a server that prefers the other one would see a second request.
    """
    seen: list[bytes] = []

    def talk(connection: Connection) -> None:
        data = connection.request()
        while data and not data.endswith(b"0\r\n\r\n"):
            data += connection.receive()
        if data:
            seen.append(data)
            connection.send(response())

    sent = (
        b"POST /things/things HTTP/1.1\r\nHost: me\r\nContent-Length: 4\r\n"
        b"Transfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n3;a=b\r\n{  \r\n1\r\n}\r\n0\r\n\r\n"
    )
    with raw_server(talk) as url, proxied(things(), url) as proxy:
        asked(proxy.address, sent)
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head
    assert b"".join(body.split(b"\r\n")[1::2]) == b"{  }"


def test_a_piece_of_a_response_passes_before_the_next_is_sent() -> None:
    """As a stream of events needs it; the body is judged when it is complete."""
    received = threading.Event()

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\n" + _JSON + b'Content-Length: 24\r\n\r\n{"id": "1", ')
        assert received.wait(10)
        connection.send(b'"name": "a"}')

    with (
        raw_server(talk) as url,
        proxied(things(), url) as proxy,
        connected(proxy.address) as caller,
    ):
        caller.sendall(b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n")
        first = b""
        while not first.endswith(b'"1", '):
            first += caller.recv(65536)
        received.set()
        assert everything(caller) == b'"name": "a"}'
    assert proxy.report.exit_code == 0


def test_a_large_upload_passes_while_it_is_sent() -> None:
    """The sandbox reads before the caller has sent everything; none of it is kept."""
    piece, number = bytes(range(256)) * 4096, 24
    begun, seen = threading.Event(), hashlib.sha256()

    def talk(connection: Connection) -> None:
        left = number * len(piece)
        data = connection.head()
        while data and left:
            if data := connection.receive():
                begun.set()
                seen.update(data)
                left -= len(data)
        connection.send(response(b'{"id": "1", "name": "a"}', b"201 Created"))

    with raw_server(talk) as url, proxied(things(), url) as proxy, connected(proxy.address) as c:
        c.sendall(b"POST /things/things HTTP/1.1\r\nHost: me\r\nContent-Type: text/plain\r\n")
        c.sendall(b"Connection: close\r\nContent-Length: %d\r\n\r\n" % (number * len(piece)))
        c.sendall(piece)
        assert begun.wait(10)
        for _ in range(number - 1):
            c.sendall(piece)
        assert everything(c).startswith(b"HTTP/1.1 201 Created")
    assert seen.digest() == hashlib.sha256(piece * number).digest()
    assert [o.operation for o in proxy.report.operations if o.examined] == ["createThing"]


def test_a_request_that_its_caller_cancels_is_cancelled() -> None:
    """The sandbox sees that nobody waits any longer; the exchange is recorded without response."""
    gone = threading.Event()

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun")
        if not connection.receive():
            gone.set()

    with raw_server(talk) as url, proxied(things(), url) as proxy:
        with connected(proxy.address) as caller:
            caller.sendall(b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\n\r\n")
            received = b""
            while b"begun" not in received:
                received += caller.recv(65536)
        assert gone.wait(10)
    assert "only refusals were recorded" in [o.why_not for o in proxy.report.operations]


def test_a_response_that_breaks_off_breaks_off_for_the_caller() -> None:
    """It must not look complete."""

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")

    with raw_server(talk) as url, proxied(things(), url) as proxy:
        received = asked(proxy.address, b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\n\r\n")
    assert b"\r\n\r\n3\r\nabc\r\n" in received
    assert b"0\r\n\r\n" not in received.partition(b"abc")[2]


@pytest.mark.parametrize(
    ("talk", "status"),
    [
        (lambda connection: connection.rest(), b"504 Gateway Timeout"),
        (lambda connection: connection.request(), b"502 Bad Gateway"),
        (lambda connection: connection.send(b"SSH-2.0-x\r\n\r\n"), b"502 Bad Gateway"),
    ],
)
def test_a_sandbox_without_a_response_is_told_apart_from_its_own_errors(
    talk: Callable[[Connection], None], status: bytes
) -> None:
    """By problem details with our header field."""
    sent = b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n"
    with raw_server(talk) as url, proxied(things(), url, timeout=0.2) as proxy:
        received = asked(proxy.address, sent)
    assert received.startswith(b"HTTP/1.1 " + status)
    assert b"x-greenroom-refusal: sandbox-" in received
    assert proxy.report.exit_code == 2


def test_a_sandbox_that_cannot_be_reached_is_a_bad_gateway() -> None:
    """Nobody listens there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with proxied(things(), url) as proxy:
        assert facts(proxy.address, "/things/things/1")[0] == 502
