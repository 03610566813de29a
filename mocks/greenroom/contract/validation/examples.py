"""Are the examples of a document valid where they stand?

The specification only says that an example SHOULD match its schema (OpenAPI 3.1, 4.8.14.1), so that
a document with a wrong one is valid all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...http.media_type import is_json
from ...schema import json_pointer as ptr
from ...schema.validators import SchemaSet
from ..loading.upgrade_30 import as_written
from ..object_kinds import Part, in_condition, parts
from ..read_write_only import of_any
from .problem import Fault

RULE = "example"

# Where an example stands, what it says, and the pointer of the schema that is to allow it.
_Use = tuple[str, Any, str]


def example_faults(written: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Fault]:
    """Examples that break the schema beside them, in JSON bodies, parameters, headers and schemas.

    `document` says in OpenAPI 3.1 what was `written`; pointers are those of the latter.
    """
    by_schema: dict[str, list[tuple[str, Any]]] = {}
    for part in parts(document):
        for where, value, schema in _uses(document, part):
            by_schema.setdefault(schema, []).append((where, value))
    schemas = SchemaSet(of_any(document))
    for schema, uses in by_schema.items():
        # Not kept: there are many, and each holds all that it refers to.
        validator = schemas.compiled(schema)
        for where, value in uses:
            error = next(validator.iter_errors(value), None)
            if error is not None:
                place = ptr.join("", *error.instance_path)
                told = f"{place}: {error.message}" if place else error.message
                yield Fault(as_written(written, where), RULE, f"breaks its schema: {told}")


def _uses(document: Mapping[str, Any], part: Part) -> Iterator[_Use]:
    node = part.node
    if not isinstance(node, dict):
        return
    if part.kind == "schema":
        shown = "example" in node or "examples" in node
        if shown and not in_condition(part.pointer):
            yield from _of_schema(node, part.pointer)
    elif part.kind in ("media type", "parameter", "header") and "schema" in node:
        name = ptr.split(part.pointer)[-1]
        if part.kind == "media type" and not is_json(name):
            # Text of another format can show what its schema describes in that format.
            return
        schema = _final(document, node["schema"], ptr.step(part.pointer, "schema"))
        if "example" in node:
            yield ptr.step(part.pointer, "example"), node["example"], schema
        for key, entry in node.get("examples", {}).items():
            where = ptr.join(part.pointer, "examples", key)
            example, _ = ptr.resolve(document, entry, where)
            if "value" in example:
                yield where, example["value"], schema


def _of_schema(node: Mapping[str, Any], pointer: str) -> Iterator[_Use]:
    if "example" in node:
        yield ptr.step(pointer, "example"), node["example"], pointer
    listed = node.get("examples")
    for i, value in enumerate(listed if isinstance(listed, list) else ()):
        yield ptr.join(pointer, "examples", i), value, pointer


def _final(document: Mapping[str, Any], schema: Any, pointer: str) -> str:
    """The pointer of a schema, or of the one that it only refers to."""
    is_alias = isinstance(schema, dict) and len(schema) == 1
    return ptr.resolve(document, schema, pointer)[1] if is_alias else pointer
