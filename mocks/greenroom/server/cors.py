"""Answers for pages of other origins (Fetch Standard, section 3.3, the CORS protocol).

A mock keeps nothing and knows no secrets, so every origin may call it, with credentials too.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..mock.response.headers import Headers as Fields
from ..mock.response.headers import header_value
from ..mock.response.prepared import PreparedResponse, prepare

Headers = Mapping[bytes, bytes]

# For so long a browser does not ask again, in seconds.
_MAX_AGE = b"600"
# What a page may read without being told (3.3.2, CORS-safelisted response-header names), and what
# it may never read.
_SAFELISTED = frozenset((
    b"cache-control", b"content-language", b"content-length", b"content-type", b"expires",
    b"last-modified", b"pragma", b"set-cookie",
))  # fmt: skip


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether a browser asks for leave to send a request."""
    return method == "OPTIONS" and b"access-control-request-method" in headers


def preflight(headers: Headers, allow: str) -> PreparedResponse:
    """The answer to a browser that asks: what it asks for, beside the methods that a path has.

    What is not documented is to be refused by its own answer, which a page can read.
    """
    asked = headers[b"access-control-request-method"].decode("latin-1")
    methods = dict.fromkeys(method for method in (*allow.split(", "), asked) if method)
    given = [
        *_origin(headers),
        (b"access-control-allow-methods", header_value(", ".join(methods))),
        (b"access-control-max-age", _MAX_AGE),
    ]
    if requested := headers.get(b"access-control-request-headers"):
        given.append((b"access-control-allow-headers", _echoed(requested)))
    if headers.get(b"access-control-request-private-network") == b"true":
        given.append((b"access-control-allow-private-network", b"true"))
    return prepare(204, (*given, (b"vary", b"Origin")), b"")


def shared(answered: PreparedResponse, headers: Headers) -> PreparedResponse:
    """An answer that a page of the origin that asked may read, with all its header fields."""
    names = [name for name, _ in answered.headers if name not in _SAFELISTED and name != b"vary"]
    vary = dict(answered.headers).get(b"vary")
    exposed = [(b"access-control-expose-headers", b", ".join(names))] if names else []
    varying = (b"vary", b"Origin" if vary is None else vary + b", Origin")
    return answered.with_headers((*_origin(headers), *exposed, varying))


def _origin(headers: Headers) -> Fields:
    # With credentials a browser takes its own origin for an answer, and no `*`.
    return (
        (b"access-control-allow-origin", _echoed(headers[b"origin"])),
        (b"access-control-allow-credentials", b"true"),
    )


def _echoed(value: bytes) -> bytes:
    """What a client sent, as far as it may stand in a header field."""
    return header_value(value.decode("latin-1"))
