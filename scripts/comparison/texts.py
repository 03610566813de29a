"""What the requests to an operation contain: usual, odd and malformed texts and values."""

from __future__ import annotations

from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**20, "", "x", "5", "a,b", "a b|c;d", "ä€😀", [], {}, [None], [1, 2],
    {"a": 1}, {"R": 100, "G": "x"}, ["a", "a"], "2026-02-30", [[1]], {"a": {"b": [1]}}, "x" * 300,
)  # fmt: skip
CREDENTIALS = (
    *(("Authorization", value) for value in (
        "Basic test-key", "Basic dXNlcjp0ZXN0LWtleQ==", "Basic dGVzdC1rZXk=", "test-key", "Bearer",
        "bearer  test-key ", "Bearer ä", "Digest test-key", "Bearer test-key",
    )),
    ("X-API-KEY", "test-key"), ("x-api-key", " test-key "), ("API-Key", "ä"), ("X-Key", "test-key"),
)  # fmt: skip
PREFERENCES = (
    "code=abc", "code=999", "code=", "=404", "code", "example=Nobody", 'example="No, body"',
    "code=200,,example=", "respond-async, wait=10", "code=418; foo=bar", "dynamic=maybe, seed=5",
    'code="404', "Code=404, code=200", "seed=5", "code=2XX", "code=default", "code=4ä", "code=200",
    "code=404", "code=500", "dynamic=true, seed=1", 'dynamic=true, seed="a b"',
)  # fmt: skip
ACCEPTED = (
    "*/*", "application/*", "application/json", "text/html", "text/*;q=0.5, */*;q=0.1", "", "*",
    "application/json;q=0, */*", "application/problem+json", "APPLICATION/JSON; charset=utf-8",
    "text/csv, application/json;q=0.9", "image/png", ";;,", 'application/json;v="1,2"',
)  # fmt: skip
_ASKED = "Access-Control-Request-"
PREFLIGHTS: tuple[tuple[tuple[str, str], ...], ...] = (
    ((f"{_ASKED}Method", "GET"), (f"{_ASKED}Private-Network", "true")),
    ((f"{_ASKED}Method", "PURGE"), (f"{_ASKED}Headers", "authorization,x-api-key, ä")),
    ((f"{_ASKED}Method", "POST"),),
)
# Requests that are not quite HTTP, or hardly used parts of it.
RAW = (
    b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"get / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://a/_greenroom/health HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /_greenroom/health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"POST /_greenroom/health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /%ff%00 HTTP/1.1\r\nHost: a\r\n\r\n",
)  # fmt: skip
