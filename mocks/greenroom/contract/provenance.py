"""What the statements of a contract stand on (`x-provenance`, described in specs/README.md)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import pointer as ptr

KEY = "x-provenance"
BASES = ("documented", "published", "inferred", "disputed")

_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))
_COMPONENTS = {
    "securitySchemes": "security scheme",
    "parameters": "parameter",
    "headers": "header",
    "requestBodies": "request body",
    "responses": "response",
    "schemas": "schema",
    "examples": "example",
}


@dataclass(frozen=True, slots=True)
class Provenance:
    """One `x-provenance` object and where it stands."""

    pointer: str
    basis: str
    source: str = ""
    at: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of a contract that claims something: its kind, its place and what it stands on."""

    kind: str
    pointer: str
    basis: str | None


def declared(raw: Mapping[str, Any]) -> Iterator[Provenance]:
    """Every `x-provenance` object in document order; malformed ones are left to the house rules."""
    for where, node in ptr.walk(raw):
        if where.startswith("/components/examples/") and where.count("/") > 3:
            continue
        if isinstance(node, dict) and isinstance(said := node.get(KEY), dict):
            text = {k: str(said.get(k, "")) for k in ("basis", "source", "at", "note")}
            yield Provenance(where, **text)


def basis_at(raw: Mapping[str, Any], pointer: str) -> str | None:
    """The basis that holds at a pointer: the nearest one written there or around it."""
    node: Any = raw
    basis = None
    for token in ("", *ptr.split(pointer)):
        if token != "" or node is not raw:
            try:
                node = node[int(token)] if isinstance(node, list) else node[token]
            except (KeyError, IndexError, ValueError, TypeError):
                return basis
        if isinstance(node, dict) and isinstance(said := node.get(KEY), dict):
            basis = str(said.get("basis"))
    return basis


def statements(raw: Mapping[str, Any]) -> Iterator[Statement]:
    """Every statement of a contract: operations, webhooks, components and schema properties."""
    for section, kind in (("paths", "operation"), ("webhooks", "webhook")):
        for path, item in raw.get(section, {}).items():
            for method in item:
                if method in _METHODS:
                    where = ptr.join("", section, path, method)
                    yield Statement(kind, where, basis_at(raw, where))
    for section, kind in _COMPONENTS.items():
        for name, component in raw.get("components", {}).get(section, {}).items():
            where = ptr.join("/components", section, name)
            yield Statement(kind, where, basis_at(raw, where))
            if section == "schemas":
                yield from _properties(raw, component, where)


def _properties(raw: Mapping[str, Any], schema: Any, pointer: str) -> Iterator[Statement]:
    for where, node in ptr.walk(schema, pointer):
        if isinstance(node, dict) and isinstance(node.get("properties"), dict):
            for name in node["properties"]:
                place = ptr.join(where, "properties", name)
                yield Statement("property", place, basis_at(raw, place))
