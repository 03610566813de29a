"""The effects that an operation can declare (`x-effect`, described in specs/README.md)."""

from __future__ import annotations

from .model import Operation

READ, CREATE, CHANGE, DELETE = "read", "create", "change", "delete"
CONTACT, COST, SUBSCRIBE = "contact", "cost", "subscribe"
EFFECTS = (READ, CREATE, CHANGE, DELETE, CONTACT, COST, SUBSCRIBE)


def main_effect(operation: Operation) -> str:
    """What an operation does to things: read, create, change or delete, else as its method says.

    Empty where it has only other effects.
    """
    declared = [e for e in operation.effects if e in (READ, CREATE, CHANGE, DELETE)]
    if declared or operation.effects:
        return declared[0] if declared else ""
    if operation.method in ("GET", "HEAD"):
        return READ
    return {"POST": CREATE, "DELETE": DELETE}.get(operation.method, CHANGE)
