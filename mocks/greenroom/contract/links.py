"""Links (OpenAPI 3.1, section 4.8.20): values of a response for a next request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..schema import json_pointer as ptr
from .model import METHODS, Link, Operation, Parameter
from .provenance import basis_at
from .runtime_expressions import expressions

_LOCATIONS = frozenset(("path", "query", "header", "cookie"))

# A parameter of a contract: the id of its operation, its location and its name.
Place = tuple[str, str, str]


class LinkReader:
    """Reads the links of responses; a link to an unknown operation is left out."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._operations = dict(_operations(document))
        self._ids = frozenset(self._operations.values())

    def read(self, response: Mapping[str, Any], pointer: str) -> tuple[Link, ...]:
        """The links of a Response Object at a pointer, in document order."""
        named = response.get("links")
        found = named.items() if isinstance(named, Mapping) else ()
        read = (self._link(name, node, ptr.join(pointer, "links", name)) for name, node in found)
        return tuple(link for link in read if link is not None)

    def target(self, node: Mapping[str, Any]) -> str | None:
        """The id of the operation that a Link Object names; None if it is not in this document."""
        reference = node.get("operationRef")
        if not isinstance(reference, str):
            asked = node.get("operationId")
            return asked if asked in self._ids else None
        if not reference.startswith("#/paths/"):
            return None
        _, *place = ptr.split(ptr.of_reference(reference))
        return self._operations.get((place[0], place[1])) if len(place) == 2 else None

    def _link(self, name: str, node: Any, pointer: str) -> Link | None:
        try:
            node, pointer = ptr.resolve(self._document, node, pointer)
        except LookupError:
            return None
        target = self.target(node) if isinstance(node, Mapping) else None
        if target is None:
            return None
        parameters = node.get("parameters")
        return Link(
            name=name,
            pointer=pointer,
            operation_id=target,
            parameters=dict(parameters) if isinstance(parameters, Mapping) else {},
            body=node.get("requestBody"),
            basis=basis_at(self._document, pointer),
        )


def operation_id(node: Mapping[str, Any], method: str, path: str) -> str:
    """The operationId of an Operation Object, by default its method and path."""
    return node.get("operationId") or f"{method.upper()} {path}"


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    for path, item in document.get("paths", {}).items():
        if path.startswith("/"):
            node, _ = ptr.resolve(document, item, ptr.join("/paths", path))
            for method in METHODS:
                if method in node:
                    yield (path, method), operation_id(node[method], method, path)


def filled(operation: Operation, key: str) -> Parameter | None:
    """The parameter that a key of a link's `parameters` names; None if there is none.

    `path.id` is the path parameter `id`, and `id` the first parameter of that name.
    """
    location, _, name = key.partition(".")
    for parameter in operation.parameters:
        if location in _LOCATIONS and (parameter.location, parameter.name) == (location, name):
            return parameter
    return next((entry for entry in operation.parameters if entry.name == key), None)


def identifier_parameters(operations: Iterable[Operation]) -> frozenset[Place]:
    """The parameters that need a value that exists in the caller's account.

    They are those in paths, those marked with `x-identifier`, and those that a link sets.
    """
    known = {operation.id: operation for operation in operations}
    found = {
        (operation.id, parameter.location, parameter.name)
        for operation in known.values()
        for parameter in operation.parameters
        if parameter.identifier
    }
    for operation in known.values():
        for link in (link for response in operation.responses for link in response.links):
            for key, value in link.parameters.items():
                parameter = filled(known[link.operation_id], key)
                if parameter is not None and any(expressions(value)):
                    found.add((link.operation_id, parameter.location, parameter.name))
    return frozenset(found)


def with_identifiers(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """The operations with `identifier` set on every such parameter."""
    given = tuple(operations)
    places = identifier_parameters(given)
    return tuple(_marked(operation, places) for operation in given)


def _marked(operation: Operation, places: frozenset[Place]) -> Operation:
    def named(entry: Parameter) -> bool:
        return (operation.id, entry.location, entry.name) in places

    if not any(named(entry) and not entry.identifier for entry in operation.parameters):
        return operation
    marked = (replace(entry, identifier=named(entry)) for entry in operation.parameters)
    return replace(operation, parameters=tuple(marked))


def with_link_body(example: Any, body: Any) -> Any:
    """An example of a request body with the values of a link's `requestBody` at the same places.

    Members that the example lacks are not added, so that it keeps its form. An array is as long as
    the shorter of both, since further items would name things of the example.
    """
    if isinstance(example, Mapping) and isinstance(body, Mapping):
        return {
            name: with_link_body(value, body[name]) if name in body else value
            for name, value in example.items()
        }
    if isinstance(example, list) and isinstance(body, list):
        return [with_link_body(value, over) for value, over in zip(example, body, strict=False)]
    return body
