"""Tunnels and TLS lead to served contracts and to nothing else; no host is looked up."""

from __future__ import annotations

import base64
import json
import logging
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest
from contracts import contract, response
from sockets import Address, asked, connected, everything, listening, statuses

from greenroom.server.app import build_app
from greenroom.server.limits import Limits
from greenroom.server.tls.authority import Authority, without_names
from greenroom.server.tls.protocol import kind_of_connections

HOST = "api.acme.invalid"
SERVERS = [{"url": f"https://{HOST}/v1"}, {"url": "http://plain.acme.invalid:8080/v1"}]
TEXT = {"requestBody": {"content": {"text/plain": {"schema": {}}}}}
ACME = contract(
    {
        "/things": {
            "get": {"responses": {"200": response("thing")}},
            "post": {**TEXT, "responses": {"201": response("made")}},
        },
        "/large": {"get": {"responses": {"200": response("x" * 1_000_000)}}},
    },
    servers=SERVERS,
)
LIMITS = Limits(connections=30, head=2000, head_seconds=0.5, body_seconds=0.5)
GET = b"GET /v1/things HTTP/1.1\r\nHost: %b\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def authority() -> Authority:
    """What issues the certificates."""
    made = Authority(["mocks.test"])
    made.serve([ACME])
    return made


@contextmanager
def served(authority: Authority, limits: Limits) -> Iterator[Address]:
    """The address of a server with TLS."""
    with listening(build_app([ACME]), limits, kind=kind_of_connections(authority)) as found:
        yield found


@pytest.fixture(scope="module")
def address(authority: Authority) -> Iterator[Address]:
    """Where a server with small limits listens."""
    with served(authority, LIMITS) as found:
        yield found


@pytest.fixture(scope="module")
def client(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """What a client needs that trusts the root and nothing else."""
    root = tmp_path_factory.mktemp("tls") / "root.pem"
    authority.write_root(root)
    return ssl.create_default_context(cafile=str(root))


@pytest.fixture(autouse=True)
def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test, and no server in it, looks up a name but that of this machine."""
    look_up = socket.getaddrinfo

    def only_here(host: str, *more: object, **named: object) -> object:
        assert host in ("127.0.0.1", None), f"{host} was looked up"
        return look_up(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", only_here)


def connect(target: str = f"{HOST}:443", *fields: str) -> bytes:
    """A CONNECT request."""
    lines = (f"CONNECT {target} HTTP/1.1", f"Host: {target}", *fields, "", "")
    return "\r\n".join(lines).encode()


def basic(user: str, password: str = "") -> str:
    """A header field with the user of a proxy."""
    return "Proxy-Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def tunnel(address: Address, *request: str) -> socket.socket:
    """A connection on which CONNECT was accepted."""
    opened = connected(address)
    opened.sendall(connect(*request))
    assert opened.recv(65536) == b"HTTP/1.1 200 Connection Established\r\n\r\n"
    return opened


def secured(
    opened: socket.socket, client: ssl.SSLContext, name: str | None = HOST
) -> ssl.SSLSocket:
    """TLS on a connection."""
    return client.wrap_socket(opened, server_hostname=name)


@pytest.mark.parametrize("target", [f"{HOST}:443", f"{HOST.upper()}:443", f"{HOST}.:443"])
def test_a_tunnel_to_a_served_host_leads_to_its_mock(
    address: Address, client: ssl.SSLContext, target: str
) -> None:
    """By the certificate of that host and HTTP/1.1, at the vendor's own path."""
    with secured(tunnel(address, target), client) as opened:
        assert [name for _, name in opened.getpeercert()["subjectAltName"]] == [HOST]  # type: ignore[index]
        opened.sendall(GET % HOST.encode())
        received = everything(opened)
    assert statuses(received) == [200]
    assert b"x-greenroom-operation" in received


def test_a_tunnel_to_a_port_that_a_server_names_may_be_plain(address: Address) -> None:
    """Some clients use CONNECT for http as well."""
    with tunnel(address, "plain.acme.invalid:8080") as opened:
        opened.sendall(GET % b"plain.acme.invalid:8080")
        assert statuses(everything(opened)) == [200]


REFUSED = {
    "another host": ("other.invalid:443", 403),
    "a host that begins as a served one": (f"{HOST}.other.invalid:443", 403),
    "the parent of a served host": ("acme.invalid:443", 403),
    "this machine": ("localhost:443", 403),
    "an address": ("127.0.0.1:443", 403),
    "an address of IPv6": ("[::1]:443", 403),
    "a port that no server names": (f"{HOST}:8443", 403),
    "the port of another host": (f"{HOST}:8080", 403),
    "no port": (HOST, 400),
    "an empty host": (":443", 400),
    "a URL": (f"https://{HOST}/", 400),
    "a user": (f"user@{HOST}:443", 400),
    "a port of many digits": (f"{HOST}:{'4' * 400}", 400),
    "a path": ("/v1/things", 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_connect_to_anything_else_is_refused_with_a_reason(address: Address, name: str) -> None:
    """The connection ends, and nothing after it is a request."""
    target, status = REFUSED[name]
    received = asked(address, connect(target) + GET % HOST.encode())
    assert statuses(received) == [status]
    assert b"connection: close" in received
    detail = json.loads(received.partition(b"\r\n\r\n")[2])["detail"]
    assert "CONNECT" in detail or "no served contract" in detail or "not valid" in detail


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (f"http://{HOST}/v1/things", 200),
        (f"http://{HOST}:1234/v1/things", 200),
        ("http://localhost/acme/v1/things", 200),
        ("http://mocks.test/acme/v1/things", 200),
        ("http://[::1]:8080/acme/v1/things", 200),
        ("http://[::2]:8080/acme/v1/things", 403),
        ("http://other.invalid/acme/v1/things", 403),
        ("http://other.invalid/_greenroom/", 403),
    ],
)
def test_a_request_for_a_url_gets_a_response_for_a_host_that_is_ours(
    address: Address, target: str, status: int
) -> None:
    """Whatever its `Host` says (RFC 9112 section 3.2.2)."""
    head = f"GET {target} HTTP/1.1\r\nHost: ours.invalid\r\nConnection: close\r\n\r\n"
    assert statuses(asked(address, head.encode())) == [status]


@pytest.mark.parametrize("host", [b"other.invalid", b"plain.acme.invalid", b"localhost"])
def test_a_tunnel_leads_to_no_other_host(
    address: Address, client: ssl.SSLContext, host: bytes
) -> None:
    """Neither by `Host` nor by the target; without `Host` it is that of the tunnel."""
    for head in (
        GET % host,
        b"GET http://%b/v1/things HTTP/1.1\r\nHost: %b\r\n\r\n" % (host, host),
    ):
        with secured(tunnel(address), client) as opened:
            opened.sendall(head)
            assert statuses(opened.recv(65536)) == [421]
    with secured(tunnel(address), client) as opened:
        opened.sendall(b"GET /v1/things HTTP/1.0\r\n\r\n")
        assert statuses(everything(opened)) == [200]


def test_a_tunnel_in_a_tunnel_is_refused(address: Address, client: ssl.SSLContext) -> None:
    """And in TLS, so that one connection has one tunnel at most."""
    with secured(tunnel(address), client) as opened:
        opened.sendall(connect())
        assert statuses(opened.recv(65536)) == [400]
    with secured(connected(address), client, "localhost") as opened:
        opened.sendall(connect())
        assert statuses(opened.recv(65536)) == [400]
    with tunnel(address, "plain.acme.invalid:8080") as plain:
        plain.sendall(connect())
        assert statuses(plain.recv(65536)) == [400]


def test_the_user_of_the_proxy_chooses_the_space(address: Address, client: ssl.SSLContext) -> None:
    """The password means nothing; a header field of the request comes before it."""
    for more, space in ((b"", b"ada"), (b"X-Greenroom-Space: bob\r\n", b"bob")):
        with secured(tunnel(address, f"{HOST}:443", basic("ada", "any")), client) as opened:
            opened.sendall(GET[:-2] % HOST.encode() + more + b"\r\n")
            assert b"x-greenroom-space: %b\r\n" % space in everything(opened)
    for user, status in (("", 200), ("ada", 200), ("a b", 400)):
        head = f"GET http://{HOST}/v1/things HTTP/1.0\r\n{basic(user)}\r\n\r\n"
        received = asked(address, head.encode())
        assert statuses(received) == [status]
        assert (b"x-greenroom-space: ada" in received) == (user == "ada")


def test_the_journal_has_the_space_but_not_the_password_of_the_proxy(
    authority: Authority, client: ssl.SSLContext
) -> None:
    """As if the client had sent the one and not the other."""
    app = build_app([ACME])
    space, _ = app.app.access.spaces.put("ada")
    get = f"GET /acme/v1/things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{basic('ada')}\r\n\r\n"
    with listening(app, LIMITS, kind=kind_of_connections(authority)) as address:
        with secured(tunnel(address, f"{HOST}:443", basic("ada", "any")), client) as opened:
            opened.sendall(GET % HOST.encode())
            everything(opened)
        asked(address, get.encode())
    for entry in space.journal.after():
        assert entry.context.headers[b"x-greenroom-space"] == b"ada"
        assert b"proxy-authorization" not in entry.context.headers
    assert space.journal.last == 2


@pytest.mark.parametrize("field", ["Bearer abc", "Basic !", basic("../a")[21:]])
def test_an_authorization_that_names_no_space_is_refused(address: Address, field: str) -> None:
    """It would be lost without a word."""
    received = asked(address, connect(f"{HOST}:443", f"Proxy-Authorization: {field}"))
    assert statuses(received) == [400]


def test_the_port_speaks_tls_itself(address: Address, client: ssl.SSLContext) -> None:
    """By the name that the client sends, also a further name of this machine."""
    for name, host, path in (
        ("localhost", b"localhost", b"/acme/v1/things"),
        ("127.0.0.1", b"127.0.0.1", b"/acme/v1/things"),
        ("mocks.test", b"mocks.test", b"/acme/v1/things"),
        (HOST, HOST.encode(), b"/v1/things"),
    ):
        with secured(connected(address), client, name) as opened:
            opened.sendall((GET % host).replace(b"/v1/things", path, 1))
            assert statuses(everything(opened)) == [200]


@pytest.mark.parametrize("name", ["other.invalid", "plain.acme.invalid"])
def test_a_name_in_tls_that_is_not_that_of_the_tunnel_gets_no_certificate(
    address: Address, client: ssl.SSLContext, name: str
) -> None:
    """Nor does a name that is not served, outside of tunnels."""
    with tunnel(address) as opened, pytest.raises(ssl.SSLError, match="unrecognized name"):
        secured(opened, client, name)
    with connected(address) as opened, pytest.raises(ssl.SSLError, match="unrecognized name"):
        secured(opened, client, "other.invalid")


def test_a_name_in_tls_that_is_not_ascii_leaves_no_traceback(
    address: Address, client: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which Python would write, past everything that could catch it; all else is written."""
    written: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", without_names(written.append))
    hello = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), hello, server_hostname="a-name.invalid").do_handshake()
    with tunnel(address) as opened:
        opened.sendall(hello.read().replace(b"a-name", b"a\xffname"))
        assert everything(opened)[:1] == b"\x15"
    assert written == []
    for value, about in ((UnicodeDecodeError("ascii", b"", 0, 1, ""), "text"), (KeyError(), b"")):
        sys.unraisablehook(SimpleNamespace(exc_value=value, object=about))  # type: ignore[arg-type]
    assert len(written) == 2


def test_no_other_protocol_than_http_1_is_negotiated(
    address: Address, client: ssl.SSLContext
) -> None:
    """A client that offers HTTP/2 too gets HTTP/1.1."""
    client.set_alpn_protocols(["h2", "http/1.1"])
    with secured(tunnel(address), client) as opened:
        assert opened.selected_alpn_protocol() == "http/1.1"
    client.set_alpn_protocols(["h2"])
    with secured(tunnel(address), client) as opened:
        assert opened.selected_alpn_protocol() is None
        opened.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert statuses(opened.recv(65536)) == [400]
    client.set_alpn_protocols(["http/1.1"])


def test_bytes_after_connect_belong_to_the_tunnel(address: Address, client: ssl.SSLContext) -> None:
    """Also those that were sent before its response, byte by byte or at once."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    inner = client.wrap_bio(incoming, outgoing, server_hostname=HOST)
    with connected(address) as opened, pytest.raises(ssl.SSLWantReadError):
        inner.do_handshake()
    for step in (1, 100, 100_000):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        inner = client.wrap_bio(incoming, outgoing, server_hostname=HOST)
        with connected(address) as opened:
            with pytest.raises(ssl.SSLWantReadError):
                inner.do_handshake()
            sent = connect() + outgoing.read()
            for i in range(0, len(sent), step):
                opened.sendall(sent[i : i + step])
            received = b""
            while b"\r\n\r\n" not in received:
                received += opened.recv(65536)
            incoming.write(received.partition(b"\r\n\r\n")[2])
            while True:
                try:
                    inner.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    incoming.write(opened.recv(65536))
            assert inner.selected_alpn_protocol() == "http/1.1"
    received = asked(address, connect("plain.acme.invalid:8080") + GET % b"plain.acme.invalid")
    assert statuses(received) == [200, 200]


def test_connect_waits_for_no_other_response(address: Address) -> None:
    """It is refused after that to a request before it."""
    slow = b"POST /acme/v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
    before = slow + b"Content-Length: 1\r\n\r\na"
    received = asked(address, before + connect())
    assert statuses(received) in ([201, 200], [201, 400])


def test_silent_clients_are_ended_before_and_after_connect_and_in_the_handshake(
    authority: Authority, client: ssl.SSLContext
) -> None:
    """In plain text with a reason, elsewhere without a word."""
    hello = ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        client.wrap_bio(ssl.MemoryBIO(), hello, server_hostname=HOST).do_handshake()
    begun = hello.read()[:50]
    limits = Limits(head_seconds=0.5, body_seconds=0.5)
    with served(authority, limits) as address:
        silent, half = connected(address), connected(address)
        half.sendall(connect()[:20])
        established, handshake, direct = tunnel(address), tunnel(address), connected(address)
        handshake.sendall(begun)
        direct.sendall(begun)
        inside = secured(tunnel(address), client)
        halfway = secured(tunnel(address), client)
        halfway.sendall(b"GET /v1/th")
        body = secured(tunnel(address), client)
        body.sendall(
            b"POST /v1/things HTTP/1.1\r\nHost: %b\r\nContent-Type: text/plain\r\n"
            b"Content-Length: 5\r\n\r\na" % HOST.encode()
        )
        opened = (silent, half, established, handshake, direct, inside, halfway, body)
        began = time.monotonic()
        found = [statuses(everything(one)) for one in opened[:5]]
        # TLS goes on for a while, so that a client that still sends can read them.
        found += [statuses(one.recv(65536)) for one in opened[5:]]
        assert found == [[408], [408], [], [], [], [408], [408], [408]]
        assert time.monotonic() - began < 8
        for one in opened:
            one.close()
        assert statuses(asked(address, GET.replace(b"/v1", b"/acme/v1") % b"a")) == [200]


def test_a_client_that_does_not_read_is_ended(address: Address, client: ssl.SSLContext) -> None:
    """Within the time for a body without progress, so that responses do not fill the memory."""
    large = b"GET /v1/large HTTP/1.1\r\nHost: %b\r\n\r\n" % HOST.encode()
    with secured(tunnel(address), client) as opened:
        opened.sendall(large * 30)
        time.sleep(1.5)
        received = 0
        with suppress(ConnectionResetError):
            while piece := opened.recv(65536):
                received += len(piece)
        assert 0 < received < 25_000_000


def test_connections_are_counted_once_in_tunnels_and_in_tls(
    authority: Authority, client: ssl.SSLContext
) -> None:
    """As many as are allowed have their tunnels; the next gets 503."""
    with served(authority, Limits(connections=10)) as address:
        opened = [secured(tunnel(address), client) for _ in range(5)]
        opened += [tunnel(address) for _ in range(5)]  # type: ignore[misc]
        assert statuses(asked(address, b"")) == [503]
        for one in opened[:5]:
            one.sendall(GET % HOST.encode())
            assert statuses(everything(one)) == [200]
        for one in opened:
            one.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (connect(f"{HOST}:443", "X: " + "a" * 3000), 431),
        (connect(f"{'a' * 3000}.invalid:443"), 414),
    ],
)
def test_a_head_that_is_too_long_is_refused(address: Address, head: bytes, status: int) -> None:
    """That of CONNECT, in one piece and in two."""
    for cut in (len(head), len(head) // 2):
        with connected(address) as opened:
            opened.sendall(head[:cut])
            time.sleep(0.02)
            if cut < len(head):
                opened.sendall(head[cut:])
            assert statuses(everything(opened)) == [status]


def test_the_bounds_of_requests_hold_inside_of_tls(
    address: Address, client: ssl.SSLContext
) -> None:
    """Refusals arrive although the client still sends; large responses arrive as a whole."""
    with secured(tunnel(address), client) as opened:
        opened.sendall(b"GET / HTTP/1.1\r\nHost: %b\r\nX: " % HOST.encode() + b"a" * 5000)
        assert statuses(opened.recv(65536)) == [431]
    with secured(tunnel(address), client) as opened:
        opened.sendall((GET % HOST.encode()).replace(b"things", b"large"))
        assert len(everything(opened)) > 1_000_000


def test_a_client_that_does_not_trust_the_root_is_told_about(
    address: Address, caplog: pytest.LogCaptureFixture
) -> None:
    """In the log of the server, with the host."""
    logger = logging.getLogger("greenroom")
    logger.addHandler(caplog.handler)
    with tunnel(address) as opened, pytest.raises(ssl.SSLCertVerificationError):
        secured(opened, ssl.create_default_context())
    deadline = time.monotonic() + 5
    found: list[Any] = []
    while not found and time.monotonic() < deadline:
        time.sleep(0.01)
        records = [r for r in caplog.records if r.message == "TLS handshake failed"]
        found = [record.__dict__["members"] for record in records]
    logger.removeHandler(caplog.handler)
    assert found[0] == {"host": HOST, "reason": "TLSV1_ALERT_UNKNOWN_CA"}


def test_what_is_no_tls_and_no_http_ends_the_connection(address: Address) -> None:
    """On the port and in a tunnel; nothing is logged as a fault of ours."""
    assert statuses(asked(address, b"\x16\x03\x01" + b"\xff" * 100)) == []
    assert statuses(asked(address, b"\x80garbage\r\n\r\n")) == [400]
    with tunnel(address) as opened:
        opened.sendall(b"\x16" + b"garbage" * 100)
        assert statuses(everything(opened)) == []


def test_the_end_of_the_server_leaves_no_traceback(
    authority: Authority, client: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    """With tunnels in every state."""
    for name in ("uvicorn", "asyncio", "greenroom"):
        logging.getLogger(name).addHandler(caplog.handler)
    with served(authority, Limits()) as address:
        opened = [tunnel(address), tunnel(address), secured(tunnel(address), client)]
        opened[1].sendall(b"\x16\x03\x01\x00")
        opened += [secured(tunnel(address), client)]
        opened[3].sendall(b"GET /v1/lar")
        opened += [secured(tunnel(address), client)]
        opened[4].sendall((GET % HOST.encode()).replace(b"things", b"large"))
        time.sleep(0.1)
    for one in opened:
        one.close()
    for name in ("uvicorn", "asyncio", "greenroom"):
        logging.getLogger(name).removeHandler(caplog.handler)
    assert not [r for r in caplog.records if r.levelno > logging.WARNING or r.exc_info]
