"""Refusing identifiers of examples, and receivers that nobody gave, in requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from greenroom.contract.model import Contract, Operation
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema import json_pointer as ptr
from greenroom.schema.name_words import ends_in_id

from ..planning.body_identifiers import BodyIdentifiers
from ..planning.effects import is_read
from ..planning.options import Options
from ..planning.receivers import is_reserved, receivers_in

# What separates the texts of multipart, XML and form bodies.
_BETWEEN = re.compile(r"[\r\n<>=&]+")


class ExampleValues:
    """The identifiers of a contract's examples that neither a response nor the caller has named.

    In somebody's account they may be those of real people.
    """

    def __init__(self, contract: Contract, options: Options) -> None:
        self._contract = contract
        self._options = options
        given = {text for v in options.given.values() for text in (v, *v.split(","))}
        self._given = given | {str(options.receiver)}
        found = BodyIdentifiers(contract).of_examples
        self._unnamed = {text: names for text, names in found.items() if text not in given}

    def saw(self, response: bytes) -> None:
        """Take note of the body of a response, whose identifiers may be used from now on."""
        left = self._unnamed.items()
        self._unnamed = {text: names for text, names in left if text.encode() not in response}

    def reason(
        self, operation: Operation, parameters: Iterable[tuple[str, str]], body: bytes
    ) -> str:
        """Why a request must not be sent, empty if it may. Parameters are decoded."""
        own = self._options.bodies.get(operation.id, ("", b""))[1]
        value = _decoded(body if body != own else b"")
        pairs = list(parameters)
        for address in receivers_in(self._contract, operation, [value, dict(pairs)]):
            if address not in self._given and not is_reserved(address):
                return f"has the receiver {address} of an example"
        if is_read(operation, self._contract.document):
            return ""
        for where, entry in ptr.walk(value):
            named = [step for step in ptr.split(where) if not step.isdecimal()]
            pairs.append((named[-1] if named else "", str(entry)))
        for name, text in pairs:
            known = self._unnamed.get(text, ())
            if known and (not name or name.lower() in known or ends_in_id(name)):
                return f"has the identifier {text} of an example"
        return ""


def _decoded(body: bytes) -> Any:
    """The value of a JSON body, the texts of any other."""
    text = body.decode("utf-8", "replace")
    try:
        return decode_json(text)
    except MalformedError:
        return [dict(parse_qsl(text)), *map(unquote_plus, _BETWEEN.split(text))]
