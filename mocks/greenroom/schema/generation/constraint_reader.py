"""From the pointers of schemas to the facts that follow from them, each found once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .. import json_pointer as ptr
from .constraints import Constraints, Group, Node, Place, Pointers, mapped


class Reader:
    """Constraints of the schemas of one document, kept."""

    def __init__(self, raw: Node) -> None:
        self._document = raw
        self._nodes: dict[str, Any] = {}
        self._facts: dict[tuple[Pointers, frozenset[str]], Constraints] = {}

    def facts(self, pointers: Pointers, decided: frozenset[str] = frozenset()) -> Constraints:
        """What the schemas at some pointers say together."""
        key = pointers, decided
        if key not in self._facts:
            flat, bases = self._expand(pointers)
            open_ = (g for w, n in flat if isinstance(n, dict) for g in self._groups(w, n, flat))
            groups = tuple(group for group in open_ if group.pointer not in decided)
            heads = frozenset(map(self._head, pointers))
            self._facts[key] = Constraints(pointers, heads, decided, flat, bases, groups)
        return self._facts[key]

    def node(self, pointer: str) -> Any:
        """The schema at a pointer; true where there is none."""
        if pointer not in self._nodes:
            try:
                self._nodes[pointer] = ptr.look_up(self._document, pointer)
            except LookupError:
                self._nodes[pointer] = True
        return self._nodes[pointer]

    def _head(self, pointer: str) -> str:
        seen: set[str] = set()
        while (
            isinstance(node := self.node(pointer), dict) and _refers(node) and pointer not in seen
        ):
            seen.add(pointer)
            pointer = ptr.of_reference(node["$ref"])
        return pointer

    def _expand(self, pointers: Pointers) -> tuple[list[Place], list[Node]]:
        """SchemaSet and what they are composed of, parents first; and the nodes, parents last."""
        flat: dict[str, Any] = {}
        bases: list[Node] = []

        def follow(where: str) -> None:
            if where in flat:
                return
            node = flat[where] = self.node(where)
            if isinstance(node, dict):
                if _refers(node):
                    follow(ptr.of_reference(node["$ref"]))
                for i in range(len(node.get("allOf", ()))):
                    follow(ptr.join(where, "allOf", i))
                bases.append(node)

        for pointer in pointers:
            follow(pointer)
        return list(flat.items()), bases

    def _groups(self, where: str, node: Node, flat: Sequence[Place]) -> Iterator[Group]:
        chosen = False
        for keyword in ("oneOf", "anyOf"):
            if options := node.get(keyword):
                place = ptr.join(where, keyword)
                yield Group(place, tuple((ptr.join(place, i),) for i in range(len(options))))
                chosen = True
        if "if" in node:
            place = ptr.join(where, "if")
            then, otherwise = ptr.join(where, "then"), ptr.join(where, "else")
            met = (place, then) if "then" in node else (place,)
            yield Group(place, ((), met, (otherwise,) if "else" in node else ()))
        for name in node.get("dependentSchemas", ()):
            place = ptr.join(where, "dependentSchemas", name)
            yield Group(place, ((), (place,)))
        known = (target for target, _ in mapped(node) if isinstance(self.node(target), dict))
        targets = tuple((target,) for target in known)
        # Who asks for a kind of thing by its base gets one of the kinds, unless one is meant.
        if targets and not chosen and not any((place,) in targets for place, _ in flat):
            yield Group(ptr.join(where, "discriminator"), (*targets, ()))


def _refers(node: Node) -> bool:
    reference = node.get("$ref")
    return isinstance(reference, str) and (reference == "#" or reference.startswith("#/"))
