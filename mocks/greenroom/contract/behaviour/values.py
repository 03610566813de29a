"""The values and places that declarations name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ..extension_schemas import is_valid
from ..runtime_expressions import expressions
from .evidence import DECLARED, Evidence
from .resource import Set, Value


def node_of(holder: Any, key: str) -> dict[str, Any]:
    """An extension of an object; empty without one, and where a house rule reports its form."""
    node = holder.get(key) if isinstance(holder, dict) else None
    return node if isinstance(node, dict) and is_valid(key, node) else {}


def pointer_of(text: str) -> str:
    """A pointer, or the pointer of a property's name."""
    return text if not text or text.startswith("/") else ptr.join("", text)


def value_of(entry: Any) -> Value:
    """The value that a declaration gives: a text with expressions, or a constant."""
    return Value(entry) if isinstance(entry, str) and any(expressions(entry)) else Value("", entry)


def sets_of(node: Mapping[str, Any] | None) -> tuple[Set, ...]:
    """The places and values of a declaration."""
    return tuple(Set(pointer_of(where), value_of(entry)) for where, entry in (node or {}).items())


def names_of(node: Any) -> list[str]:
    """The names that a declaration lists, or the one that it has; none for anything else."""
    return [node] if isinstance(node, str) else list(node or ())


def evidence_of(node: Mapping[str, Any]) -> Evidence:
    """The evidence that a declaration is: its provenance."""
    # A house rule reports its form.
    found = node.get("x-provenance")
    given = (
        {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}
    )
    said = given.get("note") or " ".join(given[key] for key in ("source", "at") if key in given)
    return Evidence(DECLARED, said or "the contract says so", given.get("basis"))
