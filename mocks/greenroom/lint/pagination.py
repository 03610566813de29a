"""The rule for `x-pagination`: its parameters exist, and its places are in response examples."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

from ..contract.extension_schemas import problems
from ..contract.model import Operation
from ..contract.object_kinds import Part
from ..contract.pagination import PAGINATION_KEY, POINTERS, POSITIONS
from ..contract.provenance import PROVENANCE_KEY, basis_at
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed, values_at

# Keys that mean nothing without another one.
_NEEDS = {"first": "page", "echoed-page": "page", "echoed-offset": "offset", "before": "cursor"}
# What is disputed is as strong as the source of the side taken.
_BY_STRENGTH = ("documented", "published", "observed", "inferred")
# The values at the places that the keys name.
_NUMBER = {"type": "integer", "minimum": 0}
_URL, _CURSOR = {"type": ["string", "null"]}, {"type": ["string", "integer", "null"]}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "items": {"type": "array"}, "more": {"type": "boolean"},
    "next": _CURSOR, "next-url": _URL, "previous": _CURSOR, "previous-url": _URL,
}  # fmt: skip


def described(document: Document) -> Messages:
    """x-pagination names query parameters, and places that an example of the response has."""
    operations = {operation.pointer: operation for operation in document.contract.operations}
    for part, where in document.having(PAGINATION_KEY, "operation"):
        operation = operations.get(part.pointer)
        messages = list(_well_formed(part, where, operation))
        yield from messages or _in_examples(part, where, operation)


def _well_formed(part: Part, where: str, operation: Operation | None) -> Messages:
    node = part.node[PAGINATION_KEY]
    if ptr.split(part.pointer)[0] == "webhooks":
        yield where, "not for webhooks; leave it out"
        return
    yield from problems(PAGINATION_KEY, part.node, part.pointer)
    if not isinstance(node, dict):
        return
    if sum(name in node for name in POSITIONS) != 1:
        yield where, "needs one of 'page', 'offset' and 'cursor'"
    if "size" not in node and "cursor" not in node:
        yield where, "needs 'size', which only a list with a 'cursor' may lack"
    parameters = operation.parameters if operation is not None else ()
    known = [parameter.name for parameter in parameters if parameter.location == "query"]
    for name in ("size", "before", *POSITIONS):
        if name in node and node[name] not in known:
            message = f"{node[name]!r} is not a query parameter here; those are {listed(known)}"
            yield ptr.join(where, name), message
    for name, needed in _NEEDS.items():
        if name in node and needed not in node:
            yield ptr.join(where, name), f"has no meaning without {needed!r}"


def _in_examples(part: Part, where: str, operation: Operation | None) -> Messages:
    """Each place is in some example of the lowest 2XX, and has the right type in all of them."""
    lowest = operation.successes[:1] if operation is not None else ()
    content = [media for response in lowest for media in response.content if media.is_json]
    examples = [example for media in content for example in media.examples]
    for name in (name for name in POINTERS if name in part.node[PAGINATION_KEY]):
        place, pointer = part.node[PAGINATION_KEY][name], ptr.join(where, name)
        found = list(values_at(examples, place))
        if not found:
            yield pointer, f"no example of the lowest 2XX response has anything at {place!r}"
        for example, value in found:
            for error in jsonschema_rs.iter_errors(_SCHEMAS.get(name, _NUMBER), value):
                yield pointer, f"{error.message} (at {place!r} of the example {example.name})"


def based(document: Document) -> Messages:
    """x-pagination has no stronger basis than the response that its pointers read."""
    for operation in document.contract.operations:
        for response in operation.successes[:1] if operation.paging is not None else ():
            where = ptr.join(operation.pointer, PAGINATION_KEY)
            basis = basis_at(document.document, where)
            weaker = _BY_STRENGTH[_BY_STRENGTH.index(basis) + 1 :] if basis in _BY_STRENGTH else ()
            if response.basis in weaker:
                message = f"{basis}, but what it reads is {response.basis} ({response.pointer})"
                yield where, f"{message}; give it {PROVENANCE_KEY} of its own"
