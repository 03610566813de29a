"""A credential to the wire and back, by its security scheme (OpenAPI 3.1, 4.8.27)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ..contract.model import Operation, SecurityScheme
from ..http.pairs import cookie_pairs, query_pairs

# The test credentials that every mock knows.
GOOD_KEY = "test-key"
EXPIRED_KEY = "expired-key"
FORBIDDEN_KEY = "forbidden-key"
# What a check sends where a credential is to be refused.
WRONG_KEY = "greenroom-wrong-credential"

# Takes the header fields of a request by lower-case name, and its raw query.
CredentialReader = Callable[[Mapping[bytes, bytes], bytes], str | None]


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a client puts a credential: a header, query parameter or cookie, and its value.

    `token` is the bare credential, `value` is what is sent, for example with `Bearer ` before it.
    """

    location: str
    name: str
    value: str
    token: str


def is_visible(scheme: SecurityScheme) -> bool:
    """Whether a request can carry a credential of the scheme: a certificate is not part of one."""
    return scheme.type != "mutualTLS"


def authentication_scheme(scheme: SecurityScheme) -> str:
    """The scheme that `Authorization` names, lower case (RFC 9110 section 11.1).

    OAuth 2 and OpenID Connect use Bearer (RFC 6750).
    """
    return scheme.scheme if scheme.type == "http" else "bearer"


def credential(scheme: SecurityScheme, token: str) -> Credential:
    """A token as its scheme sends it; for HTTP Basic as the password of `user`."""
    if scheme.type == "apiKey":
        return Credential(scheme.location, scheme.parameter, token, token)
    kind, sent = authentication_scheme(scheme), token
    if kind == "basic":
        sent = base64.b64encode(f"user:{token}".encode()).decode()
    return Credential("header", "Authorization", f"{kind.title()} {sent}", token)


def credentials_of(operation: Operation, token: str | None) -> list[Credential]:
    """A token as the first security requirement of an operation sends it; [] without one."""
    if not token or not operation.security:
        return []
    schemes = (requirement.scheme for requirement in operation.security[0])
    return [credential(scheme, token) for scheme in schemes if is_visible(scheme)]


def compile_reader(scheme: SecurityScheme) -> CredentialReader:
    """A function that reads the token of a scheme from a request, None if it is absent."""
    name = scheme.parameter
    if scheme.type != "apiKey":
        kind = authentication_scheme(scheme)
        return lambda headers, _: _authorization(_text(headers, b"authorization") or "", kind)
    if scheme.location == "query":
        return lambda _, query: _named(((n, unquote(v)) for n, v in query_pairs(query)), name)
    if scheme.location == "cookie":
        return lambda headers, _: _named(cookie_pairs(_text(headers, b"cookie") or ""), name)
    key = name.lower().encode()
    return lambda headers, _: _text(headers, key)


def _text(headers: Mapping[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1").strip()


def _authorization(value: str, kind: str) -> str | None:
    given, _, rest = value.partition(" ")
    if given.lower() != kind:
        return None
    if kind != "basic":
        return rest.strip()
    try:
        user, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except ValueError:
        # Not in the form of RFC 7617, and so never the same as a token in plain text.
        return f"{given} {rest}"
    return password or user


def _named(pairs: Iterable[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in pairs if key == name), None)
