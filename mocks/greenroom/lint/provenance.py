"""What statements stand on: complete, well formed, in its place, with declared sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..contract.object_kinds import is_reference
from ..contract.provenance import BASES, HOLDERS, KEY
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

_NEEDS = {
    "documented": ("source", "at"),
    "published": ("source",),
    "inferred": ("note",),
    "disputed": ("source", "note"),
}
_FIELDS = ("basis", "source", "at", "note")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def complete(document: Document) -> Iterator[Found]:
    """Each operation, webhook and component says itself what it stands on."""
    for part in document.parts:
        if is_reference(part.node) or (isinstance(part.node, dict) and KEY in part.node):
            continue
        if part.kind == "operation" or part.within == "components":
            yield part.pointer, f"no {KEY}; say what it stands on: {listed(BASES)}"
        elif part.kind == "extension" and part.within == "document":
            yield part.pointer, f"no {KEY}; nothing around it says what it stands on"


def well_formed(document: Document) -> Iterator[Found]:
    """Each provenance has a known basis and what that basis needs."""
    for part in document.parts:
        if part.kind in HOLDERS and isinstance(part.node, dict) and KEY in part.node:
            yield from _form(part.node[KEY], ptr.join(part.pointer, KEY))


def _form(said: Any, where: str) -> Iterator[Found]:
    if not isinstance(said, dict) or said.get("basis") not in BASES:
        got = said.get("basis") if isinstance(said, dict) else said
        yield where, f"the basis is {got!r}; it is one of {listed(BASES)}"
        return
    for name in _NEEDS[said["basis"]]:
        if name not in said:
            yield where, f"a {said['basis']} statement needs {name!r}"
    for name, value in said.items():
        if name not in _FIELDS:
            yield ptr.join(where, name), f"not a key of {KEY}; known: {listed(_FIELDS)}"
        elif not isinstance(value, str) or not value.strip():
            yield ptr.join(where, name), f"{value!r} is not a text; quote it"


def sources(document: Document) -> Iterator[Found]:
    """Every source is declared in info.x-sources, with title and address, and used."""
    declared = document.document["info"].get("x-sources", {})
    if not isinstance(declared, dict):
        yield "/info/x-sources", "not a map from a source's name to its title, url and date"
        return
    for name, source in declared.items():
        yield from _source(source, ptr.join("/info/x-sources", name))
    used: set[str] = set()
    for part in document.parts:
        said = part.node.get(KEY) if isinstance(part.node, dict) else None
        name = said.get("source") if isinstance(said, dict) else None
        if part.kind in HOLDERS and isinstance(name, str):
            used.add(name)
            if name not in declared:
                where = ptr.join(part.pointer, KEY, "source")
                yield where, f"the source {name!r} is not declared; declared: {listed(declared)}"
    for name in declared:
        if name not in used:
            yield ptr.join("/info/x-sources", name), "no statement names this source; remove it"


def _source(source: Any, where: str) -> Iterator[Found]:
    if not isinstance(source, dict):
        yield where, "not a source; write {title: …, url: …, date: 'YYYY-MM-DD'}"
        return
    for name in ("title", "url"):
        if not isinstance(source.get(name), str):
            yield where, f"a source needs {name!r}"
    for name, value in source.items():
        if name not in ("title", "url", "date"):
            yield ptr.join(where, name), "not a key of a source; known: title, url, date"
        elif name == "date" and not (isinstance(value, str) and _DATE.fullmatch(value)):
            yield ptr.join(where, name), f"{value!r} is not a day as 'YYYY-MM-DD', quoted"
