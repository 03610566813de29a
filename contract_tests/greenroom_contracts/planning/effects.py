"""The effects of an operation, and whether it may be sent (`x-effect`, specs/README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.contract.effects import CHANGE, CONTACT, COST, CREATE, DELETE, READ
from greenroom.contract.model import Operation
from greenroom.schema import json_pointer as ptr

from .options import Options

# Safe methods (RFC 9110 section 9.2.1) that are sent without a declared effect.
_TRUSTED_METHODS = ("GET", "HEAD")
_WRITES = frozenset((CREATE, CHANGE, DELETE))
_NEED_EXPLICIT_ALLOW = frozenset((CONTACT, COST))


def is_read(operation: Operation, document: Mapping[str, Any]) -> bool:
    """Whether an operation changes nothing, by its contract.

    One with another method than GET or HEAD has to be declared a read, with the reason. Without
    `x-effect`, as in contracts from elsewhere, only GET and HEAD are reads.
    """
    if not operation.effects:
        return operation.method in _TRUSTED_METHODS
    if set(operation.effects) != {READ}:
        return False
    reason = ptr.look_up(document, operation.pointer).get("x-effect-reason")
    return operation.method in _TRUSTED_METHODS or bool(reason)


def why_not(operation: Operation, options: Options, document: Mapping[str, Any]) -> str:
    """Why an operation may not be sent; empty if it may."""
    if options.only is not None and operation.id not in options.only:
        return "excluded by --only"
    if is_read(operation, document):
        return ""
    missing = [] if options.writes else ["--allow-writes"]
    # An unknown or undeclared effect is treated like contact or cost.
    effects = set(operation.effects) - {READ}
    if not (effects and effects <= _WRITES) and operation.id not in options.allowed:
        missing.append(f"--allow {operation.id}")
    listed = ", ".join(operation.effects) or f"{operation.method} without x-effect"
    return f"{listed}; needs {' and '.join(missing)}" if missing else ""


def creates(operation: Operation) -> bool:
    """Whether a call creates something."""
    return CREATE in operation.effects


def creates_own_resource(operation: Operation) -> bool:
    """Whether a call always creates a new resource, which the run then owns; an upsert may not."""
    return creates(operation) and CHANGE not in operation.effects


def deletes(operation: Operation) -> bool:
    """Whether a call deletes or disables something."""
    return DELETE in operation.effects


def contacts_or_costs(operation: Operation) -> bool:
    """Whether a call may contact a person or cost money, as one without declared effects may."""
    return not operation.effects or bool(set(operation.effects) & _NEED_EXPLICIT_ALLOW)


def requires_own_resource(operation: Operation) -> bool:
    """Whether a call may only act on a resource that the run created, since it may alter it."""
    return bool(set(operation.effects) - {READ, CREATE}) or (
        not operation.effects and operation.method not in _TRUSTED_METHODS
    )
