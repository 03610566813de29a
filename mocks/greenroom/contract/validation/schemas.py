"""Can the schemas of a document judge anything? Every fault with its pointer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from ...schema import json_pointer as ptr
from ...schema.validators import SchemaSet
from ..object_kinds import Part
from .metaschema import schema_flaws
from .problem import Fault

RULE = "schema"
# Compiled together, what they refer to is compiled once; more of them would only take more memory.
_TOGETHER = 100


def schema_faults(
    document: Mapping[str, Any],
    found: Sequence[Part],
    as_written: Callable[[str], str] = str,
) -> Iterator[Fault]:
    """Faults of the schemas among the parts of a document, which is OpenAPI 3.1 by now.

    The parts may be those of the 3.0 document that it comes from. `as_written` gives the pointer
    there of what stands at a pointer of `document`.
    """
    schemas = [part for part in found if part.kind == "schema"]
    roots = [part.pointer for part in schemas if part.within != "schema"]
    malformed = [
        (as_written(root + flaw.pointer), flaw.reason)
        for root in roots
        for flaw in schema_flaws(ptr.look_up(document, root))
    ]
    malformed += [entry for part in schemas for entry in _patterns(part)]
    for where, reason in malformed:
        yield Fault(where, RULE, f"not a valid JSON Schema: {reason}")
    if not malformed:
        yield from _uncompiled(SchemaSet(document), roots)


def _uncompiled(schemas: SchemaSet, roots: Sequence[str]) -> Iterator[Fault]:
    told = set()
    for first in range(0, len(roots), _TOGETHER):
        some = roots[first : first + _TOGETHER]
        if schemas.refusal(some) is None:
            continue
        for root in some:
            reason = schemas.refusal([root])
            # Everything that refers to a broken schema fails for the same reason.
            if reason is not None and reason not in told:
                told.add(reason)
                yield Fault(root, RULE, f"not a valid JSON Schema: {reason}")


def _patterns(part: Part) -> Iterator[tuple[str, str]]:
    if not isinstance(part.node, dict):
        return
    written = []
    if "pattern" in part.node:
        written = [(ptr.step(part.pointer, "pattern"), part.node["pattern"])]
    for pattern in part.node.get("patternProperties", ()):
        written += [(ptr.join(part.pointer, "patternProperties", pattern), pattern)]
    for where, pattern in written:
        if isinstance(pattern, str) and not _compiles(pattern):
            yield where, f"{pattern!r} is no regular expression that can be compiled"


@cache
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.validator_for({"pattern": pattern}, offline=True)
    except ValueError:
        return False
    return True
