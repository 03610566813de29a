"""Test credentials and the security requirements of an operation (OpenAPI 3.1, 4.8.30)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from ..contract.model import Contract, Demand, Operation, SecurityScheme

GOOD_KEY = "test-key"
EXPIRED_KEY = "expired-key"
FORBIDDEN_KEY = "forbidden-key"

MISSING = "missing-credential"
UNKNOWN = "unknown-credential"
EXPIRED = "expired-credential"
FORBIDDEN = "insufficient-permission"

Headers = Mapping[bytes, bytes]
# Takes the request headers and the raw query, gives None to let pass, else a kind and a reason.
Gate = Callable[[Headers, bytes], tuple[str, str] | None]
_Reader = Callable[[Headers, bytes], str | None]


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a client puts a test credential: a header, query parameter or cookie and its value."""

    location: str
    name: str
    value: str
    scheme: str


def compile_gate(operation: Operation, any_credential: bool = False) -> Gate | None:
    """The check of an operation's security; None where anyone may call it.

    With `any_credential` every credential that is not empty is good.
    """
    if not operation.secured:
        return None
    alternatives = tuple(
        tuple(_check(demand, any_credential) for demand in both) for both in operation.security
    )
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        return alternatives[0][0]

    def gate(headers: Headers, query: bytes) -> tuple[str, str] | None:
        refusals = []
        for both in alternatives:
            refused = next((r for check in both if (r := check(headers, query))), None)
            if refused is None:
                return None
            refusals.append(refused)
        # What came closest is told: a known key without the right before an unknown one.
        order = (FORBIDDEN, EXPIRED, UNKNOWN, MISSING)
        return min(refusals, key=lambda refusal: order.index(refusal[0]))

    return gate


def test_credentials(contract: Contract) -> list[Credential]:
    """The good test credential of the contract's first security requirement, one per scheme."""
    for operation in contract.operations:
        if operation.secured:
            return [_presented(demand.scheme, GOOD_KEY) for demand in operation.security[0]]
    return []


def challenge(operation: Operation) -> bytes | None:
    """The `WWW-Authenticate` value of a 401 (RFC 9110 section 11.6.1)."""
    for both in operation.security:
        for demand in both:
            scheme = demand.scheme
            if scheme.type == "apiKey":
                return f'ApiKey name="{scheme.parameter}", in="{scheme.location}"'.encode()
            if scheme.type == "http":
                return f'{scheme.scheme.title()} realm="greenroom"'.encode()
            return b'Bearer realm="greenroom"'
    return None


def _check(demand: Demand, any_credential: bool) -> Gate:
    scheme = demand.scheme
    if scheme.type == "mutualTLS":
        # Nothing of it is visible to a plain HTTP server.
        return lambda headers, query: None
    read = _reader(scheme)
    missing = (MISSING, f"no credential: {_where(scheme)}")
    granted = {GOOD_KEY: None, **scheme.tokens}
    known = ", ".join(granted)

    def check(headers: Headers, query: bytes) -> tuple[str, str] | None:
        token = read(headers, query)
        if not token:
            return missing
        if token == GOOD_KEY or any_credential:
            return None
        if token == EXPIRED_KEY:
            return EXPIRED, f"the test credential {EXPIRED_KEY} has expired"
        if token == FORBIDDEN_KEY:
            return FORBIDDEN, f"the test credential {FORBIDDEN_KEY} has no permission"
        scopes = granted.get(token)
        if scopes is None:
            return UNKNOWN, f"unknown credential; good test credentials: {known}"
        if lacking := sorted(demand.scopes - scopes):
            return FORBIDDEN, f"the credential {token} lacks: {', '.join(lacking)}"
        return None

    return check


def _reader(scheme: SecurityScheme) -> _Reader:
    name = scheme.parameter
    if scheme.type == "apiKey" and scheme.location == "query":
        return lambda headers, query: _first(query, name)
    if scheme.type == "apiKey" and scheme.location == "cookie":
        return lambda headers, query: _cookie(headers.get(b"cookie", b""), name)
    if scheme.type == "apiKey":
        key = name.lower().encode("latin-1")

        def header(headers: Headers, _: bytes) -> str | None:
            value = headers.get(key)
            return None if value is None else value.decode("latin-1").strip()

        return header
    kind = scheme.scheme if scheme.type == "http" else "bearer"
    return lambda headers, query: _authorization(headers.get(b"authorization", b""), kind)


def _authorization(value: bytes, kind: str) -> str | None:
    given, _, rest = value.decode("latin-1").strip().partition(" ")
    if given.lower() != kind:
        return None
    token = rest.strip()
    if kind != "basic":
        return token
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return token
    return password or user


def _first(query: bytes, name: str) -> str | None:
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return next((value for key, value in pairs if key == name), None)


def _cookie(value: bytes, name: str) -> str | None:
    try:
        morsel = SimpleCookie(value.decode("latin-1")).get(name)
    except CookieError:
        return None
    return morsel.value if morsel is not None else None


def _where(scheme: SecurityScheme) -> str:
    presented = _presented(scheme, GOOD_KEY)
    return f"send {presented.location} {presented.name}: {presented.value}"


def _presented(scheme: SecurityScheme, token: str) -> Credential:
    if scheme.type == "apiKey":
        return Credential(scheme.location, scheme.parameter, token, scheme.name)
    if scheme.type == "http" and scheme.scheme == "basic":
        encoded = base64.b64encode(f"user:{token}".encode()).decode()
        return Credential("header", "Authorization", f"Basic {encoded}", scheme.name)
    kind = scheme.scheme.title() if scheme.type == "http" else "Bearer"
    return Credential("header", "Authorization", f"{kind} {token}", scheme.name)
