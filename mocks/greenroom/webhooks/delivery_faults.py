"""What goes wrong with deliveries on purpose, by the effects of faults."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from ..contract.behaviour.duration import duration
from ..http.exchange import Fields
from .delivery import Delivery
from .payload import Payload, in_form

# Older than any receiver accepts, in seconds.
_OLD = 24 * 60 * 60
_LAST_DIGIT = re.compile(rb"[0-9](?=[^0-9]*\Z)")


def planned(delivery: Delivery, fault: Any) -> timedelta | None:
    """Let a fault, if there is one, happen to a new delivery; how long it has to wait then.

    Its state is `dropped` if it is not to be sent at all.
    """
    if fault is None:
        return None
    effect = fault.effect
    delivery.disturb(effect, fault.name)
    if effect.get("drop"):
        delivery.state, delivery.reason = "dropped", f"by the fault {fault.name}"
    return duration(effect["delay"]) if "delay" in effect else None


class Held:
    """Deliveries that wait for others, to be sent in another order than they were made."""

    def __init__(self) -> None:
        self._wanted = 0
        self._held: list[Delivery] = []

    def released(self, delivery: Delivery, seed: str) -> list[Delivery]:
        """What is to be sent now, given a new delivery: that, nothing, or all that were held."""
        self._wanted = max(self._wanted, delivery.effect.get("reorder", 0))
        if not self._wanted:
            return [delivery]
        self._held.append(delivery)
        if len(self._held) < self._wanted:
            return []
        held, self._held, self._wanted = self._held, [], 0
        drawn = sorted(held, key=lambda each: blake2b(f"{seed}\0{each.number}".encode()).digest())
        return drawn if drawn != held else held[::-1]


def signed(delivery: Delivery, now: float) -> tuple[Payload, Fields]:
    """What an attempt sends at a moment, in seconds since 1970, and its signature.

    Raises SignatureError.
    """
    payload, effect = delivery.payload, delivery.effect
    assert payload is not None, "a delivery without a message is not sent"
    signing, tampered = payload.signing, effect.get("tamper")
    forged = in_form(signing, b"another-secret").encode() if "rotate_secret" in effect else None
    time = now - _OLD if effect.get("expire") else now
    fields = payload.signature(time, delivery.id, forged)
    if tampered == "body":
        query = _changed(payload.query.encode()).decode()
        payload = replace(payload, body=_changed(payload.body), query=query)
    elif tampered is not None and signing is not None:
        name, units = getattr(signing, f"{tampered}_header"), signing.timestamp_units
        fields = tuple((n, _forged(v, tampered, units) if n == name else v) for n, v in fields)
    return payload, fields


def _forged(value: str, kind: str, units: int) -> str:
    if kind == "timestamp":
        return str(int(value) - _OLD * units)
    middle = len(value) // 2
    return f"{value[:middle]}{'1' if value[middle] == '0' else '0'}{value[middle + 1 :]}"


def _changed(text: bytes) -> bytes:
    """Another text that is as valid: with another digit, or without any a space at its end."""
    found = _LAST_DIGIT.search(text)
    if found is None:
        return text + b" " if text else text
    return text[: found.start()] + b"%d" % ((int(found[0]) + 1) % 10) + text[found.end() :]
