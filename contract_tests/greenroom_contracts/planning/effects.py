"""What a call does to the world, and so what may be sent (`x-effect`, see specs/README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.contract.model import Operation
from greenroom.schema import json_pointer as ptr

READ, CREATE, CHANGE, DELETE, CONTACT, COST = (
    "read",
    "create",
    "change",
    "delete",
    "contact",
    "cost",
)
_SAFE_METHODS = ("GET", "HEAD")
_WRITES = frozenset((CREATE, CHANGE, DELETE))
_NAMED = frozenset((CONTACT, COST))


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the caller of a run allows beside reading.

    `writes` allows what does more than read; `allowed` are ids of operations that the caller named
    one by one, which anything that contacts a person or costs money needs as well. `only`
    restricts a run to some operations, None to all.
    """

    writes: bool = False
    allowed: frozenset[str] = frozenset()
    only: frozenset[str] | None = None


def is_read(operation: Operation, document: Mapping[str, Any]) -> bool:
    """Whether an operation changes nothing, by what its contract says.

    A method that is not safe (RFC 9110 section 9.2.1) has to be declared a read with its reason. A
    contract without `x-effect`, one of somebody else's, is believed as to GET and HEAD alone.
    """
    if not operation.effects:
        return operation.method in _SAFE_METHODS
    if set(operation.effects) != {READ}:
        return False
    reason = ptr.look_up(document, operation.pointer).get("x-effect-reason")
    return operation.method in _SAFE_METHODS or bool(reason)


def why_not(operation: Operation, permissions: Permissions, document: Mapping[str, Any]) -> str:
    """Why an operation may not be sent; empty where it may."""
    if permissions.only is not None and operation.id not in permissions.only:
        return "left out by --only"
    if is_read(operation, document):
        return ""
    missing = [] if permissions.writes else ["--allow-writes"]
    # An effect that is unknown, or that nobody declares, is as grave as any.
    effects = set(operation.effects) - {READ}
    if not (effects and effects <= _WRITES) and operation.id not in permissions.allowed:
        missing.append(f"--allow {operation.id}")
    listed = ", ".join(operation.effects) or f"{operation.method} without x-effect"
    return f"{listed}; needs {' and '.join(missing)}" if missing else ""


def makes(operation: Operation) -> bool:
    """Whether a call leaves something behind that did not exist."""
    return CREATE in operation.effects


def makes_own(operation: Operation) -> bool:
    """Whether what a call returns is new, and so the run's own: an upsert may return another's."""
    return makes(operation) and CHANGE not in operation.effects


def removes(operation: Operation) -> bool:
    """Whether a call removes or switches off something."""
    return DELETE in operation.effects


def is_grave(operation: Operation) -> bool:
    """Whether a call may reach a person or cost money, or nobody says that it does not."""
    return not operation.effects or bool(set(operation.effects) & _NAMED)


def needs_own(operation: Operation) -> bool:
    """Whether what a call is about has to be the run's own: it alters, removes or uses it up."""
    return bool(set(operation.effects) - {READ, CREATE}) or (
        not operation.effects and operation.method not in _SAFE_METHODS
    )
