"""How a vendor signs its webhooks (`x-webhook-signature`, described in specs/README.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidContractError, Problem
from ..schema import json_pointer as ptr
from . import extension_schemas
from .model import Contract

SIGNATURE_KEY = "x-webhook-signature"
# What may stand in the signed content beside the body, and the key that names its field.
_SENT = {"{timestamp}": "timestamp-header", "{id}": "id-header"}


@dataclass(frozen=True, slots=True)
class Signing:
    """How a vendor signs; a value that is not public is None.

    `timestamp_tolerance` is in seconds. `secret_encoding` is `base64` where the key is the decoded
    secret, without `secret_prefix`, which is no part of the key in any case.
    """

    algorithm: str | None = None
    encoding: str | None = None
    signature_header: str | None = None
    timestamp_header: str | None = None
    timestamp_unit: str = "seconds"
    timestamp_tolerance: int | None = None
    signed_content: str | None = None
    prefix: str = ""
    id_header: str | None = None
    secret_prefix: str = ""
    secret_encoding: str | None = None

    @property
    def timestamp_units(self) -> int:
        """How many units of the time of sending a second has."""
        return 1000 if self.timestamp_unit == "milliseconds" else 1

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
        sent = {"timestamp-header": self.timestamp_header, "id-header": self.id_header}
        content = self.signed_content or ""
        needed |= {key: sent[key] for placed, key in _SENT.items() if placed in content}
        return tuple(key for key, value in needed.items() if self.signs and value is None)

    @property
    def complete(self) -> bool:
        """Whether everything that a signature needs is known."""
        return self.signs and not self.unpublished


def signing_of(contract: Contract) -> Signing | None:
    """How the vendor of a contract signs; None without an `x-webhook-signature`.

    Raises InvalidContractError for one that breaks the house rule `webhook-signature`.
    """
    if SIGNATURE_KEY not in contract.document:
        return None
    found = [
        Problem(pointer, "webhook-signature", message, contract.file)
        for pointer, message in problems(contract.document)
    ]
    if found:
        raise InvalidContractError(found)
    node = contract.document[SIGNATURE_KEY]
    known = {name.replace("-", "_"): value for name, value in node.items()}
    return Signing(**{name: known[name] for name in Signing.__slots__ if name in known})


def problems(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The problems of the `x-webhook-signature` of a document, each with its pointer."""
    yield from extension_schemas.problems(SIGNATURE_KEY, document, "")
    node = document.get(SIGNATURE_KEY)
    if not isinstance(node, dict) or node.get("algorithm") == "none":
        return
    if "timestamp-tolerance" in node and "timestamp-header" not in node:
        where = ptr.join("", SIGNATURE_KEY, "timestamp-tolerance")
        yield where, "has no meaning without 'timestamp-header'"
    where = ptr.join("", SIGNATURE_KEY, "signed-content")
    content = str(node.get("signed-content", "{body}"))
    if "{body}" not in content:
        yield where, "without '{body}' the signature proves nothing"
    for name in re.findall(r"\{[^{}]*\}", content):
        if name not in ("{body}", *_SENT):
            known = ", ".join(map(repr, ("{body}", *_SENT)))
            yield where, f"{name!r} is not a placeholder; known: {known}"
    for placed, key in _SENT.items():
        if placed in content and key not in node:
            yield f"/{SIGNATURE_KEY}", f"{placed!r} is signed, so the key {key!r} is needed"
