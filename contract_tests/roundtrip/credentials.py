"""Credentials on the wire, written out by hand: OpenAPI 3.1.1, 4.8.27; RFC 9110, 6750 and 7617."""

from __future__ import annotations

from typing import Any

_IMPLICIT = {"implicit": {"authorizationUrl": "https://a.example", "scopes": {}}}

# The security scheme, the token, the location, and the field, query or cookie that carries it.
ROWS: tuple[tuple[dict[str, Any], str, str, str], ...] = (
    ({"type": "apiKey", "in": "header", "name": "X-Key"}, "k-1", "X-Key", "k-1"),
    ({"type": "apiKey", "in": "header", "name": "X-Key"}, "a b=c,d", "X-Key", "a b=c,d"),
    ({"type": "apiKey", "in": "query", "name": "key"}, "k-1", "query", "key=k-1"),
    ({"type": "apiKey", "in": "query", "name": "api key"}, "a b&c+d", "query",
     "api%20key=a%20b%26c%2Bd"),
    ({"type": "apiKey", "in": "cookie", "name": "sid"}, "k-1", "Cookie", "sid=k-1"),
    ({"type": "http", "scheme": "bearer"}, "k.1-_~+/=", "Authorization", "Bearer k.1-_~+/="),
    ({"type": "http", "scheme": "Bearer"}, "k-1", "Authorization", "Bearer k-1"),
    ({"type": "http", "scheme": "basic"}, "k", "Authorization", "Basic dXNlcjpr"),
    ({"type": "http", "scheme": "basic"}, "é:1", "Authorization", "Basic dXNlcjrDqTox"),
    ({"type": "http", "scheme": "digest"}, "k-1", "Authorization", "Digest k-1"),
    ({"type": "oauth2", "flows": _IMPLICIT}, "k-1", "Authorization", "Bearer k-1"),
    ({"type": "openIdConnect", "openIdConnectUrl": "https://a.example"}, "k-1", "Authorization",
     "Bearer k-1"),
)  # fmt: skip
