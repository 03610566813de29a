"""A receiver's verification, written from what a contract says of signatures, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

# How old a message may be where the contract says nothing, in seconds.
_OLDEST = 300


def refusal(
    extension: Mapping[str, Any], secret: str, headers: Mapping[str, str], body: bytes
) -> str:
    """Why a receiver refuses a message, empty for one that it accepts.

    `extension` is the `x-webhook-signature` of the document, `headers` are by lower-case name.
    """
    time_header = extension.get("timestamp-header", "")
    sent = headers.get(time_header.lower(), "")
    unit = 1000 if extension.get("timestamp-unit") == "milliseconds" else 1
    if time_header:
        if not sent.isdigit():
            return "no time"
        if abs(time.time() - int(sent) / unit) > extension.get("timestamp-tolerance", _OLDEST):
            return "too old"
    parts = {
        "timestamp": sent.encode(),
        "id": headers.get(extension.get("id-header", "").lower(), "").encode(),
        "body": body,
    }
    signed, rest = b"", extension["signed-content"]
    while rest:
        literal, _, behind = rest.partition("{")
        name, _, rest = behind.partition("}")
        signed += literal.encode() + parts.get(name, b"")
    assert extension["algorithm"] == "hmac-sha256"
    assert extension["encoding"] == "hex"
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    right = extension.get("prefix", "") + digest
    given = headers.get(extension["signature-header"].lower(), "")
    return "" if hmac.compare_digest(right, given) else "wrong signature"
