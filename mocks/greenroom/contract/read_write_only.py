"""The schemas as they apply to requests or to responses only, by `readOnly` and `writeOnly`.

A required property that is `readOnly` is required in responses only, one that is `writeOnly` in
requests only (OpenAPI 3.0, Schema Object). OpenAPI 3.1 leaves that open (4.8.24.3.2), but authors
mean the same there. Either is accepted where it is sent in the other direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.subschemas import conjuncts
from .object_kinds import in_condition, parts

_COMPOSED = ("allOf", "anyOf", "oneOf")
_REQUIRING = (*_COMPOSED, "required", "then", "else", "dependentSchemas")
# A schema that only tests a value stays as it is.
_TESTS = frozenset(("if", "not"))


def for_requests(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with no `readOnly` property required; pointers are the same."""
    return _relaxed(document, ("readOnly",))


def for_responses(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with no `writeOnly` property required; pointers are the same."""
    return _relaxed(document, ("writeOnly",))


def for_any(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document for a message that may be a request or a response; pointers are the same."""
    return _relaxed(document, ("readOnly", "writeOnly"))


def _relaxed(document: Mapping[str, Any], marks: tuple[str, ...]) -> Mapping[str, Any]:
    if not any(node.get(mark) is True for node in ptr.objects(document) for mark in marks):
        return document
    optional: dict[str, set[str]] = {}
    for part in parts(document):
        if part.kind != "schema" or not isinstance(part.node, dict):
            continue
        # Most schemas require nothing, and `parts` yields the schemas in them as well.
        if part.node.keys().isdisjoint(_REQUIRING) or in_condition(part.pointer, _TESTS):
            continue
        names = set(_marked(document, part.pointer, marks))
        if names:
            for where in _composed(document, part.pointer, follow=False):
                optional.setdefault(where, set()).update(names)
    relaxed = document
    for pointer, names in optional.items():
        required = ptr.look_up(document, pointer).get("required", ())
        if not names.isdisjoint(required):
            kept = [name for name in required if name not in names]
            relaxed = ptr.with_value(relaxed, ptr.step(pointer, "required"), kept)
    return relaxed


def _marked(document: Mapping[str, Any], pointer: str, marks: tuple[str, ...]) -> Iterator[str]:
    """The properties with one of the marks, of a schema and of the schemas composed into it."""
    for where in _composed(document, pointer):
        for name in ptr.look_up(document, where).get("properties", ()):
            described = conjuncts(document, ptr.join(where, "properties", name))
            if any(schema.get(mark) is True for schema, _ in described for mark in marks):
                yield name


def _composed(document: Mapping[str, Any], pointer: str, follow: bool = True) -> Iterator[str]:
    """The pointers of a schema and of those composed into it; `follow` includes references."""
    queue, seen = [pointer], set()
    for where in queue:
        node = ptr.look_up(document, where)
        if where in seen or not isinstance(node, dict):
            continue
        seen.add(where)
        yield where
        if follow and isinstance(node.get("$ref"), str):
            queue.append(ptr.of_reference(node["$ref"]))
        for keyword in _COMPOSED:
            queue += [ptr.join(where, keyword, i) for i in range(len(node.get(keyword, ())))]
        queue += [ptr.step(where, keyword) for keyword in ("then", "else") if keyword in node]
        named = node.get("dependentSchemas", ())
        queue += [ptr.join(where, "dependentSchemas", name) for name in named]
