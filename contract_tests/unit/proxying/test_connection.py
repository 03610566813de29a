"""No caller can fill or hold the proxy, and what it sends wrongly is refused."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack

import pytest
from checked import things
from proxied import proxied
from sockets import asked, connected, everything

from greenroom_contracts.proxying import connection
from raw_servers import Connection, raw_server, response
from servers import mocking, serving

GET = b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\n\r\n"
NEVER = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: me\r\nX: " + b"x" * 600_000, b"431"),
        (b"GET /\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: me\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: me\r\nTransfer-Encoding: gzip\r\n\r\n", b"501"),
        (b"GET / HTTP/1.1\r\nHost: me\r\nX Y: 1\r\n\r\n", b"400"),
        (b"GET /elsewhere HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n", b"404"),
        (b"GET /thingsx HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n", b"404"),
        (b"POST /things/things#/../x HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n", b"400"),
        (b"GET http://a.invalid/x HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n", b"404"),
        (b"CONNECT a.invalid:443 HTTP/1.1\r\nHost: a.invalid:443\r\n\r\n", b"404"),
        (b"GET /_greenroom/health HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n", b"200"),
    ],
)
def test_what_is_not_forwarded_has_a_response_of_the_proxy(sent: bytes, status: bytes) -> None:
    """And nothing is sent anywhere."""
    with proxied(things(), NEVER) as proxy:
        assert asked(proxy.address, sent).startswith(b"HTTP/1.1 " + status)
    assert proxy.report.exchanges == ()


def test_a_refused_upload_is_refused_while_it_is_sent() -> None:
    """Its caller reads why, although it has not sent everything."""
    sent = b"POST /things/unknown HTTP/1.1\r\nHost: me\r\nContent-Length: 9000000\r\n\r\n"
    with proxied(things(), NEVER) as proxy, connected(proxy.address) as caller:
        caller.sendall(sent + b"x" * 1_000_000)
        assert b" 403 " in everything(caller)


def test_a_caller_that_waits_for_100_is_told_to_continue() -> None:
    """Once its body is wanted."""
    sent = b"POST /things/quotes HTTP/1.1\r\nHost: me\r\nExpect: 100-continue\r\n"
    sent += b"Content-Type: application/json\r\nX-Key: test-key\r\nContent-Length: 13\r\n\r\n"
    with (
        serving(mocking(things())) as (url, seen),
        proxied(things(), url) as proxy,
        connected(proxy.address) as caller,
    ):
        caller.sendall(sent)
        assert caller.recv(65536).startswith(b"HTTP/1.1 100 ")
        caller.sendall(b'{"name": "n"}')
        assert caller.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert seen[0].body == b'{"name": "n"}'


def test_requests_that_are_sent_at_once_are_answered_in_their_order() -> None:
    """On one connection."""

    def talk(connection: Connection) -> None:
        while request := connection.request():
            connection.send(response(request.split(b" ")[1]))

    sent = b"".join(GET.replace(b"/1 ", b"/%d " % number) for number in range(3))
    with (
        raw_server(talk) as url,
        proxied(things(), url) as proxy,
        connected(proxy.address) as caller,
    ):
        caller.sendall(sent)
        received = b""
        while b"/things/2" not in received:
            received += caller.recv(65536)
    bodies = [part[:9] for part in received.split(b"\r\n\r\n")[1:]]
    assert bodies == [b"/things/0", b"/things/1", b"/things/2"]


@pytest.mark.parametrize("sent", [b"", b"GET /things HTTP/1.1\r\nHo"])
def test_a_caller_that_does_not_ask_is_let_go(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a response if it has begun to."""
    monkeypatch.setattr(connection, "_HEAD_SECONDS", 0.1)
    with proxied(things(), NEVER) as proxy:
        assert asked(proxy.address, sent)[:12] == (b"HTTP/1.1 408" if sent else b"")


def test_a_body_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox does not wait for it either."""
    monkeypatch.setattr(connection, "_IDLE_SECONDS", 0.1)
    sent = b"POST /things/things HTTP/1.1\r\nHost: me\r\nContent-Length: 9\r\n\r\n{"
    ended = []

    def talk(connection: Connection) -> None:
        while piece := connection.receive():
            ended.append(piece)
        ended.append(b"")

    with raw_server(talk) as url, proxied(things(), url) as proxy:
        assert asked(proxy.address, sent).startswith(b"HTTP/1.1 408")
    assert ended[-1] == b""


def test_a_caller_that_does_not_read_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox need not send the rest."""
    monkeypatch.setattr(connection, "_IDLE_SECONDS", 0.2)
    ended = threading.Event()

    def talk(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n")
        try:
            for _ in range(200):
                connection.send(b"x" * 1_000_000)
        except OSError:
            ended.set()

    with raw_server(talk) as url, proxied(things(), url) as proxy, socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.connect(proxy.address)
        caller.sendall(GET)
        assert ended.wait(10)


def test_connections_over_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those before it are served."""
    monkeypatch.setattr(connection, "_MOST_CONNECTIONS", 3)
    with proxied(things(), NEVER) as proxy, ExitStack() as stack:
        first, *_ = [stack.enter_context(connected(proxy.address)) for _ in range(3)]
        assert asked(proxy.address, GET).startswith(b"HTTP/1.1 503")
        first.sendall(b"GET / HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n")
        assert everything(first).startswith(b"HTTP/1.1 404")


def test_what_is_being_forwarded_when_the_proxy_ends_is_completed() -> None:
    """Connections without a request are closed."""

    def talk(connection: Connection) -> None:
        connection.request()
        arrived.set()
        assert may_end.wait(10)
        connection.send(response(b'{"id": "1", "name": "a"}'))

    arrived, may_end = threading.Event(), threading.Event()
    with raw_server(talk) as url, ExitStack() as stack:
        with proxied(things(), url) as proxy:
            idle, busy = (stack.enter_context(connected(proxy.address)) for _ in range(2))
            busy.sendall(GET)
            assert arrived.wait(10)
            threading.Thread(target=lambda: idle.recv(1) or may_end.set()).start()
        assert b" 200 OK" in everything(busy)
    assert proxy.report.exit_code == 0
