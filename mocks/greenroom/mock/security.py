"""Test credentials and the security requirements of an operation (OpenAPI 3.1, 4.8.30)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import unquote

from ..codec.parameters.parsing import cookie_pairs, query_pairs
from ..contract.model import Contract, Operation, SecurityRequirement, SecurityScheme
from .response.headers import header_value

GOOD_KEY = "test-key"
EXPIRED_KEY = "expired-key"
FORBIDDEN_KEY = "forbidden-key"

MISSING = "missing-credential"
UNKNOWN = "unknown-credential"
EXPIRED = "expired-credential"
FORBIDDEN = "insufficient-permission"

# The principal where `any_credential` accepts what may be a secret.
ANY = "any-credential"

Headers = Mapping[bytes, bytes]
_Reader = Callable[[Headers, bytes], str | None]


class Authentication(NamedTuple):
    """Either the test credential that was accepted (None where nobody asks), or a refusal."""

    principal: str | None = None
    refusal: str | None = None
    reason: str = ""


# Takes the request headers and the raw query.
SecurityCheck = Callable[[Headers, bytes], Authentication]


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a client puts a test credential: a header, query parameter or cookie and its value.

    `token` is the bare credential, `value` what is sent (`Bearer ` and the like before it).
    """

    location: str
    name: str
    value: str
    scheme: str
    token: str


def compile_security_check(
    operation: Operation, any_credential: bool = False
) -> SecurityCheck | None:
    """The check of an operation's security requirements; None where anyone may call it.

    With `any_credential` every credential that is not empty is accepted.
    """
    if not operation.secured:
        return None
    alternatives = tuple(
        tuple(_check(requirement, any_credential) for requirement in all_of)
        for all_of in operation.security
    )
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        return alternatives[0][0]

    def security_check(headers: Headers, query: bytes) -> Authentication:
        refusals = []
        for all_of in alternatives:
            found = [check(headers, query) for check in all_of]
            refused = next((each for each in found if each.refusal is not None), None)
            if refused is None:
                principals = dict.fromkeys(each.principal for each in found if each.principal)
                return Authentication(", ".join(principals) or None)
            refusals.append(refused)
        # The closest miss is reported: a known key without the right before an unknown one.
        order = (FORBIDDEN, EXPIRED, UNKNOWN, MISSING)
        return min(refusals, key=lambda refused: order.index(refused.refusal or MISSING))

    return security_check


def good_credentials(contract: Contract) -> list[Credential]:
    """The good test credential of the contract's first security requirement, one per scheme."""
    secured = next((o for o in contract.operations if o.secured), None)
    return presented(secured.security[0]) if secured is not None else []


def presented(demands: Iterable[SecurityRequirement]) -> list[Credential]:
    """The good test credential of each demanded scheme."""
    schemes = (requirement.scheme for requirement in demands)
    return [_presented(scheme, GOOD_KEY) for scheme in schemes if _is_visible(scheme)]


def challenge(operation: Operation) -> bytes | None:
    """The `WWW-Authenticate` value of a 401, every scheme once (RFC 9110 section 11.6.1)."""
    schemes = (requirement.scheme for all_of in operation.security for requirement in all_of)
    found = dict.fromkeys(_challenge(scheme) for scheme in schemes if _is_visible(scheme))
    return header_value(", ".join(found)) if found else None


def _challenge(scheme: SecurityScheme) -> str:
    if scheme.type == "apiKey":
        return f'ApiKey name="{scheme.parameter}", in="{scheme.location}"'
    return f'{_kind(scheme).title()} realm="greenroom"'


def _check(requirement: SecurityRequirement, any_credential: bool) -> SecurityCheck:
    scheme = requirement.scheme
    accepted = Authentication(GOOD_KEY)
    if not _is_visible(scheme):
        return lambda headers, query: Authentication()
    read = _reader(scheme)
    missing = Authentication(None, MISSING, f"no credential: {_where(scheme)}")
    known = (GOOD_KEY, *scheme.tokens)

    def check(headers: Headers, query: bytes) -> Authentication:
        token = read(headers, query)
        if not token:
            return missing
        if token == GOOD_KEY:
            return accepted
        if any_credential:
            return Authentication(token if token in known else ANY)
        if token == EXPIRED_KEY:
            reason = f"the test credential {EXPIRED_KEY} has expired"
            return Authentication(None, EXPIRED, reason)
        if token == FORBIDDEN_KEY:
            reason = f"the test credential {FORBIDDEN_KEY} has no permission"
            return Authentication(None, FORBIDDEN, reason)
        scopes = scheme.tokens.get(token)
        if scopes is None:
            reason = f"unknown credential; good test credentials: {', '.join(known)}"
            return Authentication(None, UNKNOWN, reason)
        if lacking := sorted(requirement.scopes - scopes):
            reason = f"the credential {token} lacks: {', '.join(lacking)}"
            return Authentication(None, FORBIDDEN, reason)
        return Authentication(token)

    good = _presented(scheme, GOOD_KEY)
    if good.location != "header":
        return check
    field, value = good.name.lower().encode(), good.value.encode()

    def quick_check(headers: Headers, query: bytes) -> Authentication:
        # Nearly all clients send just this, and comparing it is faster than parsing it.
        return accepted if headers.get(field) == value else check(headers, query)

    return quick_check


def _reader(scheme: SecurityScheme) -> _Reader:
    name = scheme.parameter
    if scheme.type != "apiKey":
        kind = _kind(scheme)
        return lambda headers, query: _authorization(headers.get(b"authorization", b""), kind)
    if scheme.location == "query":
        return lambda headers, query: _first(query, name)
    if scheme.location == "cookie":
        return lambda headers, query: _cookie(headers.get(b"cookie", b""), name)
    key = name.lower().encode()

    def header(headers: Headers, _: bytes) -> str | None:
        value = headers.get(key)
        return None if value is None else value.decode("latin-1").strip()

    return header


def _is_visible(scheme: SecurityScheme) -> bool:
    """Whether a plain HTTP server can see a credential of the scheme."""
    return scheme.type != "mutualTLS"


def _kind(scheme: SecurityScheme) -> str:
    """The authentication scheme that a client names; OAuth 2 and OpenID Connect use Bearer."""
    return scheme.scheme if scheme.type == "http" else "bearer"


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


def _first(query: bytes, name: str) -> str | None:
    return next((unquote(value) for key, value in query_pairs(query) if key == name), None)


def _cookie(value: bytes, name: str) -> str | None:
    pairs = cookie_pairs(value.decode("latin-1"))
    return next((text for key, text in pairs if key == name), None)


def _where(scheme: SecurityScheme) -> str:
    presented = _presented(scheme, GOOD_KEY)
    return f"send {presented.location} {presented.name}: {presented.value}"


def _presented(scheme: SecurityScheme, token: str) -> Credential:
    if scheme.type == "apiKey":
        return Credential(scheme.location, scheme.parameter, token, scheme.name, token)
    kind, sent = _kind(scheme), token
    if kind == "basic":
        sent = base64.b64encode(f"user:{token}".encode()).decode()
    return Credential("header", "Authorization", f"{kind.title()} {sent}", scheme.name, token)
