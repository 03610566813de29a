"""The journal has each request as the application got it, in whatever pieces it arrived."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from contracts import contract, response
from sockets import connected, listening

from greenroom.journal.entry import Entry
from greenroom.server.app import build_app

TEXT = {"requestBody": {"content": {"text/plain": {"schema": {}}}}}
CONTRACT = contract({
    "/": {"get": {"responses": {"200": response("root")}}},
    "/things": {
        "get": {"responses": {"200": response("things")}},
        "post": {**TEXT, "responses": {"201": response("made")}},
    },
})  # fmt: skip
LINE = b"%b /~s/acme%b HTTP/1.1\r\nHost: a\r\n"
GET, POST = (
    LINE % (b"GET", b"/things"),
    LINE % (b"POST", b"/things") + b"Content-Type: text/plain\r\n",
)
SENT = POST + b"Content-Length: 5\r\n\r\nhello"
HOST, TYPE = ("host", "a"), ("content-type", "text/plain")
LENGTH = ("content-length", "5")
# Method, path, query, header fields, body.
Summary = tuple[str, str, str, tuple[tuple[str, str], ...], str]
GOT: Summary = "GET", "/things", "", (HOST,), ""
POSTED: Summary = "POST", "/things", "", (HOST, TYPE, LENGTH), "hello"
CHUNKED: Summary = "POST", "/things", "", (HOST, TYPE, ("transfer-encoding", "chunked")), "hello"


def summary(entry: Entry) -> Summary:
    context = entry.context
    fields = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in context.headers.items())
    return context.method, context.path, context.query.decode(), fields, context.body.decode()


def with_fields(*fields: tuple[str, str]) -> Summary:
    return "GET", "/things", "", (HOST, *fields), ""


# By name the pieces that arrive, and what the journal has then.
CASES: dict[str, tuple[list[bytes], list[Summary]]] = {
    "a request without a body": ([GET + b"\r\n"], [GOT]),
    "a body": ([SENT], [POSTED]),
    "a body in a piece of its own": ([SENT[:-5], b"hello"], [POSTED]),
    "a body in two pieces": ([SENT[:-3], b"llo"], [POSTED]),
    "a head in two pieces": ([GET[:9], GET[9:] + b"\r\n"], [GOT]),
    "a head that ends with the next piece": ([GET, b"\r\n"], [GOT]),
    "chunks": (
        [POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"], [CHUNKED]),
    "a chunk that is all of a piece": (
        [POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n", b"hello", b"\r\n0\r\n\r\n"], [CHUNKED]),
    **{
        f"chunks of {body!r}": (
            [POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)],
            [(*CHUNKED[:4], body.decode())])
        for body in (b"\n", b"0\r\n\r\n")
    },
    "chunks, and after them the same body": (
        [POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + SENT],
        [CHUNKED, POSTED]),
    "a body in a piece of its own that is the end of its head": (
        [POST + b"Content-Length: 5\r\n\r\n", b"5\r\n\r\n"], [(*POSTED[:4], "5\r\n\r\n")]),
    "two requests at once": ([GET + b"\r\n" + SENT], [GOT, POSTED]),
    "two with bodies at once": ([SENT + SENT], [POSTED, POSTED]),
    "one and a half": ([SENT + GET[:20], GET[20:] + b"\r\n"], [POSTED, GOT]),
    "the end of a body and another request": ([SENT[:-2], b"lo" + GET + b"\r\n"], [POSTED, GOT]),
    "one after another": ([GET + b"\r\n", SENT, GET + b"\r\n"], [GOT, POSTED, GOT]),
    "empty lines before it": ([b"\r\n\r\n" + GET + b"\r\n"], [GOT]),
    "white space around a value": (
        [GET + b"X:  a b \t\r\nY:c\r\n\r\n"], [with_fields(("x", "a b"), ("y", "c"))]),
    "a field without a value": ([GET + b"X:\r\n\r\n"], [with_fields(("x", ""))]),
    "a colon in a value": ([GET + b"X: a: b\r\n\r\n"], [with_fields(("x", "a: b"))]),
    "a field in two lines": ([GET + b"X: a\r\nx: b\r\n\r\n"], [with_fields(("x", "a, b"))]),
    "bytes of Latin-1": ([GET + b"X: \xe9\r\n\r\n"], [with_fields(("x", "\xe9"))]),
    "the absolute form": (
        [b"GET http://b/~s/acme/things HTTP/1.1\r\nHost: a\r\n\r\n"],
        [("GET", "/things", "", (("host", "b"),), "")]),
    "an upgrade that is not made": (
        [GET + b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"],
        [with_fields(("connection", "upgrade"))]),
    "a query": (
        [LINE % (b"GET", b"/things?a=%20b") + b"\r\n"],
        [("GET", "/things", "a=%20b", (HOST,), "")]),
    "a target of two slashes": (
        [b"GET //~s/acme/things HTTP/1.1\r\nHost: a\r\n\r\n" + GET + b"\r\n"], [GOT]),
    "spaces in its first line": ([GET.replace(b" ", b"   ") + b"\r\n"], [GOT]),
    "no version": ([GET.replace(b" HTTP/1.1", b"") + b"\r\n"], [GOT]),
    "a fragment": (
        [LINE % (b"GET", b"/things?a=b#/c?d") + b"\r\n"],
        [("GET", "/things", "a=b", (HOST,), "")]),
    "no path below the prefix": ([LINE % (b"GET", b"") + b"\r\n"], [("GET", "/", "", (HOST,), "")]),
    "a path of UTF-8": (
        [LINE % (b"GET", b"/%C3%A9") + b"\r\n"], [("GET", "/%C3%A9", "", (HOST,), "")]),
    "a method that no operation has": (
        [LINE % (b"DELETE", b"/things") + b"\r\n"], [("DELETE", "/things", "", (HOST,), "")]),
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Any, tuple[str, int]]]:
    """An application, and where it listens."""
    app = build_app([CONTRACT])
    with listening(app) as address:
        yield app, address


@pytest.mark.parametrize("name", CASES)
def test_an_entry_has_what_the_application_got(
    server: tuple[Any, tuple[str, int]], name: str
) -> None:
    """However it was cut, and whatever came before and after it."""
    app, address = server
    pieces, wanted = CASES[name]
    space, _ = app.app.access.spaces.put("s")
    with connected(address) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            opened.sendall(piece)
            time.sleep(0.02)
        deadline = time.monotonic() + 5
        while space.journal.last < len(wanted):
            assert time.monotonic() < deadline
            time.sleep(0.005)
    assert [summary(entry) for entry in space.journal.after()] == wanted


def test_a_long_body_is_kept_in_part(server: tuple[Any, tuple[str, int]]) -> None:
    """Also one that arrives with its head."""
    app, address = server
    body = b"a" * 20_000
    space, _ = app.app.access.spaces.put("s")
    with connected(address) as opened:
        opened.sendall(POST + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        assert opened.recv(1000).startswith(b"HTTP/1.1 201")
    (entry,) = space.journal.after()
    assert (len(entry.context.body), entry.body_size) == (16 * 1024, 20_000)
