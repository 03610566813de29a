"""The schemas as they apply to requests or to responses only, by `readOnly` and `writeOnly`.

A required property that is `readOnly` is required in responses only, one that is `writeOnly` in
requests only (OpenAPI 3.0, Schema Object). OpenAPI 3.1 leaves that open (4.8.24.3.2), but authors
mean the same there. Either is accepted where it is sent in the other direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..schema import json_pointer as ptr
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
    if not _mentions(document, marks):
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
    changed = _Copy(document)
    for pointer, names in optional.items():
        required = ptr.look_up(document, pointer).get("required", ())
        if not names.isdisjoint(required):
            changed.at(pointer)["required"] = [name for name in required if name not in names]
    return changed.root


def _mentions(document: Mapping[str, Any], marks: tuple[str, ...]) -> bool:
    rest: list[Any] = [document]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            if any(node.get(mark) is True for mark in marks):
                return True
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(node)
    return False


def _marked(document: Mapping[str, Any], pointer: str, marks: tuple[str, ...]) -> Iterator[str]:
    """The properties with one of the marks, of a schema and of the schemas composed into it."""
    for where in _composed(document, pointer):
        for name in ptr.look_up(document, where).get("properties", ()):
            described = _composed(document, ptr.join(where, "properties", name), ("allOf",))
            if any(ptr.look_up(document, w).get(mark) is True for w in described for mark in marks):
                yield name


def _composed(
    document: Mapping[str, Any],
    pointer: str,
    keywords: tuple[str, ...] = _COMPOSED,
    follow: bool = True,
) -> Iterator[str]:
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
        queue += _inside(node, where, keywords)


def _inside(node: Mapping[str, Any], where: str, keywords: tuple[str, ...]) -> Iterator[str]:
    for keyword in keywords:
        for i in range(len(node.get(keyword, ()))):
            yield ptr.join(where, keyword, i)
    if keywords == _COMPOSED:
        for keyword in ("then", "else"):
            if keyword in node:
                yield ptr.join(where, keyword)
        for name in node.get("dependentSchemas", ()):
            yield ptr.join(where, "dependentSchemas", name)


class _Copy:
    """A copy of a document that copies only the parts to be changed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.root: dict[str, Any] = dict(document)
        self._own: dict[str, Any] = {"": self.root}

    def at(self, pointer: str) -> dict[str, Any]:
        """The object at a pointer, which may be changed."""
        where, node = "", self.root
        for token in ptr.split(pointer):
            inner = ptr.join(where, token)
            if inner not in self._own:
                key = int(token) if isinstance(node, list) else token
                copied = list(node[key]) if isinstance(node[key], list) else dict(node[key])
                node[key] = self._own[inner] = copied
            where, node = inner, self._own[inner]
        return node
