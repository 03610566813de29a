"""Responses for pages of other origins (Fetch Standard, section 3.3, the CORS protocol).

A mock keeps nothing and knows no secrets, so every origin may call it, with credentials too.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..mock.response.headers import Headers as Fields
from ..mock.response.headers import header_value
from ..mock.response.prepared import PreparedResponse, prepare

Headers = Mapping[bytes, bytes]

# How long a browser may keep the response to a preflight request, in seconds.
_MAX_AGE = b"600"
# What a page may read anyway (3.3.2, CORS-safelisted response-header names), or may never read.
_SAFELISTED = frozenset((
    b"cache-control", b"content-language", b"content-length", b"content-type", b"expires",
    b"last-modified", b"pragma", b"set-cookie",
))  # fmt: skip


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether a request is a preflight request."""
    return method == "OPTIONS" and b"access-control-request-method" in headers


def preflight(headers: Headers, allow: str) -> PreparedResponse:
    """The response to a preflight request: allows the requested method and those of the path.

    An undocumented method is refused when it is sent, with a response that the page can read.
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


def with_cors(response: PreparedResponse, headers: Headers) -> PreparedResponse:
    """The response with fields that let a page of the requesting origin read all of it."""
    names = [name for name, _ in response.headers if name not in _SAFELISTED and name != b"vary"]
    vary = dict(response.headers).get(b"vary")
    exposed = [(b"access-control-expose-headers", b", ".join(names))] if names else []
    varying = (b"vary", b"Origin" if vary is None else vary + b", Origin")
    return response.with_headers((*_origin(headers), *exposed, varying))


def _origin(headers: Headers) -> Fields:
    # With credentials a browser accepts the name of the origin, but not `*`.
    return (
        (b"access-control-allow-origin", _echoed(headers[b"origin"])),
        (b"access-control-allow-credentials", b"true"),
    )


def _echoed(value: bytes) -> bytes:
    """A value that a client sent, made safe for a header field."""
    return header_value(value.decode("latin-1"))
