"""The part of a contract that models are made of.

The generator reads more than a model can say, and guesses where it reads too much: a `oneOf` over
`required` becomes numbered classes, a `title` an argument nobody asked for, an `x-` key may import
code. So it is given what becomes a type, a name or a docstring, and nothing else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from ..contract.model import METHODS
from ..schema import json_pointer as ptr

_SCHEMAS = "#/components/schemas/"
_NAMED = ("properties", "patternProperties", "$defs")
_SINGLE = ("items", "additionalProperties")
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
_AS_IT_IS = frozenset(
    (
        *("type", "const", "required", "discriminator", "deprecated", "pattern", "uniqueItems"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "minItems", "maxItems"),
    )
)
# Other formats stay plain strings: a type of their own would need a further package (`email`), or
# would not give back the value it was read from (`uri` gains a slash, `password` turns to stars).
_FORMATS = frozenset(("date-time", "date", "uuid"))
_FLAT = frozenset(("string", "integer", "number", "boolean", "array"))
_PRESENCE = frozenset(("required", "description"))
_WIDTH = 88


def reduced(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of component schemas and webhook payloads that yields clean models.

    Raises LookupError for a reference that leads nowhere.
    """
    cut = _Cut(document)
    schemas = document.get("components", {}).get("schemas", {})
    return {
        "openapi": str(document["openapi"]),
        "info": {
            "title": str(document["info"]["title"]),
            "version": str(document["info"]["version"]),
        },
        "paths": {},
        "webhooks": cut.webhooks(),
        "components": {"schemas": {name: cut.schema(schema) for name, schema in schemas.items()}},
    }


class _Cut:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.inside: list[str] = []

    def webhooks(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, entry in self.document.get("webhooks", {}).items():
            item, _ = ptr.resolve(self.document, entry, "")
            found[name] = {
                method: self._webhook(item[method]) for method in METHODS if method in item
            }
        return found

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
            return self._elsewhere(reference, node)
        kept: dict[str, Any] = {} if reference is None else {"$ref": reference}
        for key, value in node.items():
            if key in _NAMED and isinstance(value, dict):
                kept[key] = {name: _field(self.schema(schema)) for name, schema in value.items()}
            elif key in _SINGLE:
                kept[key] = self.schema(value)
            elif key in _SEVERAL:
                kept[key] = [self.schema(schema) for schema in value]
            elif key in _AS_IT_IS:
                kept[key] = value
        if "enum" in node:
            kept["enum"] = list(node["enum"])
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

    def _elsewhere(self, reference: str, node: Mapping[str, Any]) -> Any:
        """A schema that has no name of its own, in the place of the reference to it."""
        if reference in self.inside:
            return {}
        self.inside.append(reference)
        target, _ = ptr.resolve(self.document, node, "")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        kept = self.schema({**target, **beside} if isinstance(target, dict) else target)
        self.inside.pop()
        return kept

    def _can_be_default(self, node: Mapping[str, Any]) -> bool:
        """Whether a default is a value of the field's Python type, as it stands in JSON."""
        schema, _ = ptr.resolve(self.document, node, "")
        value = node["default"]
        if value is None or (isinstance(schema, dict) and schema.get("format") in _FORMATS):
            return False
        if isinstance(value, list):
            return not any(isinstance(entry, dict | list) for entry in value)
        return not isinstance(value, dict)


def _field(schema: Any) -> Any:
    """The schema of a field, with `null` alone said so that the field is not written twice."""
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "null" or schema.get("const", 0) is None:
        rest = {key: value for key, value in schema.items() if key not in ("type", "const")}
        return {**rest, "enum": [None]}
    return schema


def _flatten_null(schema: dict[str, Any]) -> None:
    """Say "this or null" with a list of types, since a branch with a limit becomes a type alias."""
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
    """Leave out branches that only say which fields come together: no Python type says it."""
    for key in ("anyOf", "oneOf"):
        branches = schema.get(key, ())
        if branches and all(isinstance(b, dict) and b.keys() <= _PRESENCE for b in branches):
            del schema[key]
    if "allOf" in schema:
        schema["allOf"] = [branch for branch in schema["allOf"] if branch != {}]
        if not schema["allOf"]:
            del schema["allOf"]


def _open_or_closed(schema: dict[str, Any]) -> None:
    """Let models keep unknown fields unless the schema forbids them, and free objects be dicts."""
    if schema.get("properties"):
        if schema.get("additionalProperties") is not False:
            schema.pop("additionalProperties", None)
    elif schema.get("type") == "object" and not schema.keys() & {"allOf", "anyOf", "oneOf"}:
        schema.pop("properties", None)
        if schema.get("additionalProperties", True) is True and "patternProperties" not in schema:
            schema["additionalProperties"] = {}


def _wrapped(text: str) -> str:
    """A description with its long lines broken: no formatter breaks those of a docstring."""
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
