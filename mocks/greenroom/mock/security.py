"""Test credentials and the security requirements of an operation (OpenAPI 3.1, 4.8.30)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..codec.credentials import (
    EXPIRED_KEY,
    FORBIDDEN_KEY,
    GOOD_KEY,
    Credential,
    authentication_scheme,
    compile_reader,
    credential,
    credentials_of,
    is_visible,
)
from ..contract.model import Contract, Operation, SecurityRequirement, SecurityScheme
from .response.prepared import header_value

MISSING = "missing-credential"
UNKNOWN = "unknown-credential"
EXPIRED = "expired-credential"
FORBIDDEN = "insufficient-permission"

Headers = Mapping[bytes, bytes]
# Takes the request headers and the raw query, gives None to let pass, else a kind and a reason.
Gate = Callable[[Headers, bytes], tuple[str, str] | None]


def compile_gate(operation: Operation, any_credential: bool = False) -> Gate | None:
    """The check of an operation's security; None where anyone may call it.

    With `any_credential` every credential that is not empty is good.
    """
    if not operation.secured:
        return None
    alternatives = tuple(
        tuple(_check(requirement, any_credential) for requirement in all_of)
        for all_of in operation.security
    )
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        return alternatives[0][0]

    def gate(headers: Headers, query: bytes) -> tuple[str, str] | None:
        refusals = []
        for all_of in alternatives:
            refused = next((r for check in all_of if (r := check(headers, query))), None)
            if refused is None:
                return None
            refusals.append(refused)
        # What came closest is told: a known key without the right before an unknown one.
        order = (FORBIDDEN, EXPIRED, UNKNOWN, MISSING)
        return min(refusals, key=lambda refusal: order.index(refusal[0]))

    return gate


def good_credentials(contract: Contract) -> list[Credential]:
    """The good test credential of the contract's first security requirement, one per scheme."""
    secured = next((o for o in contract.operations if o.secured), None)
    return credentials_of(secured, GOOD_KEY) if secured is not None else []


def challenge(operation: Operation) -> bytes | None:
    """The `WWW-Authenticate` value of a 401, every scheme once (RFC 9110 section 11.6.1)."""
    schemes = (requirement.scheme for all_of in operation.security for requirement in all_of)
    found = dict.fromkeys(_challenge(scheme) for scheme in schemes if is_visible(scheme))
    return header_value(", ".join(found)) if found else None


def _challenge(scheme: SecurityScheme) -> str:
    if scheme.type == "apiKey":
        return f'ApiKey name="{scheme.parameter}", in="{scheme.location}"'
    return f'{authentication_scheme(scheme).title()} realm="greenroom"'


def _check(requirement: SecurityRequirement, any_credential: bool) -> Gate:
    scheme = requirement.scheme
    if not is_visible(scheme):
        return lambda headers, query: None
    read = compile_reader(scheme)
    missing = (MISSING, f"no credential: {_where(scheme)}")
    known = ", ".join((GOOD_KEY, *scheme.tokens))

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
        scopes = scheme.tokens.get(token)
        if scopes is None:
            return UNKNOWN, f"unknown credential; good test credentials: {known}"
        if lacking := sorted(requirement.scopes - scopes):
            return FORBIDDEN, f"the credential {token} lacks: {', '.join(lacking)}"
        return None

    return check


def _where(scheme: SecurityScheme) -> str:
    sent = credential(scheme, GOOD_KEY)
    return f"send {sent.location} {sent.name}: {sent.value}"
