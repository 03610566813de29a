"""The constraints of schemas, read by pointer and kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from .. import json_pointer as ptr
from .constraints import (
    NULL_NOT_GENERATED,
    Alternatives,
    Constraints,
    Node,
    Place,
    Pointers,
    discriminator_mapping,
)


class ConstraintReader:
    """Reads the constraints of the schemas of one document."""

    def __init__(self, document: Node) -> None:
        self._document = document
        self._constraints = cache(self._read)
        self.node = cache(self._node)

    def constraints(self, pointers: Pointers, decided: frozenset[str] = frozenset()) -> Constraints:
        """The constraints of schemas that all apply to one value."""
        return self._constraints(pointers, decided)

    def _read(self, pointers: Pointers, decided: frozenset[str]) -> Constraints:
        flat, bases = self._expand(pointers)
        open_ = (g for w, n in flat if isinstance(n, dict) for g in self._alternatives(w, n, flat))
        alternatives = tuple(one for one in open_ if one.pointer not in decided)
        targets = frozenset(map(self._target, pointers))
        return Constraints(pointers, targets, decided, flat, bases, alternatives)

    def _node(self, pointer: str) -> Any:
        """The schema at a pointer; true where there is none."""
        return ptr.value_at(self._document, pointer, True)

    def _target(self, pointer: str) -> str:
        """The pointer that the references from a schema end at, its own if they lead nowhere."""
        try:
            return ptr.resolve(self._document, self.node(pointer), pointer)[1]
        except LookupError:
            return pointer

    def _expand(self, pointers: Pointers) -> tuple[list[Place], list[Node]]:
        """Schemas with their `$ref` and `allOf` subschemas, and the nodes with parents last."""
        flat: dict[str, Any] = {}
        bases: list[Node] = []

        def follow(where: str) -> None:
            if where in flat:
                return
            node = flat[where] = self.node(where)
            if isinstance(node, dict):
                if _has_local_reference(node):
                    follow(ptr.of_reference(node["$ref"]))
                for i in range(len(node.get("allOf", ()))):
                    follow(ptr.join(where, "allOf", i))
                bases.append(node)

        for pointer in pointers:
            follow(pointer)
        return list(flat.items()), bases

    def _alternatives(
        self, where: str, node: Node, flat: Sequence[Place]
    ) -> Iterator[Alternatives]:
        chosen = False
        for keyword in ("oneOf", "anyOf"):
            if options := node.get(keyword):
                place = ptr.join(where, keyword)
                generated = (
                    i for i, o in enumerate(options) if NULL_NOT_GENERATED not in _mapping(o)
                )
                yield Alternatives(place, tuple((ptr.join(place, i),) for i in generated))
                chosen = True
        if "if" in node:
            place = ptr.join(where, "if")
            then, otherwise = ptr.join(where, "then"), ptr.join(where, "else")
            met = (place, then) if "then" in node else (place,)
            yield Alternatives(place, ((), met, (otherwise,) if "else" in node else ()))
        for name in node.get("dependentSchemas", ()):
            place = ptr.join(where, "dependentSchemas", name)
            yield Alternatives(place, ((), (place,)))
        known = (
            target
            for target, _ in discriminator_mapping(node)
            if isinstance(self.node(target), dict)
        )
        targets = tuple((target,) for target in known)
        # A base schema with a mapping stands for one of the mapped schemas, unless one is chosen.
        if targets and not chosen and not any((place,) in targets for place, _ in flat):
            yield Alternatives(ptr.join(where, "discriminator"), (*targets, ()))


def _mapping(node: Any) -> Node:
    return node if isinstance(node, dict) else {}


def _has_local_reference(node: Node) -> bool:
    reference = node.get("$ref")
    return isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))
