"""OpenAPI 3.0 to 3.1: the schema keywords that changed, so that everything else knows one dialect.

The differences are those of the 3.1.0 release: `nullable`, boolean `exclusiveMinimum` and
`exclusiveMaximum`, and keywords beside `$ref`, which 3.0 ignores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .anatomy import parts

# What describes a schema without judging anything; it stays where readers look for it.
_ANNOTATIONS = frozenset((
    "title", "description", "default", "example", "deprecated", "readOnly", "writeOnly",
    "externalDocs", "xml",
))  # fmt: skip


def upgrade(document: Mapping[str, Any]) -> dict[str, Any]:
    """A 3.1 document that says the same as a 3.0 one. The input is left as it is."""
    upgraded: dict[str, Any] = _copy(document)
    upgraded["openapi"] = "3.1.0"
    for part in list(parts(upgraded)):
        if part.kind == "schema" and isinstance(part.node, dict):
            _rewrite(part.node)
    return upgraded


def _copy(node: Any) -> Any:
    # Not `deepcopy`, which keeps what YAML aliases share: a schema would be rewritten twice.
    if isinstance(node, Mapping):
        return {key: _copy(value) for key, value in node.items()}
    return [_copy(entry) for entry in node] if isinstance(node, list) else node


def _rewrite(schema: dict[str, Any]) -> None:
    if "$ref" in schema:
        for key in [key for key in schema if key != "$ref"]:
            del schema[key]
        return
    _exclusive(schema, "minimum", "exclusiveMinimum")
    _exclusive(schema, "maximum", "exclusiveMaximum")
    if schema.pop("nullable", False) is True:
        _allow_null(schema)


def _exclusive(schema: dict[str, Any], bound: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


def _allow_null(schema: dict[str, Any]) -> None:
    # 3.0.3 lets an `enum` or `allOf` beside `nullable` refuse null again; nobody who writes
    # `nullable: true` means that.
    if isinstance(schema.get("type"), str) and not _has_applicator(schema):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return
    judging = {
        key: schema.pop(key)
        for key in list(schema)
        if key not in _ANNOTATIONS and not key.startswith("x-")
    }
    if judging:
        schema["anyOf"] = [judging, {"type": "null"}]


def _has_applicator(schema: Mapping[str, Any]) -> bool:
    return any(key in schema for key in ("allOf", "anyOf", "oneOf", "not"))
