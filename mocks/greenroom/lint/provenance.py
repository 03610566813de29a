"""Rules for `x-provenance`, which says what a statement is based on, and for its sources."""

from __future__ import annotations

import re
from typing import Any

from ..contract.object_kinds import is_reference
from ..contract.provenance import BASES, HOLDERS, KEY
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

_NEEDS = {
    "documented": ("source", "at"),
    "published": ("source",),
    "inferred": ("note",),
    "disputed": ("source", "note"),
}
_FIELDS = ("basis", "source", "at", "note")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def complete(document: Document) -> Messages:
    """Each operation, webhook and component has provenance of its own."""
    for part in document.parts:
        if is_reference(part.node) or (isinstance(part.node, dict) and KEY in part.node):
            continue
        if part.kind == "operation" or part.within == "components":
            yield part.pointer, f"no {KEY}; its basis is one of {listed(BASES)}"
        elif part.kind == "extension" and part.within == "document":
            yield part.pointer, f"no {KEY}, and nothing around it has any"


def well_formed(document: Document) -> Messages:
    """Each provenance has a known basis, and the keys that this basis needs."""
    for part in document.parts:
        if part.kind in HOLDERS and isinstance(part.node, dict) and KEY in part.node:
            yield from _form(part.node[KEY], ptr.join(part.pointer, KEY))


def _form(node: Any, where: str) -> Messages:
    basis = node.get("basis") if isinstance(node, dict) else node
    if not isinstance(node, dict) or basis not in BASES:
        yield where, f"the basis {basis!r} is not one of {listed(BASES)}"
        return
    for name in _NEEDS[basis]:
        if name not in node:
            yield where, f"the key {name!r} is missing; the basis {basis!r} needs it"
    for name, value in node.items():
        if name not in _FIELDS:
            yield ptr.join(where, name), f"not a key of {KEY}; known: {listed(_FIELDS)}"
        elif not isinstance(value, str) or not value.strip():
            yield ptr.join(where, name), f"{value!r} is not a string; quote it"


def sources(document: Document) -> Messages:
    """Every source is declared in info.x-sources with its title and URL, and is used."""
    declared = document.document["info"].get("x-sources", {})
    if not isinstance(declared, dict):
        yield "/info/x-sources", "not a map of names to sources {title: …, url: …, date: …}"
        return
    for name, source in declared.items():
        yield from _source(source, ptr.join("/info/x-sources", name))
    used: set[str] = set()
    for part in document.parts:
        provenance = part.node.get(KEY) if isinstance(part.node, dict) else None
        name = provenance.get("source") if isinstance(provenance, dict) else None
        if part.kind in HOLDERS and isinstance(name, str):
            used.add(name)
            if name not in declared:
                where = ptr.join(part.pointer, KEY, "source")
                yield where, f"the source {name!r} is not declared; declared: {listed(declared)}"
    for name in declared:
        if name not in used:
            yield ptr.join("/info/x-sources", name), "no provenance names this source; remove it"


def _source(source: Any, where: str) -> Messages:
    if not isinstance(source, dict):
        yield where, "not a source; write {title: …, url: …, date: 'YYYY-MM-DD'}"
        return
    for name in ("title", "url"):
        if not isinstance(source.get(name), str):
            yield where, f"the key {name!r} is missing, or its value is not a string"
    for name, value in source.items():
        if name not in ("title", "url", "date"):
            yield ptr.join(where, name), "not a key of a source; known: title, url, date"
        elif name == "date" and not (isinstance(value, str) and _DATE.fullmatch(value)):
            yield ptr.join(where, name), f"{value!r} is not a date; write 'YYYY-MM-DD', quoted"
