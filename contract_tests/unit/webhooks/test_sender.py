"""Webhooks are sent to the addresses that were decided, and to no others."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from greenroom.webhooks.destination import ReceiverError, Receivers, destination
from greenroom.webhooks.sender import MOST, ReceiverResponse, send
from raw_servers import Connection, raw_server
from servers import HttpResponse, serving

FIELDS = (("Content-Type", "application/json"),)
PROXIES = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def sent(url: str, timeout: float = 10, hosts: tuple[str, ...] = ()) -> ReceiverResponse:
    """The response to a webhook."""
    receiver = Receivers(hosts).allowed(url)
    return asyncio.run(send("POST", FIELDS, b"{}", receiver, timeout))


def test_a_named_host_is_looked_up_once_and_connected_to_by_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second answer could be another one; no proxy of the environment is asked either."""
    asked = []
    known = socket.getaddrinfo

    def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name != "127.0.0.1":
            asked.append(name)
            assert len(asked) == 1, "asked again"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return known(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with serving(lambda _: HttpResponse(204)) as (url, requests):
        port = url.rpartition(":")[2]
        found = sent(f"http://hooks.acme.test:{port}/in?a=b", hosts=("hooks.acme.test",))
    assert found.status == 204
    assert asked == ["hooks.acme.test"]
    (request,) = requests
    assert (request.line, request.headers["host"]) == (
        "POST /in?a=b",
        f"hooks.acme.test:{port}",
    )


def test_a_name_that_nobody_knows_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words of the operating system."""

    def look_up(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(ReceiverError, match="Name or service not known"):
        sent("http://hooks.acme.test/", hosts=("hooks.acme.test",))


def test_localhost_is_either_of_its_addresses() -> None:
    """A receiver may listen on one of them alone."""
    try:
        listener = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        # A machine without IPv6: then there is one address alone.
        assert destination("http://localhost/").addresses[0] == "127.0.0.1"
        return
    with listener:
        port = listener.getsockname()[1]
        with pytest.raises(ReceiverError, match="no response within"):
            sent(f"http://localhost:{port}/", timeout=0.2)
        connected, _ = listener.accept()
        assert b"POST / HTTP/1.1" in connected.recv(1000)
        connected.close()


def test_no_more_than_the_beginning_of_a_response_is_read() -> None:
    """As it was sent; nothing is unpacked."""

    def endless(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        connection.drip(b"x" * 4096, 0.0001)

    with raw_server(endless) as url:
        found = sent(url)
    assert (found.status, found.whole, found.body) == (200, False, b"x" * MOST)


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"]
)
def test_what_is_received_before_a_response_has_an_end(piece: bytes) -> None:
    """To read it would keep everybody else waiting."""

    def endless(connection: Connection) -> None:
        connection.request()
        connection.drip(piece * 1000, 0.0001)

    with raw_server(endless) as url, pytest.raises(ReceiverError, match="more than 262144 bytes"):
        sent(url)


def test_a_body_in_the_smallest_pieces_is_read_in_part() -> None:
    """Where they are mostly extensions of chunks (RFC 9112 section 7.1.1)."""

    def endless(connection: Connection) -> None:
        connection.request()
        connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.drip((b"1;" + b"e" * 1000 + b"\r\nx\r\n") * 64, 0.0001)

    with raw_server(endless) as url:
        found = sent(url)
    assert (found.status, found.whole) == (200, False)
    assert 0 < len(found.body) < MOST
