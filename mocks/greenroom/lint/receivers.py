"""Rules for operations by which a caller has data sent to an address: a receiver."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..contract.effects import CHANGE, CREATE, SUBSCRIBE
from ..contract.receivers import names_receiver
from ..contract.servers import is_loopback
from ..schema import json_pointer as ptr
from .document import Document, Messages
from .example_texts import is_ours, texts

# RFC 2606 sections 2 and 3, RFC 6761 section 6.
_RESERVED = (
    ".example", ".invalid", ".test", ".localhost", ".example.com", ".example.net", ".example.org",
)  # fmt: skip


def subscribes(document: Document) -> Messages:
    """An operation that registers the address of a receiver has the effect `subscribe`."""
    for operation in document.contract.operations:
        if {CREATE, CHANGE}.isdisjoint(operation.effects) or SUBSCRIBE in operation.effects:
            continue
        schemas = [media.schema for media in operation.request_content if media.schema]
        named = {name for schema in schemas for name in document.walk.properties(schema)}
        named |= {text.name for text in texts(document, operation.body)}
        for name in sorted(name for name in named if names_receiver(operation, name)):
            where = ptr.join(operation.pointer, "x-effect")
            yield where, f"{name!r} is an address to which data will be sent; add {SUBSCRIBE!r}"


def _host(text: str) -> str:
    try:
        return urlsplit(text).hostname or ""
    except ValueError:
        return ""


def reserved(document: Document) -> Messages:
    """A receiver in an example of ours has a reserved name (RFC 2606), which nobody owns."""
    for operation in document.contract.operations:
        messages = (operation.body, *operation.successes) if SUBSCRIBE in operation.effects else ()
        found = [text for message in messages for text in texts(document, message)]
        # Ours may repeat one of a source, as a response repeats what was registered.
        free = {text.value for text in found if not is_ours(text.example)}
        for text in found:
            host = _host(text.value)
            is_reserved = is_loopback(host) or f".{host}".endswith(_RESERVED)
            if host and text.value not in free and not is_reserved:
                yield text.pointer, f"somebody may own {host!r}; write one under example.com"
