"""Links (OpenAPI 3.1, section 4.8.20): values of a response for the next request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..schema import json_pointer as ptr
from .model import Link, Operation, Parameter
from .provenance import basis_at
from .runtime_expressions import expressions

_LOCATIONS = frozenset(("path", "query", "header", "cookie"))


class LinkReader:
    """Reads the links of responses; a link to an unknown operation is left out.

    `operations` are the ids of the document's operations by path and method.
    """

    def __init__(
        self, document: Mapping[str, Any], operations: Mapping[tuple[str, ...], str]
    ) -> None:
        self._document = document
        self._operations = operations
        self._ids = frozenset(operations.values())

    def read(self, response: Mapping[str, Any], pointer: str) -> Iterator[Link]:
        """The links of a Response Object at a pointer, in document order."""
        named = response.get("links")
        for name, entry in named.items() if isinstance(named, Mapping) else ():
            try:
                node, where = ptr.resolve(self._document, entry, ptr.join(pointer, "links", name))
            except LookupError:
                continue
            target = self._target(node) if isinstance(node, Mapping) else None
            if target is not None:
                parameters = node.get("parameters")
                given = dict(parameters) if isinstance(parameters, Mapping) else {}
                basis = basis_at(self._document, where)
                yield Link(name, where, target, given, node.get("requestBody"), basis)

    def _target(self, node: Mapping[str, Any]) -> str | None:
        """The id of the operation that a Link Object names; None if it is not in this document."""
        reference = node.get("operationRef")
        if not isinstance(reference, str):
            name = node.get("operationId")
            return name if name in self._ids else None
        if not reference.startswith("#/paths/"):
            return None
        return self._operations.get(ptr.split(ptr.of_reference(reference))[1:])


def target_parameter(operation: Operation, key: str) -> Parameter | None:
    """The parameter that a key of a link's `parameters` names; None if there is none.

    `path.id` is the path parameter `id`, and `id` the first parameter of that name.
    """
    location, _, name = key.partition(".")
    for parameter in operation.parameters:
        if location in _LOCATIONS and (parameter.location, parameter.name) == (location, name):
            return parameter
    return next((entry for entry in operation.parameters if entry.name == key), None)


def with_identifiers(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations with `identifier` set on each parameter to which a link gives a value.

    A link that sets a parameter to a constant does not count.
    """
    given = tuple(operations)
    known = {operation.id: operation for operation in given}
    links = [link for operation in given for r in operation.responses for link in r.links]
    places = {
        (link.operation_id, parameter.pointer)
        for link in links
        for key, value in link.parameters.items()
        if any(expressions(value))
        and (parameter := target_parameter(known[link.operation_id], key))
    }

    def marked(operation: Operation) -> Operation:
        parameters = tuple(
            replace(p, identifier=True) if (operation.id, p.pointer) in places else p
            for p in operation.parameters
        )
        is_same = parameters == operation.parameters
        return operation if is_same else replace(operation, parameters=parameters)

    return tuple(map(marked, given))


def with_link_body(example: Any, body: Any) -> Any:
    """An example of a request body with the values of a link's `requestBody` at the same places.

    Members that the example lacks are not added, so that it keeps its form. An array is as long as
    the shorter of both, since its further items would still have the values of the example.
    """
    if isinstance(example, Mapping) and isinstance(body, Mapping):
        return {
            name: with_link_body(value, body[name]) if name in body else value
            for name, value in example.items()
        }
    if isinstance(example, list) and isinstance(body, list):
        return [with_link_body(value, over) for value, over in zip(example, body, strict=False)]
    return body
