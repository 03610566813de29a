"""The credentials that requests carry where a contract says so, or by the usual header fields."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from urllib.parse import parse_qsl

from ..contract.model import Contract
from ..http.exchange import Request


def credentials_in(contract: Contract, requests: Iterable[Request]) -> set[str]:
    """The credentials in requests, so that they can be found elsewhere."""
    places = {(s.location, s.parameter.lower()) for s in contract.schemes}
    found = set()
    for request in requests:
        sent = [("header", name, value) for name, value in request.headers]
        sent += [("query", name, value) for name, value in parse_qsl(request.query)]
        for location, name, value in sent:
            if (location, name.lower()) in places or name.lower() == "authorization":
                found |= _secrets_of(value.rpartition(" ")[2])
            elif name.lower() == "cookie":
                found.update(pair.partition("=")[2].strip() for pair in value.split(";"))
    return found - {""}


def _secrets_of(credential: str) -> set[str]:
    """A credential, and the password in it if it is one of Basic (RFC 7617 section 2)."""
    try:
        user, colon, password = b64decode(credential, validate=True).decode().partition(":")
    except ValueError:
        return {credential}
    # With some vendors the key is the user, and there is no password.
    return {credential, password or user} if colon else {credential}
