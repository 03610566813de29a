"""Every component is used, by something that is itself used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..contract.object_kinds import is_reference
from ..schema import json_pointer as ptr
from .document import Document, Found


def used(document: Document) -> Iterator[Found]:
    """Nothing in components is left that no operation or webhook leads to."""
    leads_to: dict[str, set[str]] = defaultdict(set)
    for part in document.parts:
        owner = _component(part.pointer)
        if is_reference(part.node):
            leads_to[owner].add(_component(ptr.of_reference(part.node["$ref"])))
        if part.kind == "discriminator":
            for target in part.node.get("mapping", {}).values():
                plain = "/" not in target
                where = ptr.join("/components/schemas", target) if plain else target.lstrip("#")
                leads_to[owner].add(_component(where))
        if part.kind in ("document", "operation"):
            for both in part.node.get("security", ()):
                leads_to[owner] |= {ptr.join("/components/securitySchemes", name) for name in both}
    reached: set[str] = set()
    waiting = [""]
    while waiting:
        place = waiting.pop()
        if place not in reached:
            reached.add(place)
            waiting.extend(leads_to[place])
    for _, name, _, where in document.components():
        if where not in reached:
            yield where, f"nothing in paths or webhooks leads to {name}; use or remove it"


def _component(pointer: str) -> str:
    """The component that a pointer leads into, empty outside of components."""
    tokens = ptr.split(pointer)
    return ptr.join("", *tokens[:3]) if tokens[:1] == ("components",) and len(tokens) > 2 else ""
