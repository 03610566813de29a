"""Clients see a fault as they see a server that really does it."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import httpx
import httpx2
import pytest
from state_contract import API

from fault_clients import (
    CLIENTS,
    GET,
    HEAD,
    POST,
    by_async_httpx,
    by_httpx,
    by_requests,
    failure,
    patience_with,
)
from greenroom import GreenroomSpace, VendorMock
from greenroom.server.background import StartMock
from greenroom.testing.faults import Fault
from raw_servers import Connection, raw_server

BODY = b'{"things": []}'
RESPONSE = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(
    BODY
)


def late(connection: Connection) -> None:
    connection.request()
    connection.rest()
    connection.send(RESPONSE + BODY)


def silent(connection: Connection) -> None:
    connection.request()
    connection.rest()


def reset(connection: Connection) -> None:
    connection.request()
    connection.reset()


def malformed(connection: Connection) -> None:
    connection.request()
    connection.send(b"\x16\x03\x01 this is not HTTP\r\n\r\n")


def truncated(sent: int, connection: Connection) -> None:
    connection.request()
    connection.send((RESPONSE + BODY)[: len(RESPONSE) + sent])


# What a fault does, and a server that does it.
KINDS: dict[str, tuple[dict[str, Any], Callable[[Connection], None]]] = {
    "late": ({"latency": "PT20S"}, late),
    "no response": ({"timeout": True}, silent),
    "reset": ({"reset": True}, reset),
    "malformed": ({"malformed": True}, malformed),
    "cut in the body": ({"truncate": 5}, partial(truncated, 5)),
    "cut before the body": ({"truncate": 0}, partial(truncated, 0)),
}


def wait_for(fault: Fault, hits: int) -> None:
    """Return when a fault has happened so often; a busy server may still be reading."""
    for _ in range(2000):
        if fault.hits == hits:
            return
        time.sleep(0.01)
    raise AssertionError(f"{fault.hits} instead of {hits}")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A contract, of which one server is enough."""
    path = tmp_path_factory.mktemp("faults") / "acme.json"
    path.write_text(json.dumps(API.written))
    return str(path)


@pytest.fixture
def mock(greenroom_space: GreenroomSpace, file: str) -> VendorMock:
    """A small API."""
    return greenroom_space(file)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_client_sees_a_fault_as_a_server_that_really_does_it(
    mock: VendorMock, kind: str, client: str
) -> None:
    """By the same exception, after as many requests: aiohttp repeats one that was reset."""
    effect, talk = KINDS[kind]
    call = CLIENTS[client]
    patience = {"timeout": patience_with(effect)}
    met = list[Connection]()
    with raw_server(lambda connection: (met.append(connection), talk(connection))[1]) as url:
        expected = failure(call, url, *GET, **patience)
    with mock.fault(**effect) as fault:
        assert failure(call, mock.url, *GET, headers=mock.headers, **patience) is expected
        wait_for(fault, len(met))


@pytest.mark.parametrize("library", [httpx, httpx2])
@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_a_client_without_a_socket_sees_the_same(
    mock: VendorMock, kind: str, library: Any, is_async: bool
) -> None:
    """In this process, where nothing but its transport can raise it."""
    effect, talk = KINDS[kind]
    call = partial(by_async_httpx if is_async else by_httpx, library)
    patience = {"timeout": patience_with(effect)}
    with raw_server(talk) as url:
        expected = failure(call, url, *GET, **patience)
    base = str(mock.client().base_url)
    transport = mock.async_transport if is_async else mock.transport
    with mock.fault(**effect):
        named = {"headers": mock.headers, "transport": transport, **patience}
        assert failure(call, base, *GET, **named) is expected


@pytest.mark.parametrize("target", [HEAD, ("DELETE", "things/thing_001")])
def test_a_response_without_a_body_is_cut_in_its_head(
    mock: VendorMock, target: tuple[str, str]
) -> None:
    """Else nothing of it would be missing."""
    with raw_server(partial(truncated, -1)) as url:
        expected = failure(CLIENTS["httpx"], url, *target)
    base = str(mock.client().base_url)
    named = {"headers": mock.headers}
    for way in ({"url": mock.url}, {"url": base, "transport": mock.transport}):
        with mock.fault(truncate=99):
            found = failure(
                lambda url, **more: by_httpx(httpx, url, *target, **more), **way, **named
            )
        assert found is expected
        mock.reset()


def test_a_stream_that_is_cut_has_the_bytes_that_came(mock: VendorMock) -> None:
    """Then it ends with the error; with a socket or without."""
    for arguments in ({"base_url": mock.url, "transport": None}, {}):
        mock.fault(truncate=7, times=1)
        with mock.client(**arguments) as client, client.stream("GET", "things") as response:
            parts = response.iter_raw()
            assert next(parts) == b'{"things'[:7]
            with pytest.raises(httpx2.RemoteProtocolError, match=r"received 7 bytes, expected \d+"):
                next(parts)


@pytest.mark.parametrize("effect", [{"reset": True}, {"timeout": True}, {"malformed": True}])
def test_without_a_response_nothing_is_processed(mock: VendorMock, effect: dict[str, Any]) -> None:
    """But the journal has the request, and what went wrong with it."""
    fault = mock.fault(**effect, name="bad-day", times=1)
    with pytest.raises(httpx2.TransportError):
        by_httpx(httpx2, mock.url, *POST, headers=mock.headers, timeout=patience_with(effect))
    wait_for(fault, 1)
    last = mock.requests.last
    assert (last.status, last.kind, last.body) == (0, "fault", {"name": "Ada"})
    assert last.decision["fault"] == "bad-day"
    assert len(mock.resources["Thing"]) == 1


def test_a_response_that_is_cut_or_late_was_processed(mock: VendorMock) -> None:
    """Its client cannot know."""
    for effect in ({"truncate": 3}, {"latency": "PT5M"}):
        fault = mock.fault(**effect, times=1)
        with pytest.raises(httpx2.TransportError):
            by_httpx(httpx2, mock.url, *POST, headers=mock.headers, timeout=patience_with(effect))
        wait_for(fault, 1)
        assert mock.requests.last.status == 201
    assert len(mock.resources["Thing"]) == 3


@contextmanager
def waiting(mock: VendorMock) -> Iterator[socket.socket]:
    """A connection whose request has no response yet."""
    url = httpx2.URL(mock.url)
    head = f"GET {url.path}/things HTTP/1.1\r\nhost: a\r\nx-key: test-key\r\n\r\n"
    with socket.create_connection((url.host, url.port), timeout=10) as opened:
        opened.sendall(head.encode())
        yield opened


@pytest.mark.parametrize("effect", [{"timeout": True}, {"latency": "PT5M"}])
def test_who_waits_keeps_nobody_else_waiting(mock: VendorMock, effect: dict[str, Any]) -> None:
    """Not one of twenty who do, and none of those who come after them."""
    fault = mock.fault(**effect, times=20)
    with ExitStack() as stack:
        connections = [stack.enter_context(waiting(mock)) for _ in range(20)]
        wait_for(fault, 20)
        for _ in range(3):
            assert by_requests(mock.url, *GET, headers=mock.headers).status_code == 200
        for opened in connections:
            opened.setblocking(False)
            with pytest.raises(BlockingIOError):
                opened.recv(1)


def test_the_next_request_of_a_connection_waits_its_turn(mock: VendorMock) -> None:
    """A response that is late comes before the one that was asked for after it."""
    mock.fault(path="/things", latency="PT0.3S", headers={"X-First": "1"}, times=1)
    with waiting(mock) as opened:
        path = httpx2.URL(mock.url).path
        opened.sendall(f"GET {path}/none HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".encode())
        received = b"".join(iter(lambda: opened.recv(65536), b""))
    first, second = received.index(b"HTTP/1.1 200"), received.index(b"HTTP/1.1 404")
    assert first < received.index(b"x-first: 1") < second


def test_a_broken_connection_is_no_error_of_the_server(
    mock: VendorMock, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing is logged, and the next connection is served."""
    for effect in ({"reset": True}, {"malformed": True}, {"truncate": 1}):
        mock.fault(**effect, times=1)
        failure(CLIENTS["requests"], mock.url, *POST, headers=mock.headers)
        assert by_requests(mock.url, *GET, headers=mock.headers).status_code == 200
    assert [r.getMessage() for r in caplog.records if r.levelname in ("ERROR", "CRITICAL")] == []


def test_a_server_that_stops_ends_those_who_wait(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the seconds that every request has then."""
    monkeypatch.setattr("greenroom.server.run._GRACE_SECONDS", 0.1)
    with StartMock() as start:
        space = GreenroomSpace(start, "a node", "ending", "main", None, None)
        mock = space(file)
        assert mock.url
        fault = mock.fault(timeout=True)
        with waiting(mock) as opened:
            wait_for(fault, 1)
            start.close()
            assert opened.recv(1) == b""
