"""Signing a webhook as its vendor does, and verifying such a signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

from ..contract.webhook_signature import Signing
from ..errors import GreenroomError
from ..http.exchange import Fields

_PLACES = re.compile(r"(\{timestamp\}|\{id\}|\{body\})")


class SignatureError(GreenroomError):
    """A message without the signature that it should carry, or a signature that cannot be made."""


def timestamp_field(signing: Signing, now: float) -> Fields:
    """The field with the time of sending, () where the vendor sends no time."""
    if signing.timestamp_header is None:
        return ()
    return ((signing.timestamp_header, str(int(now * signing.timestamp_units))),)


def sign(signing: Signing, secret: bytes, body: bytes, now: float, id: str = "") -> Fields:
    """The fields that carry identifier, time and signature of a body.

    It is sent at `now` (seconds since 1970). Raises SignatureError where the contract lacks
    something that this needs, or for a secret that is not of the form that it says.
    """
    times, name = timestamp_field(signing, now), _signature_header(signing)
    signature = _signature(signing, secret, body, times[0][1] if times else "", id)
    named = ((signing.id_header, id),) if signing.id_header else ()
    return (*named, *times, (name, signature))


def verify(signing: Signing, secret: bytes, fields: Iterable[tuple[str, str]], body: bytes) -> None:
    """Raise SignatureError, saying why, unless the fields of a message sign its body.

    The age of the message is not checked. The comparison takes the same time wherever the
    signatures differ.
    """
    listed = list(fields)
    given = _single_value(listed, _signature_header(signing))
    content = signing.signed_content or ""
    timestamp = id = ""
    if signing.timestamp_header and "{timestamp}" in content:
        timestamp = _single_value(listed, signing.timestamp_header)
    if signing.id_header and "{id}" in content:
        id = _single_value(listed, signing.id_header)
    right = _signature(signing, secret, body, timestamp, id).encode()
    # While a secret is replaced, there is one signature for each (Standard Webhooks).
    signatures = {given, *given.split(" ")}
    if not any(hmac.compare_digest(right, s.encode("utf-8", "replace")) for s in signatures):
        raise SignatureError(
            f"{_signature_header(signing)} does not sign this body with this secret"
        )


def objection(
    signing: Signing, secret: bytes, fields: Iterable[tuple[str, str]], *bodies: bytes
) -> str:
    """Why the fields of a message sign no form of its body, empty if they sign one."""
    listed, reasons = list(fields), []
    for body in bodies:
        try:
            verify(signing, secret, listed, body)
        except SignatureError as error:
            reasons.append(str(error))
        else:
            return ""
    return reasons[0]


def _signature_header(signing: Signing) -> str:
    if not signing.complete or signing.signature_header is None:
        missing = ", ".join(signing.unpublished)
        raise SignatureError(
            f"no signature: the contract lacks {missing}" if missing else "not signed"
        )
    return signing.signature_header


def _key(signing: Signing, secret: bytes) -> bytes:
    text = secret.removeprefix(signing.secret_prefix.encode())
    if signing.secret_encoding is None:
        return text
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise SignatureError(f"the secret is not {signing.secret_encoding}: {error}") from error


def _signature(signing: Signing, secret: bytes, body: bytes, timestamp: str, id: str) -> str:
    """Prefix and encoded digest. A placeholder within the body is not replaced."""
    sent = {"{timestamp}": timestamp, "{id}": id}
    parts = {"{body}": body, **{name: s.encode("utf-8", "replace") for name, s in sent.items()}}
    pieces = _PLACES.split(signing.signed_content or "")
    content = b"".join(parts.get(piece, piece.encode()) for piece in pieces)
    digest = hmac.new(_key(signing, secret), content, hashlib.sha256).digest()
    encoded = base64.b64encode(digest).decode() if signing.encoding == "base64" else digest.hex()
    return signing.prefix + encoded


def _single_value(fields: Iterable[tuple[str, str]], name: str) -> str:
    values = [value for field, value in fields if field.lower() == name.lower()]
    if len(values) != 1:
        raise SignatureError(f"{name} was sent {len(values)} times" if values else f"no {name}")
    return values[0]
