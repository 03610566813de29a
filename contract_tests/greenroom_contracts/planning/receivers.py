"""Addresses that data flows to after a subscription: the caller's, or one that cannot exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from greenroom.codec.sample import documented_value
from greenroom.contract.effects import SUBSCRIBE
from greenroom.contract.model import Contract, Operation, Parameter
from greenroom.schema import json_pointer as ptr

from .effects import is_undeclared

# No host has a name under `.invalid` (RFC 2606 section 2).
RESERVED = "https://receiver.invalid/greenroom"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)
_SUBSCRIBING = re.compile("hook|callback|subscri|notif", re.IGNORECASE)


def takes_receivers(contract: Contract, operation: Operation) -> bool:
    """Whether addresses in the requests of an operation receive data from then on.

    Without declared effects that is so if it has `callbacks` (OpenAPI 3.1, section 4.8.18), or is
    named like a subscription.
    """
    node = ptr.look_up(contract.document, operation.pointer)
    named = _SUBSCRIBING.search(f"{operation.id} {operation.path} {operation.summary}")
    return (
        SUBSCRIBE in operation.effects
        or "callbacks" in node
        or bool(is_undeclared(operation) and named)
    )


def is_address(text: str) -> bool:
    """Whether a text is an HTTP address without user information."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in text
    except ValueError:
        return False


def is_reserved(text: str) -> bool:
    """Whether no host can have an address."""
    try:
        return (urlsplit(text).hostname or "").endswith(".invalid")
    except ValueError:
        return False


def receivers_in(value: Any) -> Iterator[str]:
    """The addresses in a body or parameter."""
    found = (text for _, text in ptr.walk(value))
    yield from (text for text in found if isinstance(text, str) and _ADDRESS.fullmatch(text))


def with_receiver(value: Any, receiver: str) -> Any:
    """A copy of a body or parameter in which every address is that of the receiver."""
    if isinstance(value, Mapping):
        return {name: with_receiver(entry, receiver) for name, entry in value.items()}
    if isinstance(value, list):
        return [with_receiver(entry, receiver) for entry in value]
    is_address = isinstance(value, str) and _ADDRESS.fullmatch(value)
    return receiver if is_address else value


def receiver_parameters(contract: Contract, operation: Operation) -> Iterator[Parameter]:
    """The parameters of a subscription that hold an address."""
    if takes_receivers(contract, operation):
        for parameter in operation.parameters:
            if any(receivers_in(documented_value(contract.document, parameter))):
                yield parameter
