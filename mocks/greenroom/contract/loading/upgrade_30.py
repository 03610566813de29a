"""From OpenAPI 3.0 to 3.1, so that everything else only has to know the schemas of 3.1.

The differences are those of the 3.1.0 release: `nullable`, boolean `exclusiveMinimum` and
`exclusiveMaximum`, and siblings of `$ref`, which 3.0 ignores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.generation.constraints import NULL_NOT_GENERATED
from ..object_kinds import DATA, child_kind, is_reference

# Keywords that assert nothing; they stay where readers look for them.
_ANNOTATIONS = frozenset((
    "title", "description", "default", "example", "deprecated", "readOnly", "writeOnly",
    "externalDocs", "xml",
))  # fmt: skip
# Null that 3.0.3 refuses, though nobody who writes `nullable: true` means that: only a `type`
# in the same object allows null, and `enum`, `allOf` and the others still apply. It is accepted,
# but never generated.
_LENIENT_NULL = {"type": "null", NULL_NOT_GENERATED: True}
# Where the rest of a nullable schema moves to.
_NULLABLE = ["anyOf", "0"]


def upgrade(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The OpenAPI 3.1 document with the same meaning as a 3.0 one; a 3.1 one is returned as it is.

    The document given is not changed. The two share the parts that are equal, so neither is to be
    changed afterwards.
    """
    if not str(document["openapi"]).startswith("3.0"):
        return document
    return {**_upgraded("document", dict(document)), "openapi": "3.1.0"}


def as_written(document: Mapping[str, Any], pointer: str) -> str:
    """The pointer in a 3.0 document of the value at a pointer of its upgrade."""
    node: Any = document
    where = ""
    tokens = list(ptr.split(pointer))
    while tokens:
        if tokens[:2] == _NULLABLE and isinstance(node, dict) and _moves(node):
            del tokens[:2]
            if not tokens:
                break
        token = tokens.pop(0)
        where = ptr.step(where, token)
        node = ptr.value_at(node, ptr.step("", token))
    return where


def _upgraded(kind: str, node: Any) -> Any:
    """A node with the schemas below it rewritten; the same object where nothing changes."""
    if isinstance(node, list):
        if kind[0] != "[":
            return node
        entries = [_upgraded(kind[1:-1], entry) for entry in node]
        same = all(new is old for new, old in zip(entries, node, strict=True))
        return node if same else entries
    if not isinstance(node, dict):
        return node
    if is_reference(node) and kind not in ("schema", "path item"):
        return node
    changed = {}
    for name, value in node.items():
        if isinstance(value, (dict, list)) and (inside := child_kind(kind, name)) is not DATA:
            new = _upgraded(inside, value)
            if new is not value:
                changed[name] = new
    if kind != "schema":
        return {**node, **changed} if changed else node
    return _rewritten({**node, **changed} if changed else node)


def _rewritten(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema and len(schema) > 1:
        reference = {"$ref": schema["$ref"]}
        is_nullable = schema.get("nullable") is True
        return {"anyOf": [reference, _LENIENT_NULL]} if is_nullable else reference
    if schema.keys().isdisjoint(("nullable", "exclusiveMinimum", "exclusiveMaximum")):
        return schema
    schema = dict(schema)
    _exclusive(schema, "minimum", "exclusiveMinimum")
    _exclusive(schema, "maximum", "exclusiveMaximum")
    if schema.pop("nullable", False) is True:
        _allow_null(schema)
    return schema


def _exclusive(schema: dict[str, Any], bound: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


def _allow_null(schema: dict[str, Any]) -> None:
    if not _moves({**schema, "nullable": True}):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema |= {"enum": [*schema["enum"], None], NULL_NOT_GENERATED: True}
        return
    asserting = {
        key: schema.pop(key)
        for key in list(schema)
        if key not in _ANNOTATIONS and not key.startswith("x-")
    }
    if asserting:
        schema["anyOf"] = [asserting, _LENIENT_NULL]


def _moves(schema: Mapping[str, Any]) -> bool:
    """Whether the assertions of a 3.0 schema move into an `anyOf` with null."""
    composed = any(key in schema for key in ("$ref", "allOf", "anyOf", "oneOf", "not"))
    return schema.get("nullable") is True and (composed or not isinstance(schema.get("type"), str))
