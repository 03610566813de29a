"""Rules for `x-provenance`, the basis of the statements of a contract, and for their sources."""

from __future__ import annotations

from ..contract.extension_schemas import problems
from ..contract.object_kinds import is_reference
from ..contract.provenance import BASES, HOLDERS, PROVENANCE_KEY
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed


def complete(document: Document) -> Messages:
    """Each operation, webhook and component has its own provenance."""
    for part in document.parts:
        if is_reference(part.node) or (isinstance(part.node, dict) and PROVENANCE_KEY in part.node):
            continue
        if part.kind == "operation" or part.within == "components":
            yield part.pointer, f"no {PROVENANCE_KEY}; its basis is one of {listed(BASES)}"
        elif part.kind == "extension" and part.within == "document":
            yield part.pointer, f"no {PROVENANCE_KEY}, and nothing around it has any"


def well_formed(document: Document) -> Messages:
    """Each provenance has a known basis, and the keys that this basis needs."""
    for part in document.parts:
        if part.kind in HOLDERS and isinstance(part.node, dict):
            yield from problems(PROVENANCE_KEY, part.node, part.pointer)


def sources(document: Document) -> Messages:
    """Every source is declared in info.x-sources with its title and URL, and is used."""
    declared = document.document["info"].get("x-sources", {})
    yield from problems("x-sources", document.document["info"], "/info")
    if not isinstance(declared, dict):
        return
    used: set[str] = set()
    for part in document.parts:
        provenance = part.node.get(PROVENANCE_KEY) if isinstance(part.node, dict) else None
        name = provenance.get("source") if isinstance(provenance, dict) else None
        if part.kind in HOLDERS and isinstance(name, str):
            used.add(name)
            if name not in declared:
                where = ptr.join(part.pointer, PROVENANCE_KEY, "source")
                yield where, f"the source {name!r} is not declared; declared: {listed(declared)}"
    for name in declared:
        if name not in used:
            yield ptr.join("/info/x-sources", name), "no provenance names this source; remove it"
