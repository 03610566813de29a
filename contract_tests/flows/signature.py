"""Verifying a signed webhook by what its contract says of signatures, and by nothing else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

from .frame import Received


def verify(document: Mapping[str, Any], received: Received, secret: str) -> None:
    """Assert that a webhook is signed with a secret, now by the wall clock where it tells a time.

    The test knows HMAC-SHA256 with the UTF-8 bytes of the secret as the key, in hex or base64.
    """
    rules = document["x-webhook-signature"]
    assert rules["algorithm"] == "hmac-sha256"
    told = received.headers.get(rules.get("timestamp-header", "").lower(), "")
    if "timestamp-header" in rules:
        assert rules.get("timestamp-unit", "seconds") == "seconds"
        assert abs(int(told) - time.time()) < 300
    before, body, behind = rules["signed-content"].partition("{body}")
    assert body
    signed = b"".join(
        [
            before.replace("{timestamp}", told).encode(),
            received.request.body,
            behind.replace("{timestamp}", told).encode(),
        ]
    )
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    written = {"hex": digest.hex(), "base64": base64.b64encode(digest).decode()}
    expected = rules.get("prefix", "") + written[rules["encoding"]]
    assert received.headers[rules["signature-header"].lower()] == expected
