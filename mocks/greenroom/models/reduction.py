"""The reduced document that models are generated from.

The generator reads more than a model can express, and guesses where it reads too much: a `oneOf`
over `required` becomes numbered classes, a `title` an unwanted argument, an `x-` key may import
code. So the reduced document has only what becomes a type, a name or a docstring.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from ..contract.model import METHODS
from ..schema import json_pointer as ptr

_SCHEMAS = "#/components/schemas/"
_MAPS_OF_SCHEMAS = ("properties", "patternProperties", "$defs")
_SINGLE = ("items", "additionalProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_COPIED = frozenset((
    "type", "const", "enum", "required", "discriminator", "deprecated", "pattern", "uniqueItems",
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
    "minLength", "maxLength", "minItems", "maxItems",
))  # fmt: skip
# Other formats stay plain strings: their types need another package (`email`), or do not serialize
# to the value that was parsed (`uri` gains a slash, `password` turns to stars).
_FORMATS = frozenset(("date-time", "date", "uuid"))
_FLAT = frozenset(("string", "integer", "number", "boolean", "array"))
_PRESENCE = frozenset(("required", "description"))
_WIDTH = 88


def reduced(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of the component schemas and webhook payloads, for the generator.

    Raises LookupError for a reference to nothing.
    """
    reducer = _Reducer(document)
    schemas = document.get("components", {}).get("schemas", {})
    reduced_schemas = {name: reducer.schema(schema) for name, schema in schemas.items()}
    return {
        "openapi": str(document["openapi"]),
        "info": {key: str(document["info"][key]) for key in ("title", "version")},
        "paths": {},
        "webhooks": reducer.webhooks(),
        "components": {"schemas": reduced_schemas},
    }


class _Reducer:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        # References that are being replaced by their schemas.
        self.inlining: list[str] = []

    def webhooks(self) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for name, entry in self.document.get("webhooks", {}).items():
            item, _ = ptr.resolve(self.document, entry, "")
            kept[name] = {key: self._webhook(item[key]) for key in METHODS if key in item}
        return kept

    def _webhook(self, operation: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {"responses": {"200": {"description": ""}}}
        if "operationId" in operation:
            kept["operationId"] = operation["operationId"]
        if "requestBody" in operation:
            body, _ = ptr.resolve(self.document, operation["requestBody"], "")
            kept["requestBody"] = {
                "content": {
                    media_type: {"schema": self.schema(content["schema"])}
                    for media_type, content in body.get("content", {}).items()
                    if "schema" in content
                }
            }
        return kept

    def schema(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith(_SCHEMAS):
            return self._inlined(reference, node)
        kept: dict[str, Any] = {} if reference is None else {"$ref": reference}
        for key, value in node.items():
            if key in _MAPS_OF_SCHEMAS and isinstance(value, dict):
                kept[key] = {name: _field(self.schema(schema)) for name, schema in value.items()}
            elif key in _SINGLE:
                kept[key] = self.schema(value)
            elif key in _SEVERAL:
                kept[key] = [self.schema(schema) for schema in value]
            elif key in _COPIED:
                kept[key] = value
        if node.get("format") in _FORMATS:
            kept["format"] = node["format"]
        if "description" in node:
            kept["description"] = _wrapped(str(node["description"]))
        if "default" in node and self._can_be_default(node):
            kept["default"] = node["default"]
        _drop_presence_rules(kept)
        _flatten_null(kept)
        _open_or_closed(kept)
        return kept

    def _inlined(self, reference: str, node: Mapping[str, Any]) -> Any:
        """A schema that is not a component, in place of the reference to it."""
        if reference in self.inlining:
            return {}
        self.inlining.append(reference)
        target, _ = ptr.resolve(self.document, node, "")
        siblings = {key: value for key, value in node.items() if key != "$ref"}
        kept = self.schema({**target, **siblings} if isinstance(target, dict) else target)
        self.inlining.pop()
        return kept

    def _can_be_default(self, node: Mapping[str, Any]) -> bool:
        """Whether a default in JSON is a value of the field's Python type, too."""
        schema, _ = ptr.resolve(self.document, node, "")
        value = node["default"]
        if value is None or (isinstance(schema, dict) and schema.get("format") in _FORMATS):
            return False
        if isinstance(value, list):
            return not any(isinstance(entry, dict | list) for entry in value)
        return not isinstance(value, dict)


def _field(schema: Any) -> Any:
    """The schema of a field. Null alone becomes an enum, else the generator repeats the field."""
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "null" or schema.get("const", 0) is None:
        rest = {key: value for key, value in schema.items() if key not in ("type", "const")}
        return {**rest, "enum": [None]}
    return schema


def _flatten_null(schema: dict[str, Any]) -> None:
    """Write "this or null" as a list of types, since a branch with a limit becomes a type alias."""
    for key in ("anyOf", "oneOf"):
        branches = schema.get(key, ())
        others = [branch for branch in branches if branch != {"type": "null"}]
        if len(branches) == 2 and len(others) == 1 and "type" not in schema:
            other = others[0]
            if isinstance(other, dict) and other.get("type") in _FLAT and "const" not in other:
                del schema[key]
                schema.update({**other, **schema, "type": [other["type"], "null"]})
                if "enum" in other:
                    schema["enum"] = [*other["enum"], None]


def _drop_presence_rules(schema: dict[str, Any]) -> None:
    """Leave out branches that only require fields, which no Python type can express."""
    for key in ("anyOf", "oneOf"):
        branches = schema.get(key, ())
        if branches and all(isinstance(b, dict) and b.keys() <= _PRESENCE for b in branches):
            del schema[key]
    if "allOf" in schema:
        schema["allOf"] = [branch for branch in schema["allOf"] if branch != {}]
        if not schema["allOf"]:
            del schema["allOf"]


def _open_or_closed(schema: dict[str, Any]) -> None:
    """Let models keep unknown fields unless the schema forbids them; other objects become dicts."""
    if schema.get("properties"):
        if schema.get("additionalProperties") is not False:
            schema.pop("additionalProperties", None)
    elif schema.get("type") == "object" and not schema.keys() & {"allOf", "anyOf", "oneOf"}:
        schema.pop("properties", None)
        if schema.get("additionalProperties", True) is True and "patternProperties" not in schema:
            schema["additionalProperties"] = {}


def _wrapped(text: str) -> str:
    """A description with its long lines wrapped, which no formatter does in docstrings."""
    lines = []
    for line in text.strip().splitlines():
        body = line.lstrip()
        if len(line) <= _WIDTH or body.startswith(("|", "```")) or line.startswith("    "):
            lines.append(line.rstrip())
            continue
        bullet = len(line) - len(body) + (2 if body.startswith(("- ", "* ")) else 0)
        lines += textwrap.wrap(
            line, _WIDTH, subsequent_indent=" " * bullet,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return "\n".join(lines)
