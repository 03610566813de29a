"""The effects of an operation, and whether it may be sent (`x-effect`, specs/README.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.contract.effects import CHANGE, COST, CREATE, DELETE, READ, SUBSCRIBE
from greenroom.contract.model import Operation
from greenroom.schema import json_pointer as ptr

from .options import Options

# Safe methods (RFC 9110 section 9.2.1) that are sent without a declared effect.
_TRUSTED_METHODS = ("GET", "HEAD")
_WRITES = frozenset((CREATE, CHANGE, DELETE))


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
    # Only queries are sent of a GraphQL operation that only reads.
    trusted = operation.method in _TRUSTED_METHODS or operation.graphql is not None
    return trusted or bool(reason)


def why_not(
    operation: Operation, options: Options, document: Mapping[str, Any], acts_on_own: bool = False
) -> str:
    """Why an operation may not be sent; empty if it may.

    `acts_on_own` is whether it only acts on what the run itself created.
    """
    if options.only is not None and operation.id not in options.only:
        return "excluded by --only"
    if is_read(operation, document):
        return ""
    missing = [] if options.writes else ["--allow-writes"]
    foreign = may_alter(operation) and not acts_on_own
    unexplained = set(operation.effects) == {READ}
    if (foreign or unexplained or is_grave(operation)) and operation.id not in options.allowed:
        missing.append(f"--allow {operation.id}")
    listed = ", ".join(operation.effects) or f"{operation.method} without x-effect"
    if foreign and not is_grave(operation):
        listed += " of what the run did not create"
    return f"{listed}; needs {' and '.join(missing)}" if missing else ""


def creates(operation: Operation) -> bool:
    """Whether a call creates something."""
    return CREATE in operation.effects


def creates_own_resource(operation: Operation) -> bool:
    """Whether a call always creates a new resource, which the run then owns; an upsert may not."""
    return creates(operation) and CHANGE not in operation.effects


def changes(operation: Operation, reader: Operation) -> bool:
    """Whether a call changes the resource that another operation reads, by their paths."""
    below = f"{operation.path}/".startswith(f"{reader.path}/")
    return CHANGE in operation.effects and below and "{" in reader.path


def deletes(operation: Operation) -> bool:
    """Whether a call deletes or disables something."""
    return DELETE in operation.effects


def is_undeclared(operation: Operation) -> bool:
    """Whether a call may do anything, since no effects are declared and its method is not safe."""
    return not operation.effects and operation.method not in _TRUSTED_METHODS


def is_grave(operation: Operation) -> bool:
    """Whether a call may do more than write: contact, cost, subscribe, or what is not known.

    It is sent once, and only by name. Of several effects the gravest decides.
    """
    return is_undeclared(operation) or not set(operation.effects) <= _WRITES | {READ}


def may_alter(operation: Operation) -> bool:
    """Whether a call may change or delete something that exists."""
    return is_undeclared(operation) or not {CHANGE, DELETE}.isdisjoint(operation.effects)


def requires_own_resource(operation: Operation) -> bool:
    """Whether identifiers of others, from lists for example, must not be used for a call."""
    known = {READ, CREATE, COST, SUBSCRIBE}
    return is_undeclared(operation) or not set(operation.effects) <= known
