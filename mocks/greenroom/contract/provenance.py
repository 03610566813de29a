"""The sources of a contract's statements (`x-provenance`, described in specs/README.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..schema import json_pointer as ptr
from .object_kinds import DATA, along, in_condition, is_reference, parts, trail

PROVENANCE_KEY = "x-provenance"
OBSERVED = "observed"
BASES = ("documented", "published", OBSERVED, "inferred", "disputed")

# The kinds of objects that may have an `x-provenance`.
HOLDERS = frozenset((
    "server", "path item", "operation", "parameter", "request body", "response", "header",
    "security scheme", "schema", "example", "link", "extension",
))  # fmt: skip
_SECTIONS = {"paths": "operation", "webhooks": "webhook"}


@dataclass(frozen=True, slots=True)
class Provenance:
    """One `x-provenance` object; `pointer` is of the object that has it."""

    pointer: str
    basis: str
    source: str = ""
    at: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a contract that claims something: its kind, its pointer and its basis."""

    kind: str
    pointer: str
    basis: str | None


def declared(document: Mapping[str, Any]) -> Iterator[Provenance]:
    """Every `x-provenance` object in document order; malformed ones are for the house rules."""
    for part in parts(document):
        node = part.node.get(PROVENANCE_KEY) if isinstance(part.node, dict) else None
        if part.kind in HOLDERS and isinstance(node, dict):
            yield _read(part.pointer, node)


def basis_at(document: Mapping[str, Any], pointer: str) -> str | None:
    """The basis of the value at a pointer: its own, or that of the nearest object around it.

    A basis inside data, for example in an example's value, does not count. A pointer that leads
    nowhere has the basis of the last object that it leads through.
    """
    found = provenance_at(document, pointer)
    return found.basis if found else None


def provenance_at(document: Mapping[str, Any], pointer: str) -> Provenance | None:
    """The `x-provenance` that `basis_at` takes the basis from, None without one."""
    nearest = None
    for kind, where, node in along(document, pointer):
        if kind == DATA:
            break
        found = node.get(PROVENANCE_KEY) if isinstance(node, dict) and kind in HOLDERS else None
        if isinstance(found, dict) and isinstance(found.get("basis"), str):
            nearest = _read(where, found)
    return nearest


def _read(pointer: str, node: Mapping[str, Any]) -> Provenance:
    text = {name: str(node.get(name, "")) for name in ("basis", "source", "at", "note")}
    return Provenance(pointer, **text)


def statements(document: Mapping[str, Any]) -> Iterator[Statement]:
    """Every statement of a contract: operations, webhooks, components and schema properties."""
    for part in parts(document):
        if is_reference(part.node) and part.kind not in ("schema", "path item"):
            continue
        kind = None
        if part.kind == "operation":
            kind = _SECTIONS.get(ptr.split(part.pointer)[0])
        elif part.within == "components":
            kind = part.kind
        elif part.kind == "schema" and _is_property(part.pointer):
            kind = "property"
        if kind is not None:
            yield Statement(kind, part.pointer, basis_at(document, part.pointer))


def _is_property(pointer: str) -> bool:
    """Whether a schema describes a property of a named schema and is not part of a condition."""
    steps = list(trail(pointer))
    named = steps[:2] == [("document", "components"), ("components", "schemas")]
    listed = steps[-2] == ("schema", "properties")
    return named and listed and not in_condition(pointer)
