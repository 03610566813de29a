"""What a message must have depends on the way it goes: `readOnly` and `writeOnly`.

A property that is `readOnly` and required is required in responses only, one that is `writeOnly`
in requests only (OpenAPI 3.0, Schema Object). OpenAPI 3.1 leaves that open (4.8.24.3.2), and all
who write both mean the same there. Neither is refused where it is sent all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..schema import json_pointer as ptr
from .object_kinds import parts, trail

_COMPOSED = ("allOf", "anyOf", "oneOf")
_REQUIRING = (*_COMPOSED, "required", "then", "else", "dependentSchemas")
# What asks about a value instead of describing it keeps the question that it asks.
_QUESTIONS = ("if", "not")


def of_requests(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as it holds for requests: nothing `readOnly` is required. Pointers stay."""
    return _relaxed(document, ("readOnly",))


def of_responses(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as it holds for responses: nothing `writeOnly` is required. Pointers stay."""
    return _relaxed(document, ("writeOnly",))


def of_any(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as it holds for a message whose way is not known."""
    return _relaxed(document, ("readOnly", "writeOnly"))


def _relaxed(document: Mapping[str, Any], marks: tuple[str, ...]) -> Mapping[str, Any]:
    if not _mentions(document, marks):
        return document
    left_out: dict[str, set[str]] = {}
    for part in parts(document):
        if part.kind != "schema" or not isinstance(part.node, dict):
            continue
        # Most schemas require nothing, and what they hold comes by itself.
        if part.node.keys().isdisjoint(_REQUIRING) or _is_asking(part.pointer):
            continue
        names = set(_marked(document, part.pointer, marks))
        if names:
            for where in _written_out(part.node, part.pointer):
                left_out.setdefault(where, set()).update(names)
    changed = _Copy(document)
    for pointer, names in left_out.items():
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


def _is_asking(pointer: str) -> bool:
    return any(kind == "schema" and name in _QUESTIONS for kind, name in trail(pointer))


def _marked(document: Mapping[str, Any], pointer: str, marks: tuple[str, ...]) -> Iterator[str]:
    """The properties of a schema with a mark, over everything that it is composed of."""
    for where in _composed(document, pointer):
        for name, described_by in ptr.look_up(document, where).get("properties", {}).items():
            if isinstance(described_by, dict) and described_by.keys().isdisjoint(("$ref", "allOf")):
                if any(described_by.get(mark) is True for mark in marks):
                    yield name
                continue
            described = _composed(document, ptr.join(where, "properties", name), ("allOf",))
            if any(ptr.look_up(document, w).get(mark) is True for w in described for mark in marks):
                yield name


def _composed(
    document: Mapping[str, Any], pointer: str, keywords: tuple[str, ...] = _COMPOSED
) -> Iterator[str]:
    """A schema and what it is composed of, references followed."""
    queue, seen = [pointer], set()
    for where in queue:
        node = ptr.look_up(document, where)
        if where in seen or not isinstance(node, dict):
            continue
        seen.add(where)
        yield where
        if isinstance(node.get("$ref"), str):
            queue.append(ptr.of_reference(node["$ref"]))
        queue += _inside(node, where, keywords)


def _written_out(node: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """A schema and what it is composed of, as far as that is part of it."""
    queue = [(node, pointer)]
    for schema, where in queue:
        yield where
        for inner in _inside(schema, where, _COMPOSED):
            below = ptr.look_up(schema, inner[len(where) :])
            if isinstance(below, dict):
                queue.append((below, inner))


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
    """A document of which only what changes is copied."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.root: dict[str, Any] = dict(document)
        self._own: dict[str, Any] = {"": self.root}

    def at(self, pointer: str) -> dict[str, Any]:
        """The object at a pointer, to be changed."""
        where, node = "", self.root
        for token in ptr.split(pointer):
            inner = ptr.join(where, token)
            if inner not in self._own:
                key = int(token) if isinstance(node, list) else token
                copied = list(node[key]) if isinstance(node[key], list) else dict(node[key])
                node[key] = self._own[inner] = copied
            where, node = inner, self._own[inner]
        return node
