"""Whether each reference of a document leads to an object of the kind that is expected there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...errors import Problem
from ...schema import json_pointer as ptr
from ..object_kinds import DATA, Part, is_reference, kind_at

_DYNAMIC = "$dynamicRef"


def reference_problems(
    document: Mapping[str, Any],
    parts: Iterable[Part],
    unresolved: Mapping[str, str] | None = None,
) -> Iterator[Problem]:
    """References among the parts of a document that lead nowhere, elsewhere or to another kind.

    `unresolved` maps the text of a `$ref` to the reason why it could not be followed.
    """
    unresolved = unresolved or {}
    known: dict[tuple[str, str], str | None] = {}
    for part in parts:
        if part.kind == "schema" and isinstance(part.node, dict) and _DYNAMIC in part.node:
            message = f"{part.node[_DYNAMIC]!r} leads to several schemas or to none; use a $ref"
            yield Problem(ptr.step(part.pointer, _DYNAMIC), "reference", message)
        if not is_reference(part.node):
            continue
        reference = part.node["$ref"]
        key = (reference, part.kind)
        if key not in known:
            known[key] = unresolved.get(reference) or _reason(document, part)
        reason = known[key]
        if reason is not None:
            yield Problem(ptr.step(part.pointer, "$ref"), "reference", reason)


def _reason(document: Mapping[str, Any], part: Part) -> str | None:
    """Why the reference of a part is not valid, None where it is."""
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
        return f"{reference!r} does not lead to a {part.kind}"
    return None
