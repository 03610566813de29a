"""Do the references of a document lead to what they stand for? Every fault with its pointer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ..object_kinds import DATA, Part, is_reference, kind_at, parts
from .problem import Fault

RULE = "reference"
_DYNAMIC = "$dynamicRef"


def reachable(document: Mapping[str, Any]) -> list[Part]:
    """Every object of a document, and the schemas that only a reference tells from data.

    JSON Schema lets a schema lie anywhere, such as under an extension.
    """
    found = list(parts(document))
    known: set[str] = set()
    # The list grows while it is looked through.
    for part in found:
        if part.kind == "schema" and is_reference(part.node):
            reference = part.node["$ref"]
            if reference not in known:
                known.add(reference)
                found += _hidden(document, reference)
    return found


def _hidden(document: Mapping[str, Any], reference: str) -> Iterable[Part]:
    pointer = ptr.of_reference(reference)
    try:
        if not reference.startswith("#/") or kind_at(pointer) != DATA:
            return ()
        return parts(ptr.look_up(document, pointer), "schema", pointer)
    except LookupError:
        return ()


def reference_faults(
    document: Mapping[str, Any], found: Iterable[Part], refused: Mapping[str, str] | None = None
) -> Iterator[Fault]:
    """References among the parts of a document that lead nowhere, elsewhere or to another kind.

    `refused` says why some cannot be followed, by what the `$ref` says.
    """
    refused = refused or {}
    known: dict[tuple[str, str], str | None] = {}
    for part in found:
        if part.kind == "schema" and isinstance(part.node, dict) and _DYNAMIC in part.node:
            message = f"{part.node[_DYNAMIC]!r} leads to several schemas or to none; use a $ref"
            yield Fault(ptr.step(part.pointer, _DYNAMIC), RULE, message)
        if not is_reference(part.node):
            continue
        reference = part.node["$ref"]
        key = (reference, part.kind)
        if key not in known:
            known[key] = refused.get(reference) or _fault(document, part)
        reason = known[key]
        if reason is not None:
            yield Fault(ptr.step(part.pointer, "$ref"), RULE, reason)


def _fault(document: Mapping[str, Any], part: Part) -> str | None:
    reference = part.node["$ref"]
    if not reference.startswith("#"):
        return f"{reference!r} is outside this file; only '#/…' is read"
    if reference != "#" and not reference.startswith("#/"):
        return f"{reference!r} is an anchor; only '#/…' is read"
    try:
        _, target = ptr.resolve(document, part.node, part.pointer)
    except LookupError:
        return f"{reference!r} leads nowhere in this file, or in a circle"
    kind = kind_at(target)
    if kind != part.kind and not (part.kind == "schema" and kind == DATA):
        return f"{reference!r} is no {part.kind}"
    return None
