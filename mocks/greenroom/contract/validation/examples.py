"""Whether the examples of a document match their schemas.

The specification only says that an example SHOULD match its schema (OpenAPI 3.1, 4.8.14.1), so that
a document with one that does not is valid all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import Problem
from ...http.media_type import is_json
from ...schema import json_pointer as ptr
from ...schema.validators import SchemaSet
from ..loading.upgrade_30 import as_written
from ..object_kinds import Part, in_condition, parts
from ..read_write_only import for_any

# The pointer of an example, its value, and the pointer of its schema.
_Example = tuple[str, Any, str]


def example_problems(written: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[Problem]:
    """Examples of JSON bodies, parameters, headers and schemas that do not match their schema.

    `document` is the OpenAPI 3.1 form of the document that was `written`; pointers are of the
    latter.
    """
    by_schema: dict[str, list[tuple[str, Any]]] = {}
    for part in parts(document):
        for pointer, value, schema in _examples(document, part):
            by_schema.setdefault(schema, []).append((pointer, value))
    schemas = SchemaSet(for_any(document))
    for schema, examples in by_schema.items():
        # Not kept: there are many, and each holds all that it refers to.
        validator = schemas.compiled(schema)
        for pointer, value in examples:
            if not validator.is_valid(value):
                error = next(schemas.errors(schema, value))
                reason = f"{error.instance}: {error.message}" if error.instance else error.message
                message = f"does not match its schema: {reason}"
                yield Problem(as_written(written, pointer), "example", message)


def _examples(document: Mapping[str, Any], part: Part) -> Iterator[_Example]:
    node = part.node
    if not isinstance(node, dict):
        return
    if part.kind == "schema":
        has_examples = "example" in node or "examples" in node
        if has_examples and not in_condition(part.pointer):
            yield from _of_schema(node, part.pointer)
    elif part.kind in ("media type", "parameter", "header") and "schema" in node:
        name = ptr.split(part.pointer)[-1]
        if part.kind == "media type" and not is_json(name):
            # The example may be text in another format, which the schema does not describe.
            return
        schema = _referenced(document, node["schema"], ptr.step(part.pointer, "schema"))
        if "example" in node:
            yield ptr.step(part.pointer, "example"), node["example"], schema
        for key, entry in node.get("examples", {}).items():
            pointer = ptr.join(part.pointer, "examples", key)
            example, _ = ptr.resolve(document, entry, pointer)
            if "value" in example:
                yield pointer, example["value"], schema


def _of_schema(node: Mapping[str, Any], pointer: str) -> Iterator[_Example]:
    if "example" in node:
        yield ptr.step(pointer, "example"), node["example"], pointer
    listed = node.get("examples")
    for i, value in enumerate(listed if isinstance(listed, list) else ()):
        yield ptr.join(pointer, "examples", i), value, pointer


def _referenced(document: Mapping[str, Any], schema: Any, pointer: str) -> str:
    """The pointer of a schema, or of the one that it is only a reference to."""
    is_alias = isinstance(schema, dict) and len(schema) == 1
    return ptr.resolve(document, schema, pointer)[1] if is_alias else pointer
