"""Refusing identifiers and addresses of examples in requests that do more than read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from greenroom.contract.model import Contract, Operation
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.http.media_type import essence

from ..planning.body_identifiers import BodyIdentifiers
from ..planning.effects import is_read
from ..planning.options import Options
from ..planning.receivers import receivers_in, takes_receivers

# What separates the texts of multipart and XML bodies.
_BETWEEN = re.compile(r"[\r\n<>]+")


class ExampleValues:
    """The identifiers of a contract's examples that neither a response nor the caller has named.

    In somebody's account they may be those of real people.
    """

    def __init__(self, contract: Contract, options: Options) -> None:
        self._contract = contract
        self._options = options
        self._bodies = BodyIdentifiers(contract)
        given = {text for v in options.given.values() for text in (v, *v.split(","))}
        self._unnamed = self._bodies.of_examples - given

    def saw(self, response: bytes) -> None:
        """Take note of the body of a response, whose identifiers may be used from now on."""
        self._unnamed = {text for text in self._unnamed if text.encode() not in response}

    def reason(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: str,
        content_type: str,
        body: bytes,
    ) -> str:
        """Why a request must not be sent, empty if it may. Path parameters are decoded."""
        if is_read(operation, self._contract.document):
            return ""
        pairs = parse_qsl(query)
        names = {p.name for p in operation.parameters if p.identifier}
        used = {value for name, value in (*path.items(), *pairs) if name in names}
        addresses = [value for _, value in pairs]
        if body and body != self._options.bodies.get(operation.id, ("", b""))[1]:
            value = _decoded(body)
            kind = essence(content_type)
            for media in operation.body.content if operation.body else ():
                if essence(media.name) == kind or "*" in media.name:
                    used |= self._bodies.values(operation, media, value)
            texts = value if isinstance(value, list) else ()
            used.update(text for text in texts if isinstance(text, str))
            addresses += receivers_in(value)
        if found := sorted(used & self._unnamed):
            return f"has the identifier {found[0]} of an example"
        if takes_receivers(self._contract, operation):
            for address in receivers_in(addresses):
                if address != self._options.receiver and not _is_reserved(address):
                    return f"subscribes the address {address} of an example"
        return ""


def _decoded(body: bytes) -> Any:
    """The value of a body: of JSON and of forms by name, of others its texts."""
    text = body.decode("utf-8", "replace")
    try:
        return decode_json(text)
    except MalformedError:
        pairs = parse_qsl(text, strict_parsing=False) if "=" in text and "\n" not in text else ()
        return dict(pairs) or _BETWEEN.split(text)


def _is_reserved(address: str) -> bool:
    """Whether no host can have an address (RFC 2606 section 2)."""
    try:
        return (urlsplit(address).hostname or "").endswith(".invalid")
    except ValueError:
        return False
