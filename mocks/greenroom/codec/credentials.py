"""A credential to the wire and back, by its security scheme (OpenAPI 3.1, 4.8.27)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ..contract.model import Operation, SecurityScheme
from ..http.pairs import cookie_pairs, query_pairs

# The test credentials that every mock knows.
GOOD_KEY = "test-key"
EXPIRED_KEY = "expired-key"
FORBIDDEN_KEY = "forbidden-key"

# Takes the header fields of a request by lower-case name, and its raw query.
CredentialReader = Callable[[Mapping[bytes, bytes], bytes], str | None]


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a client puts a credential: a header, query parameter or cookie, and its value.

    `token` is the bare credential, `value` what is sent (`Bearer ` and the like before it).
    """

    location: str
    name: str
    value: str
    scheme: str
    token: str


def is_visible(scheme: SecurityScheme) -> bool:
    """Whether a request holds a credential of the scheme: certificates are not part of one."""
    return scheme.type != "mutualTLS"


def authentication_scheme(scheme: SecurityScheme) -> str:
    """The scheme that `Authorization` names, lower case (RFC 9110 section 11.1).

    OAuth 2 and OpenID Connect use Bearer (RFC 6750).
    """
    return scheme.scheme if scheme.type == "http" else "bearer"


def credential(scheme: SecurityScheme, token: str) -> Credential:
    """A token as the scheme wants it sent; as the password of `user` for HTTP Basic."""
    if scheme.type == "apiKey":
        return Credential(scheme.location, scheme.parameter, token, scheme.name, token)
    kind, sent = authentication_scheme(scheme), token
    if kind == "basic":
        sent = base64.b64encode(f"user:{token}".encode()).decode()
    return Credential("header", "Authorization", f"{kind.title()} {sent}", scheme.name, token)


def credentials_of(operation: Operation, token: str | None) -> list[Credential]:
    """A token as the first of an operation's alternatives wants it sent; [] for no token."""
    if token is None or not operation.security:
        return []
    schemes = (requirement.scheme for requirement in operation.security[0])
    return [credential(scheme, token) for scheme in schemes if is_visible(scheme)]


def compile_reader(scheme: SecurityScheme) -> CredentialReader:
    """A function that reads the token of a scheme from a request, None where there is none."""
    name = scheme.parameter
    if scheme.type != "apiKey":
        kind = authentication_scheme(scheme)
        return lambda headers, query: _authorization(headers.get(b"authorization", b""), kind)
    if scheme.location == "query":
        return lambda headers, query: next(
            (unquote(value) for key, value in query_pairs(query) if key == name), None
        )
    if scheme.location == "cookie":
        return lambda headers, query: _cookie(headers.get(b"cookie", b""), name)
    key = name.lower().encode()

    def header(headers: Mapping[bytes, bytes], _: bytes) -> str | None:
        value = headers.get(key)
        return None if value is None else value.decode("latin-1").strip()

    return header


def _authorization(value: bytes, kind: str) -> str | None:
    given, _, rest = value.decode("latin-1").strip().partition(" ")
    if given.lower() != kind:
        return None
    if kind != "basic":
        return rest.strip()
    try:
        user, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        # Not as RFC 7617 writes one: a credential, but not the one that it would be in plain text.
        return f"{given} {rest}"
    return password or user


def _cookie(value: bytes, name: str) -> str | None:
    pairs = cookie_pairs(value.decode("latin-1"))
    return next((text for key, text in pairs if key == name), None)
