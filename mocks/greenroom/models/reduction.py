"""The reduced document that models are generated from.

The generator reads more than a model can express, and guesses where it reads too much: a `oneOf`
over `required` becomes numbered classes, a `title` an unwanted argument, an `x-` key may import
code. So the reduced document has only what becomes a type, a name or a docstring.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from ..contract.read_write_only import for_requests, for_responses
from ..schema import json_pointer as ptr
from .directions import SCHEMAS, merged, used

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


def reduced(document: Mapping[str, Any], *, closed: bool = False) -> dict[str, Any]:
    """A document of the component schemas, for the generator.

    `document` has the payloads of webhooks among them. With `closed` the schemas of requests forbid
    unknown fields, unless they say otherwise. Raises LookupError for a reference to nothing.
    """
    sent, received = used(document)
    requests = _Reducer(for_requests(document), "readOnly")
    responses = _Reducer(for_responses(document), "writeOnly")
    names = document.get("components", {}).get("schemas", {})
    schemas = merged(
        {name: requests.component(name, closed and name in sent) for name in names},
        {name: responses.component(name) for name in names},
        sent,
        received,
    )
    return {
        "openapi": str(document["openapi"]),
        "info": {key: str(document["info"][key]) for key in ("title", "version")},
        "paths": {},
        "components": {"schemas": schemas},
    }


class _Reducer:
    def __init__(self, document: Mapping[str, Any], without: str) -> None:
        self.document = document
        # The mark of properties that the direction does not have.
        self.without = without
        self.closed = False
        # References that are being replaced by their schemas.
        self.inlining: list[str] = []

    def component(self, name: str, closed: bool = False) -> Any:
        """The schema of a component; with `closed` it forbids unknown fields."""
        self.closed = closed
        return self.schema(self.document["components"]["schemas"][name])

    def schema(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith(SCHEMAS):
            return self._inlined(reference, node)
        kept: dict[str, Any] = {} if reference is None else {"$ref": reference}
        for key, value in node.items():
            if key in _MAPS_OF_SCHEMAS and isinstance(value, dict):
                kept[key] = {
                    name: _field(self.schema(schema))
                    for name, schema in value.items()
                    if not (key == "properties" and self._is_marked(schema))
                }
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
        self._flatten_redeclared(kept)
        _open_or_closed(kept, self.closed and not node.get("unevaluatedProperties"))
        return kept

    def _is_marked(self, schema: Any) -> bool:
        """Whether a property is of the other direction only, by itself or by what it refers to."""
        try:
            target, _ = ptr.resolve(self.document, schema, "")
        except LookupError:
            return False
        return any(isinstance(s, dict) and s.get(self.without) is True for s in (schema, target))

    def _flatten_redeclared(self, schema: dict[str, Any]) -> None:
        """Merge an `allOf` whose parts describe or require a field of another part.

        A class may not narrow a field of its base, nor require one that the base does not.
        """
        objects = self._objects(schema) if "allOf" in schema else None
        if not objects:
            return
        described: dict[str, Any] = {}
        required: set[str] = set()
        conflict = False
        for part in objects:
            properties, needed = part.get("properties", {}), set(part.get("required", ()))
            conflict |= bool(described.keys() & (properties.keys() | needed - required))
            for name, field in properties.items():
                described[name] = _narrowed(described[name], field) if name in described else field
            required |= needed
        if conflict:
            closing = [p for p in objects if p.get("additionalProperties") is False]
            del schema["allOf"]
            schema |= {"type": "object", "properties": described, "required": sorted(required)}
            if closing:
                schema["additionalProperties"] = False

    def _objects(self, schema: Any) -> list[dict[str, Any]] | None:
        """The parts of an `allOf` in order, None where one is more than an object."""
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference in self.inlining:
                return None
            self.inlining.append(reference)
            target, _ = ptr.resolve(self.document, {"$ref": reference}, "")
            schema = self.schema(target)
            self.inlining.pop()
        if not isinstance(schema, dict) or schema.keys() & {"anyOf", "oneOf", "discriminator"}:
            return None
        inner = [self._objects(part) for part in schema.get("allOf", ())]
        if None in inner or schema.get("type", "object") != "object":
            return None
        return [*(part for parts in inner if parts for part in parts), schema]

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


def _narrowed(wider: Any, narrower: Any) -> Any:
    """The schema of a field that two parts describe."""
    if not (isinstance(wider, dict) and isinstance(narrower, dict)):
        return wider if narrower is True else narrower
    if narrower.keys() & {"const", "enum", "$ref", "anyOf", "oneOf", "allOf"}:
        return {**{key: wider[key] for key in ("description",) if key in wider}, **narrower}
    return {**wider, **narrower}


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


def _open_or_closed(schema: dict[str, Any], closed: bool) -> None:
    """Let models keep unknown fields unless they are forbidden; other objects become dicts."""
    if schema.get("properties"):
        stated = schema.pop("additionalProperties", None if closed else True)
        if stated is False or (stated is None and "patternProperties" not in schema):
            schema["additionalProperties"] = False
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
