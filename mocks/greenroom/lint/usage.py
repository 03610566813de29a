"""The rule that every component is used, by something that is itself used."""

from __future__ import annotations

from collections import defaultdict

from ..contract.object_kinds import is_reference
from ..schema import json_pointer as ptr
from .document import Document, Messages


def used(document: Document) -> Messages:
    """Every component is reachable by references from an operation or a webhook."""
    references: dict[str, set[str]] = defaultdict(set)
    for part in document.parts:
        owner = _component(part.pointer)
        if is_reference(part.node):
            references[owner].add(_component(ptr.of_reference(part.node["$ref"])))
        if part.kind == "discriminator":
            for target in part.node.get("mapping", {}).values():
                is_name = "/" not in target
                where = ptr.join("/components/schemas", target) if is_name else target.lstrip("#")
                references[owner].add(_component(where))
        if part.kind in ("document", "operation"):
            for requirement in part.node.get("security", ()):
                references[owner] |= {
                    ptr.join("/components/securitySchemes", name) for name in requirement
                }
    reached: set[str] = set()
    waiting = [""]
    while waiting:
        owner = waiting.pop()
        if owner not in reached:
            reached.add(owner)
            waiting.extend(references[owner])
    for _, name, _, where in document.components():
        if where not in reached:
            yield where, f"{name} is not used by an operation or webhook; use or remove it"


def _component(pointer: str) -> str:
    """The pointer of the component that a pointer is in, empty outside of components."""
    tokens = ptr.split(pointer)
    return ptr.join("", *tokens[:3]) if tokens[:1] == ("components",) and len(tokens) > 2 else ""
