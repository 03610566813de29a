"""How a vendor signs its webhooks (`x-webhook-signature`, described in specs/README.md)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..contract.model import Contract
from ..errors import GreenroomError, InvalidContractError, Problem
from ..lint.document import Document
from ..lint.extensions import webhook_signature

KEY = "x-webhook-signature"

Field = tuple[str, str]

_PLACES = re.compile(r"(\{timestamp\}|\{body\})")


class SignatureError(GreenroomError):
    """A message that does not carry the signature it should, or one that nobody can make."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What a contract says about signing; None for a fact that is not public.

    `timestamp_tolerance` is in seconds.
    """

    algorithm: str | None = None
    encoding: str | None = None
    signature_header: str | None = None
    timestamp_header: str | None = None
    timestamp_unit: str = "seconds"
    timestamp_tolerance: int | None = None
    signed_content: str | None = None
    prefix: str = ""

    @property
    def signs(self) -> bool:
        """Whether the vendor signs at all."""
        return self.algorithm != "none"

    @property
    def unpublished(self) -> tuple[str, ...]:
        """The keys that a signature needs and the contract does not have."""
        needed = {
            "algorithm": self.algorithm,
            "encoding": self.encoding,
            "signature-header": self.signature_header,
            "signed-content": self.signed_content,
        }
        if "{timestamp}" in (self.signed_content or ""):
            needed["timestamp-header"] = self.timestamp_header
        return tuple(key for key, value in needed.items() if self.signs and value is None)

    @property
    def complete(self) -> bool:
        """Whether everything is known that making or verifying a signature takes."""
        return self.signs and not self.unpublished


def signing_of(contract: Contract) -> Signing | None:
    """What a contract says about signing, None for nothing.

    Raises InvalidContractError where what it says breaks the house rule `webhook-signature`.
    """
    if KEY not in contract.document:
        return None
    found = webhook_signature(Document(contract.document, contract.file))
    problems = [Problem(where, "webhook-signature", what, contract.file) for where, what in found]
    if problems:
        raise InvalidContractError(problems)
    known = {name.replace("-", "_"): value for name, value in contract.document[KEY].items()}
    return Signing(**{name: known[name] for name in Signing.__slots__ if name in known})


def stamp(signing: Signing, now: float) -> tuple[Field, ...]:
    """The field that carries the time of sending, () where the vendor sends none."""
    if signing.timestamp_header is None:
        return ()
    unit = 1000 if signing.timestamp_unit == "milliseconds" else 1
    return ((signing.timestamp_header, str(int(now * unit))),)


def sign(signing: Signing, secret: bytes, body: bytes, now: float) -> tuple[Field, ...]:
    """The fields that carry time and signature of a body sent at `now` (seconds since 1970).

    Raises SignatureError where the contract does not say all that it takes.
    """
    times = stamp(signing, now)
    timestamp = times[0][1] if times else ""
    return (*times, (_header(signing), _signature(signing, secret, body, timestamp)))


def verify(signing: Signing, secret: bytes, fields: Iterable[Field], body: bytes) -> None:
    """Raise SignatureError, saying why, unless the fields of a message sign its body.

    How old the message is plays no part. The comparison takes the same time wherever the
    signatures differ.
    """
    listed = list(fields)
    given = _only(listed, _header(signing))
    timestamp = ""
    if signing.timestamp_header and "{timestamp}" in (signing.signed_content or ""):
        timestamp = _only(listed, signing.timestamp_header)
    right = _signature(signing, secret, body, timestamp)
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise SignatureError(f"{_header(signing)} does not sign this body with this secret")


def _header(signing: Signing) -> str:
    if not signing.complete or signing.signature_header is None:
        missing = ", ".join(signing.unpublished)
        raise SignatureError(f"no signature: not known are {missing}" if missing else "not signed")
    return signing.signature_header


def _signature(signing: Signing, secret: bytes, body: bytes, timestamp: str) -> str:
    """Prefix and encoded digest; what stands for what is filled in once, whatever a body holds."""
    parts = {"{timestamp}": timestamp.encode("utf-8", "replace"), "{body}": body}
    pieces = _PLACES.split(signing.signed_content or "")
    content = b"".join(parts.get(piece, piece.encode()) for piece in pieces)
    digest = hmac.new(secret, content, hashlib.sha256).digest()
    encoded = base64.b64encode(digest).decode() if signing.encoding == "base64" else digest.hex()
    return signing.prefix + encoded


def _only(fields: Iterable[Field], name: str) -> str:
    values = [value for field, value in fields if field.lower() == name.lower()]
    if len(values) != 1:
        raise SignatureError(f"{name} is there {len(values)} times" if values else f"no {name}")
    return values[0]
