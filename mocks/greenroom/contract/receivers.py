"""Receivers: addresses in requests to which data will be sent from then on."""

from __future__ import annotations

import re

from ..schema.name_words import words
from .effects import SUBSCRIBE
from .model import Operation

_RECEIVER = re.compile("hook|callback|subscri|notif", re.IGNORECASE)
_ADDRESS_NAME = re.compile("(ur[il]|endpoint|host|hostname)s?$")
# With a scheme, with `//` before the host, or with a port behind it.
_ADDRESS = re.compile(
    r"\s*(([a-z][a-z0-9+.-]*:)?//\S.*|[\w-]*[a-z.][\w.-]*:\d+(/.*)?)", re.I | re.S
)


def is_about_receivers(operation: Operation) -> bool:
    """Whether an operation subscribes an address, by its effects or by how it is named."""
    named = _RECEIVER.search(f"{operation.id} {operation.path} {operation.summary}")
    return SUBSCRIBE in operation.effects or named is not None


def names_receiver(operation: Operation, name: str) -> bool:
    """Whether a member or parameter is a receiver: `callback_url`, or `url` of a webhook.

    The names of the objects that it is in come before its own, with dots between.
    """
    found = _ADDRESS_NAME.search("".join(words(name.rpartition(".")[2])))
    if found is None:
        return False
    is_whole = found.start() == 0 and is_about_receivers(operation)
    return is_whole or _RECEIVER.search("".join(words(name))) is not None


def is_address(text: str) -> bool:
    """Whether a text is a network address, however it is written."""
    return _ADDRESS.fullmatch(text) is not None
