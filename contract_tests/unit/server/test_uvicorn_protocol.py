"""No client can fill the memory, hold a connection, or get past the rules of HTTP/1.1."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from contracts import contract, response
from sockets import Address, asked, connected, everything, listening, statuses

from greenroom.server import uvicorn_protocol
from greenroom.server.app import build_app
from greenroom.server.limits import Limits

LARGE = 1_000_000
TEXT = {"requestBody": {"content": {"text/plain": {"schema": {}}}}}
PATHS: dict[str, Any] = {
    "/things": {
        "get": {"responses": {"200": response("thing")}},
        "post": {**TEXT, "responses": {"201": response("made")}},
    },
    "/large": {"get": {"responses": {"200": response("x" * LARGE)}}},
}
LIMITS = Limits(connections=30, head=2000, head_seconds=0.5, body_seconds=0.5)
CLOSE = b"Connection: close\r\n"
POST = b"POST /acme/things HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\n"
GET = b"GET /acme/things HTTP/1.1\r\nHost: a\r\n\r\n"


def get(
    target: bytes = b"/acme/things",
    fields: bytes = b"Host: a\r\n",
    line: bytes = b"GET %b HTTP/1.1",
) -> bytes:
    """A GET request after which the connection is closed."""
    return line % target + b"\r\n" + fields + CLOSE + b"\r\n"


@pytest.fixture(scope="module")
def address() -> Iterator[Address]:
    """Where a server with small limits listens."""
    with listening(build_app([contract(PATHS)]), LIMITS) as found:
        yield found


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """What the server logs, also where its loggers pass nothing on."""
    found = [logging.getLogger(name) for name in ("uvicorn", "asyncio", "greenroom")]
    for logger in found:
        logger.addHandler(caplog.handler)
    yield caplog
    for logger in found:
        logger.removeHandler(caplog.handler)


def test_the_version_of_uvicorn_is_one_that_was_checked() -> None:
    """These tests hold for it."""
    assert uvicorn_protocol.is_known


def test_another_version_of_uvicorn_serves_without_limits(
    monkeypatch: pytest.MonkeyPatch, lines: pytest.LogCaptureFixture
) -> None:
    """With its own protocol, and a line in the log."""
    monkeypatch.setattr(uvicorn_protocol, "is_known", False)
    with listening(build_app([contract(PATHS)]), LIMITS) as address:
        assert statuses(asked(address, get(fields=b"Host: a\r\nX: " + b"a" * 3000 + b"\r\n"))) == [
            200
        ]
    assert "connections are not limited" in lines.messages


# By name a request, and the status of the response, after which the connection ends.
HEADS: dict[str, tuple[bytes, int]] = {
    "fields within the limit": (get(fields=b"Host: a\r\n" + b"A: b\r\n" * 100), 200),
    "many fields": (get(fields=b"Host: a\r\n" + b"A: b\r\n" * 400), 431),
    "one field": (get(fields=b"Host: a\r\nA: " + b"b" * 2000 + b"\r\n"), 431),
    "a name": (get(fields=b"Host: a\r\n" + b"A" * 2000 + b": b\r\n"), 431),
    "fields without an end": (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1_000_000, 431),
    "a field without an end": (b"GET / HTTP/1.1\r\nA: " + b"b" * 8_000_000, 431),
    "a target": (get(b"/acme/things?" + b"a" * 2000), 414),
    "a target without an end": (b"GET /" + b"a" * 8_000_000, 414),
    "a long body after a head": (
        POST + CLOSE + b"Content-Length: 3000\r\n\r\n" + b"a" * 3000,
        201,
    ),
    "trailers": (
        POST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 4000 + b"\r\n",
        201,
    ),
    "trailers without an end": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"A: b\r\n" * 6_000_000,
        400,
    ),
    "a trailer without an end": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + b"b" * 40_000_000,
        400,
    ),
    "extensions of a chunk without an end": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a=b;" * 10_000_000,
        400,
    ),
    "no Host": (get(fields=b""), 400),
    "an empty Host": (get(fields=b"Host: \r\n"), 200),
    "a Host of any name and port": (get(fields=b"Host: a_b.%C3%A4-c~d:80\r\n"), 200),
    "a Host of IPv6": (get(fields=b"Host: [::1]:80\r\n"), 200),
    "two Hosts": (get(fields=b"Host: a\r\nHost: a\r\n"), 400),
    "a Host in a trailer": (
        POST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\n\r\n",
        201,
    ),
    "a Host with a space": (get(fields=b"Host: a b\r\n"), 400),
    "a Host with a user": (get(fields=b"Host: a@b\r\n"), 400),
    "a Host with a path": (get(fields=b"Host: a/b\r\n"), 400),
    "a Host of any bytes": (get(fields=b"Host: \xff\r\n"), 400),
    "a Host with no number as its port": (get(fields=b"Host: a:b\r\n"), 400),
    "a Host of half an address": (get(fields=b"Host: [::1\r\n"), 400),
    "no Host in HTTP/1.0": (get(fields=b"", line=b"GET %b HTTP/1.0"), 200),
    "a transfer coding before chunked": (
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
        501,
    ),
    "two lines of transfer codings": (
        POST + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        501,
    ),
    "a transfer coding after chunked": (
        POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        400,
    ),
    "no chunked": (POST + b"Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", 400),
    "chunked twice": (POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked and a length": (
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        400,
    ),
    "CHUNKED": (POST + CLOSE + b"Transfer-Encoding: CHUNKED\r\n\r\n1\r\na\r\n0\r\n\r\n", 201),
    "TE, which is of the response": (get(fields=b"Host: a\r\nTE: gzip, chunked\r\n"), 200),
    "a chunk without a size": (POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n", 400),
    "two lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na", 400),
    "OPTIONS of the server": (get(b"*", line=b"OPTIONS %b HTTP/1.1"), 200),
    "GET of the server": (get(b"*"), 400),
    "a target in absolute form": (get(b"http://b/acme/things?a=b"), 200),
    "the root in absolute form": (get(b"http://b"), 421),
    "a target of no kind": (get(b"acme"), 400),
    "a target of any bytes": (get(b"/\xff"), 400),
    "CONNECT of a path": (get(line=b"CONNECT %b HTTP/1.1"), 400),
    "CONNECT": (get(b"a:80", line=b"CONNECT %b HTTP/1.1"), 400),
    "no method of HTTP": (get(line=b"FETCH %b HTTP/1.1"), 400),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 10, 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/3.0": (get(line=b"GET %b HTTP/3.0"), 400),
    "a line of its own kind": (b"GET / HTTP/1.1 \r\n\r\n", 400),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_refused_by_the_rules_of_http(name: str, address: Address) -> None:
    """RFC 9112 sections 3.2 and 6.1, RFC 9110 section 15.5.15, RFC 6585 section 5."""
    data, status = HEADS[name]
    received = asked(address, data)
    assert statuses(received) == [status]
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"\r\nconnection: close" in head
    assert b"\r\ndate: " in head
    if status in (400, 408, 414, 431, 501):
        assert json.loads(body)["status"] == status


def test_the_default_limits_are_what_the_help_says() -> None:
    """Enough for what clients send."""
    with listening(build_app([contract(PATHS)])) as address:
        assert statuses(asked(address, get(b"/acme/things?" + b"a" * 60_000))) == [200]
        assert statuses(asked(address, get(b"/acme/things?" + b"a" * 100_000))) == [414]
        long = b"Host: a\r\n" + (b"A: " + b"b" * 6000 + b"\r\n") * 10
        assert statuses(asked(address, get(fields=long))) == [200]
        assert statuses(asked(address, get(fields=long * 2))) == [400]
        assert statuses(asked(address, get(fields=long + long[9:]))) == [431]


def test_the_host_of_an_absolute_target_counts(address: Address) -> None:
    """And not that of the field (RFC 9112 section 3.2.2)."""
    foreign = get(b"http://evil.example/_greenroom/", b"Host: localhost\r\n")
    own = get(b"http://localhost/_greenroom/", b"Host: evil.example\r\n")
    assert statuses(asked(address, foreign)) == [421]
    assert statuses(asked(address, own)) == [200]


def test_a_refusal_of_head_has_no_body(address: Address) -> None:
    """Its connection ends with its fields (RFC 9110 section 9.3.2)."""
    assert asked(address, get(fields=b"", line=b"HEAD %b HTTP/1.1")).endswith(b"\r\n\r\n")


def test_heads_in_pieces_are_counted_by_themselves(address: Address) -> None:
    """Neither a body before them nor an earlier head counts."""
    body = POST + b"Content-Length: 60000\r\n\r\n" + b"a" * 60_000
    whole = body + GET * 3 + body + get(fields=b"Host: a\r\n" + b"A: b\r\n" * 200)
    for size in (700, 1999, 50_001, len(whole)):
        with connected(address) as opened:
            for start in range(0, len(whole), size):
                opened.sendall(whole[start : start + size])
                time.sleep(0.002)
            assert statuses(everything(opened)) == [201, 200, 200, 200, 201, 200]


def test_responses_to_earlier_requests_come_before_a_refusal(address: Address) -> None:
    """In the order of the requests."""
    refused = b"GET / HTTP/1.1\r\n\r\n"
    assert statuses(asked(address, GET * 3 + refused + GET)) == [200, 200, 200, 400]


def test_a_refused_body_is_refused_in_its_place(address: Address) -> None:
    """After the response to the request before it."""
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\nx\r\n"
    assert statuses(asked(address, GET + GET + chunked)) == [200, 200, 400]
    late = b"PUT /acme/none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(address) as opened:
        opened.sendall(late)
        time.sleep(0.1)
        opened.sendall(b"x\r\n")
        assert statuses(everything(opened)) == [404]


def test_trailer_fields_are_no_header_fields(address: Address) -> None:
    """RFC 9110 section 6.5.1: `Prefer` in a trailer has no effect."""
    chunked = POST + CLOSE + b"Transfer-Encoding: chunked\r\n\r\n0\r\nPrefer: code=499\r\n\r\n"
    assert statuses(asked(address, chunked)) == [201]


@pytest.mark.parametrize("kind", ["h2c", "websocket"])
def test_an_upgrade_is_not_made_and_the_connection_goes_on(
    kind: str, address: Address, lines: pytest.LogCaptureFixture
) -> None:
    """RFC 9110 section 7.8, also where the request has a body."""
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + kind.encode() + b"\r\n"
    without = b"GET /acme/things HTTP/1.1\r\nHost: a\r\n" + upgrade + b"\r\n"
    data = POST + upgrade + b"Content-Length: 40\r\n\r\n" + GET[:40].ljust(40)
    assert statuses(asked(address, without * 3 + data + GET + get())) == [
        200, 200, 200, 201, 200, 200,
    ]  # fmt: skip
    assert not lines.messages


def test_too_many_requests_at_once_are_not_kept(address: Address) -> None:
    """A client that does not wait for responses gets some of them."""
    found = statuses(asked(address, GET * 5000))
    assert found[-1] == 429
    assert set(found[:-1]) == {200}
    assert len(found) < 300


# By name what a client sends before it falls silent, and the statuses of the responses.
SILENT: dict[str, tuple[bytes, list[int]]] = {
    "nothing": (b"", [408]),
    "line ends": (b"\r\n\r\n", [408]),
    "half a request line": (b"GET /ac", [408]),
    "half a head": (b"GET / HTTP/1.1\r\nHost: a\r\n", [408]),
    "half a body": (POST + b"Content-Length: 5\r\n\r\na", [408]),
    "no body": (POST + b"Content-Length: 5\r\n\r\n", [408]),
    "half a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\na", [408]),
    "a request and half a head": (GET + b"GET / HT", [200, 408]),
    "a request and half a body": (GET + POST + b"Content-Length: 5\r\n\r\na", [200, 408]),
    "half a body that nobody reads": (
        b"PUT /acme/none HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na",
        [404],
    ),
    "an upgrade and a part of something": (
        b"GET /acme/things HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n\x81",
        [200, 400],
    ),
}


def test_a_silent_client_gets_a_408_and_is_disconnected(address: Address) -> None:
    """RFC 9110 section 15.5.9, unless it has its response already."""
    opened = {name: connected(address) for name in SILENT}
    for name, one in opened.items():
        one.sendall(SILENT[name][0])
    found = {name: statuses(everything(one)) for name, one in opened.items()}
    for one in opened.values():
        one.close()
    assert found == {name: expected for name, (_, expected) in SILENT.items()}


# What a client sends at first, and then again and again, and the statuses of the responses.
SLOW: list[tuple[bytes, bytes, list[int]]] = [
    (b"GET / HTTP/1.1\r\nHost: a\r\n", b"A: b\r\n", [408]),
    (b"", b"\r\n", [408]),
    (POST + b"Content-Length: 5000\r\n\r\n", b"a", [408]),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", [408]),
    (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n", [408]),
    (
        b"PUT /acme/none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"1\r\na\r\n",
        [404],
    ),
    (GET, b"\r\n", [200]),
]


def test_a_slow_client_is_disconnected_too(address: Address) -> None:
    """What arrives now and then does not start the time again."""
    opened = [connected(address) for _ in SLOW]
    received = [b""] * len(SLOW)
    left = dict(enumerate(opened))
    for (start, _, _), one in zip(SLOW, opened, strict=True):
        one.sendall(start)
        one.settimeout(0.01)
    deadline = time.monotonic() + 10
    while left:
        assert time.monotonic() < deadline, f"still open: {list(left)}"
        for number, one in list(left.items()):
            try:
                one.sendall(SLOW[number][1])
                piece = one.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                piece = b""
            received[number] += piece
            if not piece:
                del left[number]
    for one in opened:
        one.close()
    assert [statuses(found) for found in received] == [expected for *_, expected in SLOW]


def test_a_client_that_does_not_read_is_disconnected(
    address: Address, lines: pytest.LogCaptureFixture
) -> None:
    """However many large responses it asked for; nothing is left in the log."""
    large = b"GET /acme/large HTTP/1.1\r\nHost: a\r\n\r\n"
    opened = [connected(address) for _ in range(5)]
    for one in opened:
        one.sendall(large * 50)
    time.sleep(2)
    for one in opened:
        assert len(everything(one)) < 50 * LARGE
        one.close()
    assert not lines.messages


def test_a_client_that_reads_slowly_and_leaves_is_no_reason_to_log(
    address: Address, lines: pytest.LogCaptureFixture
) -> None:
    """With responses under way, waiting and not begun."""
    large = b"GET /acme/large HTTP/1.1\r\nHost: a\r\n\r\n"
    for read in (0, 1, 300_000, 2 * LARGE):
        for data in (large * 20, large * 3 + POST + b"Content-Length: 5\r\n\r\n", large * 2 + b"G"):
            with connected(address) as opened:
                opened.sendall(data)
                while read > 0:
                    read -= len(opened.recv(min(read, 10_000)))
    assert statuses(asked(address, get())) == [200]
    assert not lines.messages


def test_the_number_of_connections_is_limited(address: Address) -> None:
    """Those above it get a 503 (RFC 9110 section 15.6.4); once some end, others are accepted."""
    opened = [connected(address) for _ in range(LIMITS.connections)]
    for one in opened:
        one.sendall(GET)
        assert one.recv(12) == b"HTTP/1.1 200"
    received = asked(address, get())
    assert statuses(received) == [503]
    assert b"retry-after: " in received
    for one in opened:
        one.close()
    deadline = time.monotonic() + 10
    while statuses(asked(address, get())) != [200]:
        assert time.monotonic() < deadline


def test_a_flood_of_connections_is_closed_and_none_remains() -> None:
    """Two hundred silent ones end after the deadline."""
    with listening(build_app([contract(PATHS)]), Limits(head_seconds=0.5)) as address:
        opened = [connected(address) for _ in range(200)]
        assert [statuses(everything(one)) for one in opened] == [[408]] * 200
        for one in opened:
            one.close()
        assert statuses(asked(address, get())) == [200]


def test_the_end_of_the_server_leaves_no_traceback(lines: pytest.LogCaptureFixture) -> None:
    """With half-sent heads and bodies, and responses that nobody reads."""
    large = b"GET /acme/large HTTP/1.1\r\nHost: a\r\n\r\n"
    starts = [b"", b"GET", POST + b"Content-Length: 5\r\n\r\na", large * 20, GET, GET + large * 9]
    opened = []
    with listening(build_app([contract(PATHS)])) as address:
        for start in starts:
            opened.append(connected(address))
            opened[-1].sendall(start)
        time.sleep(0.2)
    for one in opened:
        one.close()
    assert not [record for record in lines.records if record.levelno > logging.INFO]
