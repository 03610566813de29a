"""Leaving parts out of a document: what to remove because of a problem, and removing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...errors import Problem
from ...schema import json_pointer as ptr
from ..loading.bundling import copied
from ..loading.companion_files import GRAPHQL_KEY
from ..object_kinds import DATA, along, child_kind, is_reference, kind_at

# Kinds of objects that can be removed without invalidating or changing anything else.
_INDEPENDENT = frozenset(
    ("example", "link", "callback", "header", "encoding", "external documentation")
)
_REMOVABLE = _INDEPENDENT | {
    "parameter", "schema", "security scheme", "server", "tag", "operation", "path item",
}  # fmt: skip
# An object that messages are validated with is removed with its whole operation.
_OPERATIONS = frozenset(("operation", "path item"))
_REQUIRED = frozenset(("", "/openapi", "/info", "/paths"))
# The rules whose problems are at the part to remove, and those whose problems are just below it.
_AT_PART = frozenset(("tag", "parameter", "path", "path-parameter", "component"))
_BELOW_PART = frozenset(("server", "security"))


class Pruning:
    """A document that parts are removed from. The one given is not changed.

    It knows what was removed, and the pointers that the rest had in the document given.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._is_own = False
        self._removed: set[str] = set()
        self._indices: dict[int, list[int]] = {}

    def original_pointer(self, pointer: str) -> str:
        """The pointer before anything was removed from the arrays above."""
        node: Any = self.document
        where = ""
        for token in ptr.split(pointer):
            below = None
            if isinstance(node, list) and token.isdecimal() and int(token) < len(node):
                below = node[int(token)]
                kept = self._indices.get(id(node))
                token = str(kept[int(token)]) if kept else token
            elif isinstance(node, dict):
                below = node.get(token)
            where = ptr.step(where, token)
            node = below
        return where

    def remove(self, pointers: Iterable[str]) -> bool:
        """Remove the values at pointers that lead to one; whether there was any."""
        found = False
        # From the end, so that what is still to be removed keeps its index.
        for pointer in sorted(set(pointers), key=_position, reverse=True):
            above, _, token = pointer.rpartition("/")
            try:
                holder = ptr.look_up(self._own(), above)
                ptr.look_up(self.document, pointer)
            except LookupError:
                continue
            found = True
            if isinstance(holder, list):
                kept = self._indices.setdefault(id(holder), list(range(len(holder))))
                del holder[int(token)], kept[int(token)]
            else:
                self._removed.add(pointer)
                del holder[ptr.split(f"/{token}")[0]]
        return found

    def is_removed(self, pointer: str) -> bool:
        """Whether the value at a pointer was removed, alone or with one that contained it."""
        while pointer and pointer not in self._removed:
            pointer = _parent(pointer)
        return bool(pointer)

    def fill(self, pointer: str, values: Mapping[str, Any]) -> None:
        """Add missing properties to the object at a pointer."""
        ptr.look_up(self._own(), pointer).update(values)

    def _own(self) -> Mapping[str, Any]:
        if not self._is_own:
            self.document, self._is_own = copied(self.document), True
        return self.document


def removals(document: Mapping[str, Any], problem: Problem, is_consequence: bool) -> list[str]:
    """The pointers of values to remove because of a problem; [] where one of them is required.

    `is_consequence` is true where the problem is a reference to something that was removed.
    """
    found = list(_removals(document, problem, is_consequence))
    return found if _REQUIRED.isdisjoint(found) else []


def _removals(document: Mapping[str, Any], problem: Problem, is_consequence: bool) -> Iterator[str]:
    pointer, rule = problem.pointer, problem.rule
    if rule in _AT_PART:
        yield pointer
    elif rule in _BELOW_PART:
        yield _parent(pointer)
    elif rule == "reference":
        referring = _parent(pointer)
        kind = kind_at(referring)
        alone = kind in _INDEPENDENT or (is_consequence and kind == "parameter")
        yield referring if alone else _nearest(pointer, _INDEPENDENT | _OPERATIONS)
    elif rule == "schema":
        yield _keyword(document, pointer)
    elif rule in ("file", "graphql") or pointer.endswith(f"/{GRAPHQL_KEY}"):
        yield _nearest(pointer, _OPERATIONS)
    elif problem.unexpected:
        yield from (ptr.step(pointer, name) for name in problem.unexpected)
    elif _is_value(pointer):
        yield pointer
    else:
        yield _nearest(pointer, _REMOVABLE)


def _parent(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _is_value(pointer: str) -> bool:
    """Whether a pointer leads to a value or a collection, not to an object of a kind."""
    kind = kind_at(pointer)
    return kind in (DATA, "extension") or kind[0] in "{["


def _nearest(pointer: str, kinds: frozenset[str] | set[str]) -> str:
    """The pointer of the nearest object of some kinds, or of the component that contains it."""
    while pointer:
        place = ptr.split(pointer)
        if kind_at(pointer) in kinds or (place[0] == "components" and len(place) == 3):
            return pointer
        pointer = _parent(pointer)
    return pointer


def _keyword(document: Mapping[str, Any], pointer: str) -> str:
    """The pointer of the schema keyword, or of its entry, that a pointer leads into."""
    schema = ""
    for kind, where, node in along(document, pointer):
        if kind == "schema" and isinstance(node, dict):
            schema = where
    rest = ptr.split(pointer[len(schema) :])
    if not rest:
        return pointer
    inside = child_kind("schema", rest[0])
    return ptr.join(schema, *rest[: 2 if inside[0] in "{[" else 1])


def _position(pointer: str) -> tuple[tuple[int, str], ...]:
    tokens = ptr.split(pointer)
    return tuple((int(t), "") if t.isdecimal() else (-1, t) for t in tokens)


def reference_target(document: Mapping[str, Any], problem: Problem) -> str | None:
    """The pointer that an invalid reference leads to, None where that is outside the document."""
    node = ptr.value_at(document, _parent(problem.pointer))
    if not is_reference(node) or not node["$ref"].startswith("#/"):
        return None
    return ptr.of_reference(node["$ref"])
