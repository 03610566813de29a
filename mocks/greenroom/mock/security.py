"""Test credentials and the security requirements of an operation (OpenAPI 3.1, 4.8.30)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

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
from .response.headers import header_value

MISSING = "missing-credential"
UNKNOWN = "unknown-credential"
EXPIRED = "expired-credential"
FORBIDDEN = "insufficient-permission"

# Which names a space, an isolated account, may have.
SPACE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}")
SPACE_NAME_RULE = f"the name of a space matches {SPACE_NAME.pattern}"

# The principal of a credential that `any_credential` accepts, since it may be a secret.
ANY = "any-credential"

Headers = Mapping[bytes, bytes]


class Authentication(NamedTuple):
    """Either the test credential that was accepted (None where none is needed), or a refusal.

    `space` is the name behind a tilde that the credential bears, as in `test-key~NAME`.
    """

    principal: str | None = None
    refusal: str | None = None
    reason: str = ""
    space: str | None = None


# Takes the request headers and the raw query.
SecurityCheck = Callable[[Headers, bytes], Authentication]


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
                space = next((each.space for each in found if each.space), None)
                return Authentication(", ".join(principals) or None, space=space)
            refusals.append(refused)
        # The closest miss is reported: a known key without the right before an unknown one.
        order = (FORBIDDEN, EXPIRED, UNKNOWN, MISSING)
        return min(refusals, key=lambda refused: order.index(refused.refusal or MISSING))

    return security_check


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


def _check(requirement: SecurityRequirement, any_credential: bool) -> SecurityCheck:
    scheme = requirement.scheme
    accepted = Authentication(GOOD_KEY)
    if not is_visible(scheme):
        return lambda headers, query: Authentication()
    read = compile_reader(scheme)
    missing = Authentication(None, MISSING, f"no credential: {_where(scheme)}")
    known = (GOOD_KEY, *scheme.tokens)
    bearing = (*known, EXPIRED_KEY, FORBIDDEN_KEY)

    def check(headers: Headers, query: bytes) -> Authentication:
        token = read(headers, query)
        if not token:
            return missing
        if token == GOOD_KEY:
            return accepted
        bare, tilde, space = token.rpartition("~")
        if tilde and bare in bearing:
            if not SPACE_NAME.fullmatch(space):
                return Authentication(None, UNKNOWN, f"{space!r}: {SPACE_NAME_RULE}")
            return judge(bare)._replace(space=space)
        return judge(token)

    def judge(token: str) -> Authentication:
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
            kind = "scopes" if scheme.type in ("oauth2", "openIdConnect") else "roles"
            reason = f"the credential {token} lacks the {kind} {', '.join(lacking)}"
            return Authentication(None, FORBIDDEN, reason)
        return Authentication(token)

    good = credential(scheme, GOOD_KEY)
    if good.location != "header":
        return check
    field, value = good.name.lower().encode(), good.value.encode()

    def quick_check(headers: Headers, query: bytes) -> Authentication:
        # Nearly all clients send this value, and comparing it is faster than parsing it.
        return accepted if headers.get(field) == value else check(headers, query)

    return quick_check


def _where(scheme: SecurityScheme) -> str:
    sent = credential(scheme, GOOD_KEY)
    return f"send {sent.location} {sent.name}: {sent.value}"
