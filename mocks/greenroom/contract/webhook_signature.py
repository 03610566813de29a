"""How a vendor signs its webhooks (`x-webhook-signature`, described in specs/README.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidContractError, Problem
from ..schema import json_pointer as ptr
from .extension_shapes import Found, is_count, keys
from .model import Contract

KEY = "x-webhook-signature"

_WORDS = {
    "algorithm": ("hmac-sha256", "none"),
    "encoding": ("hex", "base64"),
    "timestamp-unit": ("seconds", "milliseconds"),
}
_TOLERANCE = "timestamp-tolerance"
_TEXTS = ("signature-header", "prefix", "timestamp-header", "signed-content")


@dataclass(frozen=True, slots=True)
class Signing:
    """How a vendor signs; None for a fact that is not public.

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
    """How the vendor of a contract signs; None without an `x-webhook-signature`.

    Raises InvalidContractError for one that breaks the house rule `webhook-signature`.
    """
    if KEY not in contract.document:
        return None
    found = [
        Problem(pointer, "webhook-signature", message, contract.file)
        for pointer, message in problems(contract.document)
    ]
    if found:
        raise InvalidContractError(found)
    known = {name.replace("-", "_"): value for name, value in contract.document[KEY].items()}
    return Signing(**{name: known[name] for name in Signing.__slots__ if name in known})


def problems(document: Mapping[str, Any]) -> Iterator[Found]:
    """Pointer and message of each problem of a document's `x-webhook-signature`."""
    if KEY not in document:
        return
    node, where = document[KEY], f"/{KEY}"
    is_unsigned = isinstance(node, dict) and node.get("algorithm") == "none"
    known = ("algorithm",) if is_unsigned else (*_WORDS, *_TEXTS, _TOLERANCE)
    yield from keys(node, where, (), known)
    if is_unsigned or not isinstance(node, dict):
        return
    for name, words in _WORDS.items():
        if name in node and node[name] not in words:
            yield where, f"{name!r} must be {' or '.join(map(repr, words))}"
    for name in _TEXTS:
        if name in node and not (isinstance(node[name], str) and node[name]):
            yield (
                ptr.join(where, name),
                f"{node[name]!r} is not a text; leave out an unknown value",
            )
    if _TOLERANCE in node and not is_count(node[_TOLERANCE], 1):
        yield ptr.join(where, _TOLERANCE), "not a whole number of seconds above 0"
    elif _TOLERANCE in node and "timestamp-header" not in node:
        yield ptr.join(where, _TOLERANCE), "has no meaning without 'timestamp-header'"
    content = str(node.get("signed-content", "{body}"))
    if "{body}" not in content:
        yield ptr.join(where, "signed-content"), "without '{body}' the signature proves nothing"
    for name in re.findall(r"\{[^{}]*\}", content):
        if name not in ("{body}", "{timestamp}"):
            message = f"{name!r} is not a placeholder; known: '{{body}}', '{{timestamp}}'"
            yield ptr.join(where, "signed-content"), message
    if "{timestamp}" in content and "timestamp-header" not in node:
        yield where, "'{timestamp}' is signed, so 'timestamp-header' is needed"
