"""Addresses that data flows to after a subscription: the caller's, or one that cannot exist."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from greenroom.codec.sample import documented_value
from greenroom.contract.effects import SUBSCRIBE
from greenroom.contract.model import Contract, Operation, Parameter
from greenroom.contract.receivers import is_about_receivers, is_address, names_receiver
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema import json_pointer as ptr

from .effects import is_undeclared

# No host has a name under `.invalid` (RFC 2606 section 2).
RESERVED = "https://receiver.invalid/greenroom"
_MAIL = "greenroom@receiver.invalid"


def subscribes(contract: Contract, operation: Operation) -> bool:
    """Whether every address in the requests of an operation receives data from then on.

    Without declared effects that is so if it has `callbacks` (OpenAPI 3.1, section 4.8.18), or is
    named like a subscription.
    """
    node = ptr.look_up(contract.document, operation.pointer)
    named = is_undeclared(operation) and is_about_receivers(operation)
    return SUBSCRIBE in operation.effects or "callbacks" in node or named


def is_http_address(text: str) -> bool:
    """Whether a text is an HTTP address without user information."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in text
    except ValueError:
        return False


def is_reserved(text: str) -> bool:
    """Whether no host can have an address."""
    try:
        return (urlsplit(text).hostname or text).endswith(".invalid")
    except ValueError:
        return False


def receivers_in(contract: Contract, operation: Operation, value: Any, name: str = "") -> list[str]:
    """The receivers in a body, or in the parameter of a name."""
    found: dict[str, str] = {}
    _replaced(contract, operation, value, name, lambda text: found.setdefault(text, text))
    return list(found)


def with_receiver(
    contract: Contract, operation: Operation, value: Any, receiver: str, name: str = ""
) -> Any:
    """A copy of a body, or of the parameter of a name, in which every receiver is that one.

    E-mail addresses are replaced by one that nobody has.
    """
    return _replaced(
        contract, operation, value, name, lambda text: _MAIL if _is_mail(text) else receiver
    )


def receiver_parameters(contract: Contract, operation: Operation) -> Iterator[Parameter]:
    """The parameters that hold a receiver."""
    for parameter in operation.parameters:
        value = documented_value(contract.document, parameter)
        if receivers_in(contract, operation, value, parameter.name):
            yield parameter


def _is_mail(text: str) -> bool:
    return re.fullmatch(r"(mailto:)?[^@\s/]+@[^@\s/]+\.[^@\s/]+", text) is not None


def _replaced(
    contract: Contract, operation: Operation, value: Any, name: str, change: Callable[[str], str]
) -> Any:
    if isinstance(value, dict):
        return {
            n: _replaced(contract, operation, v, f"{name}.{n}", change) for n, v in value.items()
        }
    if isinstance(value, list):
        return [_replaced(contract, operation, entry, name, change) for entry in value]
    if not isinstance(value, str):
        return value
    if value.lstrip()[:1] in ("{", "["):
        try:
            inner = decode_json(value)
        except MalformedError:
            return value
        new = _replaced(contract, operation, inner, name, change)
        return value if new == inner else json.dumps(new)
    # Text without any of these names no host, as in a request that is broken on purpose.
    receives = not {*".:/"}.isdisjoint(value) and names_receiver(operation, name)
    is_either = is_address(value) or _is_mail(value)
    if receives or (is_either and subscribes(contract, operation)):
        return change(value)
    return value
