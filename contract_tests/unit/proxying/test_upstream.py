"""Where a request of a caller goes."""

from __future__ import annotations

import ssl
import time
from copy import deepcopy
from http.client import HTTPConnection
from pathlib import Path

import pytest
import trustme
from checked import DOCUMENT, things
from proxied import proxied
from sockets import asked

from greenroom.errors import GreenroomError
from greenroom_contracts.proxying.upstream import Upstream
from greenroom_contracts.sending.target import Target
from raw_servers import Connection, raw_server, response

HOST = "https://sandbox.invalid"


def upstream(to: str, *servers: str) -> Upstream:
    """The sandbox of a contract with these servers."""
    document = deepcopy(DOCUMENT)
    document["servers"] = [{"url": url} for url in servers]
    return Upstream(things(document), Target(to, "", ""), 1)


@pytest.mark.parametrize(
    ("to", "path", "url"),
    [
        (f"{HOST}/api/v1", "/api/v1/things?q=%7E", f"{HOST}/api/v1/things?q=%7E"),
        (f"{HOST}/prefix/api/v1", "/api/v1/things", f"{HOST}/prefix/api/v1/things"),
        (f"{HOST}/prefix/api/v1", "/other/things", f"{HOST}/prefix/other/things"),
        (f"{HOST}/%61pi/v1", "/api/v1/things", f"{HOST}/api/v1/things"),
        (f"{HOST}/elsewhere", "/api/v1/things", f"{HOST}/elsewhere/things"),
        (f"{HOST}/elsewhere", "/other/things", f"{HOST}/other/things"),
        (HOST, "/api/v1/things", f"{HOST}/things"),
        (HOST, "/api/v1things", f"{HOST}/api/v1things"),
    ],
)
def test_a_path_goes_below_the_base_url(to: str, path: str, url: str) -> None:
    """As a check finds its operations there: what stands before the base path is kept."""
    assert upstream(to, "https://real.invalid/api/v1", "https://x.invalid/other").url(path) == url


@pytest.mark.parametrize("path", ["", "/things", "/?q=1"])
def test_without_base_path_every_path_is_the_vendors(path: str) -> None:
    """With what stands before it."""
    assert upstream(f"{HOST}/~me/things", HOST).url(path) == f"{HOST}/~me/things{path}"


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "ftp://x"), ("SSL_CERT_FILE", "missing.pem")],
)
def test_what_the_environment_names_wrongly_is_told(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a traceback."""
    for other in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_PROXY", "no_proxy", "https_proxy"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, value)
    with pytest.raises(GreenroomError, match=r"environment|SSL_CERT_FILE"):
        upstream(HOST, HOST)


def certified(folder: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool) -> ssl.SSLContext:
    """What a server speaks TLS with, whose authority is that of the environment or not."""
    authority, root = trustme.CA(), folder / "root.pem"
    (authority if is_trusted else trustme.CA()).cert_pem.write_to_path(str(root))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(root))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize("is_trusted", [True, False])
def test_the_certificate_of_a_sandbox_is_verified(
    is_trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the CA bundle that the environment names, as in a check."""
    context = certified(tmp_path, monkeypatch, is_trusted)
    with (
        raw_server(lambda connection: answer(connection, context)) as url,
        proxied(things(), url.replace("http:", "https:")) as proxy,
    ):
        sent = b"GET /things/things/1 HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n"
        received = asked(proxy.address, sent)
    assert received.startswith(b"HTTP/1.1 200" if is_trusted else b"HTTP/1.1 502")


def answer(connection: Connection, context: ssl.SSLContext) -> None:
    """Respond to a request by TLS, if the other side wants to go on."""
    with connection.encrypted(context) as encrypted:
        if encrypted.request():
            encrypted.send(response(b'{"id": "1", "name": "a"}'))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "longer",
    [
        b"200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"204 No Content\r\n\r\n",
        b"200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ],
)
def test_what_follows_a_response_is_never_the_next_response(longer: bytes, method: str) -> None:
    """Its connection is closed (RFC 9112 section 9.2) and told once; others are used again."""
    usual = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    evil = b"HTTP/1.1 " + longer + usual.replace(b"OK", b"EVIL")
    seen: list[int] = []

    def talk(connection: Connection) -> None:
        while request := connection.request():
            seen.append(id(connection))
            connection.send(evil if b"evil" in request else usual)

    with raw_server(talk) as url, proxied(things(), url) as proxy:
        client = HTTPConnection(*proxy.address, timeout=10)
        for path in ("1", "2", "evil", "3", "evil", "4", "5"):
            client.request(method, f"/things/things/{path}")
            received = client.getresponse()
            received.read()
            assert received.reason != "EVIL"
        client.close()
    assert [seen.index(each) for each in seen] == [0, 0, 0, 3, 3, 5, 5]
    warnings = [line for line in proxy.told if line.startswith("warning")]
    assert ["/things/evil was" in line for line in warnings] == [True]
    assert any(note.startswith("2 responses were followed") for note in proxy.report.notes)


def test_another_tls_record_is_never_the_next_response(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it came with the response or later, but before the next request."""
    context = certified(tmp_path, monkeypatch, True)
    usual = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    seen: list[int] = []

    def talk(connection: Connection) -> None:
        with connection.encrypted(context) as encrypted:
            while encrypted.request():
                seen.append(connection.number)
                encrypted.send(usual)
                encrypted.send(usual.replace(b"OK", b"EVIL"))

    with raw_server(talk) as url, proxied(things(), url.replace("http:", "https:")) as proxy:
        client = HTTPConnection(*proxy.address, timeout=10)
        for path in ("1", "2"):
            client.request("GET", f"/things/things/{path}")
            received = client.getresponse()
            received.read()
            assert received.reason == "OK"
            # What arrives after the next request cannot be told from its response.
            time.sleep(0.3)
        client.close()
    assert seen == [1, 2]
