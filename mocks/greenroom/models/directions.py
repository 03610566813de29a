"""The component schemas of requests and of responses, and the names where both have their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..contract.model import METHODS
from ..contract.object_kinds import parts
from ..schema import json_pointer as ptr

SCHEMAS = "#/components/schemas/"
_SENT = {"requestBody": "request body", "parameters": "[parameter]"}
_RECEIVED = {"responses": "responses", "callbacks": "{callback}"}


def used(document: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The names of the component schemas that a client sends, and of those that it receives."""
    sent, received = set[str](), set[str]()
    for section, outward, inward in (("paths", sent, received), ("webhooks", received, sent)):
        for entry in document.get(section, {}).values():
            item, _ = ptr.resolve(document, entry, "")
            for operation in (item[method] for method in METHODS if method in item):
                for kinds, found in ((_SENT, outward), (_RECEIVED, inward)):
                    for field in kinds.keys() & operation.keys():
                        found.update(_names(document, operation[field], kinds[field]))
    return sent, received


def _names(document: Mapping[str, Any], node: Any, kind: str) -> Iterator[str]:
    """The component schemas that an object refers to, also by way of others."""
    stack, seen = [(node, kind)], set()
    while stack:
        for part in parts(*stack.pop()):
            reference = part.node.get("$ref") if isinstance(part.node, dict) else None
            if isinstance(reference, str) and reference not in seen:
                seen.add(reference)
                stack.append((ptr.look_up(document, ptr.of_reference(reference)), part.kind))
                if reference.startswith(SCHEMAS):
                    yield ptr.split(ptr.of_reference(reference))[2]


def merged(
    requests: Mapping[str, Any], responses: Mapping[str, Any], sent: set[str], received: set[str]
) -> dict[str, Any]:
    """The schemas of both directions, each once where they are the same or of one direction only.

    Where they differ, the one of responses keeps its name and that of requests is called
    `<name>Request`.
    """
    both = [name for name in requests if (name in sent) == (name in received)]
    differing = {name for name in both if requests[name] != responses[name]}
    grown = True
    while grown:
        found = {name for name in both if differing & set(_referred(requests[name]))} - differing
        differing |= found
        grown = bool(found)
    names = {name: _free(f"{name}Request", requests) for name in differing}
    schemas: dict[str, Any] = {}
    for name, schema in responses.items():
        if name in received or name not in sent:
            schemas[name] = schema
        if name in differing or (name in sent and name not in received):
            schemas[names.get(name, name)] = _renamed(requests[name], names)
    return schemas


def component(schemas: Mapping[str, Any], schema: Any) -> Any:
    """A schema behind its references to components. Raises LookupError for one to nothing."""
    return ptr.resolve({"components": {"schemas": schemas}}, schema, "")[0]


def stated_values(schema: Mapping[str, Any]) -> list[Any] | None:
    """The values of an `enum`, or the one of a `const`; None without either."""
    found: list[Any] | None = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return found


def _free(name: str, taken: Mapping[str, Any]) -> str:
    while name in taken:
        name += "Body"
    return name


def _referred(schema: Any) -> Iterator[str]:
    for node in ptr.objects(schema):
        if str(node.get("$ref", "")).startswith(SCHEMAS):
            yield ptr.split(ptr.of_reference(node["$ref"]))[2]


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    def renamed(node: dict[str, Any]) -> dict[str, Any]:
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(SCHEMAS):
            tokens = ptr.split(ptr.of_reference(reference))
            to = ptr.join("", *tokens[:2], names.get(tokens[2], tokens[2]), *tokens[3:])
            node["$ref"] = ptr.reference_to(to)
        return node

    return ptr.rebuilt(schema, renamed)
