"""Whether the schemas of a document are valid JSON Schema and can be compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from ...errors import Problem
from ...schema import json_pointer as ptr
from ...schema.branching import applied_in_place
from ...schema.validators import SchemaSet
from ..loading.upgrade_30 import as_written
from ..object_kinds import Part
from .metaschema import json_schema_problems

# The schemas of a batch share what they refer to; larger batches would only take more memory.
_BATCH = 100
# Ten thousand are some milliseconds for each value; real contracts have some hundreds.
_MOST_APPLIED = 100_000


def schema_problems(
    written: Mapping[str, Any], document: Mapping[str, Any], parts: Sequence[Part]
) -> Iterator[Problem]:
    """The problems of the schemas among the parts of the document that was `written`.

    `document` is its OpenAPI 3.1 form; pointers are of the former.
    """
    schemas = [part for part in parts if part.kind == "schema"]
    roots = [part.pointer for part in schemas if part.within != "schema"]
    malformed = [
        (as_written(written, root + problem.pointer), problem.message)
        for root in roots
        for problem in json_schema_problems(ptr.look_up(document, root))
    ]
    malformed += [entry for part in schemas for entry in _patterns(part)]
    found = (
        malformed
        or list(_unbounded(document, roots))
        or _not_compilable(SchemaSet(document), roots)
    )
    for pointer, reason in found:
        yield Problem(pointer, "schema", f"not a valid JSON Schema: {reason}")


def _unbounded(document: Mapping[str, Any], roots: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The schemas that would block a server, since references multiply what they apply."""
    known: dict[str, int] = {}
    for root in roots:
        try:
            is_bounded = applied_in_place(document, root, known) <= _MOST_APPLIED
        except RecursionError:
            is_bounded = False
        if not is_bounded:
            yield root, f"one value would be compared with more than {_MOST_APPLIED:,} schemas"


def _not_compilable(schemas: SchemaSet, roots: Sequence[str]) -> Iterator[tuple[str, str]]:
    known = set()
    for first in range(0, len(roots), _BATCH):
        batch = roots[first : first + _BATCH]
        if schemas.compile_error(batch) is None:
            continue
        for root in batch:
            reason = schemas.compile_error([root])
            # Everything that refers to an invalid schema fails for the same reason.
            if reason is not None and reason not in known:
                known.add(reason)
                yield root, reason


def _patterns(part: Part) -> Iterator[tuple[str, str]]:
    """The regular expressions of a schema that do not compile: pointer and message."""
    if not isinstance(part.node, dict):
        return
    patterns = [(ptr.step(part.pointer, "pattern"), part.node.get("pattern"))]
    named = ptr.step(part.pointer, "patternProperties")
    patterns += [(ptr.join(named, key), key) for key in part.node.get("patternProperties", ())]
    for pointer, pattern in patterns:
        if isinstance(pattern, str) and not _compiles(pattern):
            yield pointer, f"{pattern!r} is not a regular expression that can be compiled"


@cache
def _compiles(pattern: str) -> bool:
    try:
        jsonschema_rs.validator_for({"pattern": pattern}, offline=True)
    except ValueError:
        return False
    return True
