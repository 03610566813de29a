"""Refusing identifiers and addresses of examples in requests that do more than read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from greenroom.contract.model import Contract, Operation
from greenroom.http.json_decoding import MalformedError, decode_json

from ..planning.body_identifiers import BodyIdentifiers
from ..planning.effects import is_read
from ..planning.options import Options
from ..planning.receivers import is_reserved, receivers_in, takes_receivers

# What separates the texts of multipart, XML and form bodies.
_BETWEEN = re.compile(r"[\r\n<>=&]+")


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

    def reason(self, operation: Operation, path: Mapping[str, str], query: str, body: bytes) -> str:
        """Why a request must not be sent, empty if it may. Path parameters are decoded."""
        if is_read(operation, self._contract.document):
            return ""
        pairs = parse_qsl(query)
        names = {p.name for p in operation.parameters if p.identifier}
        used = {value for name, value in (*path.items(), *pairs) if name in names}
        own = self._options.bodies.get(operation.id, ("", b""))[1]
        value = _decoded(body if body != own else b"")
        for media in operation.body.content if operation.body else ():
            used |= self._bodies.values(operation, media, value)
        if isinstance(value, list):
            used.update(text for text in value if isinstance(text, str))
        if found := sorted(used & self._unnamed):
            return f"has the identifier {found[0]} of an example"
        if takes_receivers(self._contract, operation):
            for address in receivers_in([value, *(text for _, text in pairs)]):
                if address != self._options.receiver and not is_reserved(address):
                    return f"subscribes the address {address} of an example"
        return ""


def _decoded(body: bytes) -> Any:
    """The value of a JSON body, the texts of any other."""
    text = body.decode("utf-8", "replace")
    try:
        return decode_json(text)
    except MalformedError:
        return [unquote_plus(part) for part in _BETWEEN.split(text)]
