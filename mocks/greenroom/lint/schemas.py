"""Rules for schemas: known keywords and formats, conditions, enums, defaults, integers."""

from __future__ import annotations

import json
from typing import Any

from ..contract.object_kinds import in_condition
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

_FORMATS = ("date-time", "date", "uuid", "uri", "email")
# Those of JSON Schema 2020-12 and section 4.8.24, except those that the style guide replaces.
_KEYWORDS = frozenset((
    "$ref", "$defs", "$comment", "allOf", "anyOf", "oneOf", "not", "if", "then", "else",
    "dependentSchemas", "dependentRequired", "prefixItems", "items", "contains", "minContains",
    "maxContains", "properties", "patternProperties", "additionalProperties", "propertyNames",
    "unevaluatedItems", "unevaluatedProperties", "type", "enum", "const", "multipleOf",
    "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength",
    "pattern", "maxItems", "minItems", "uniqueItems", "maxProperties", "minProperties",
    "required", "format", "contentEncoding", "contentMediaType", "contentSchema", "description",
    "default", "deprecated", "readOnly", "writeOnly", "discriminator", "xml", "externalDocs",
))  # fmt: skip
# Named by other rules.
_ELSEWHERE = frozenset(("title", "example", "examples"))
_LARGEST = 2**53 - 1


def keywords(document: Document) -> Messages:
    """A schema has no unknown keyword, which validators would silently ignore."""
    for part in document.of_kind("schema"):
        for key in part.node:
            if key in _KEYWORDS or key in _ELSEWHERE or key.startswith("x-"):
                continue
            right = {"nullable": "; write type: [string, 'null']"}.get(key, "; is it misspelt?")
            yield ptr.join(part.pointer, key), f"{key!r} is not a JSON Schema keyword{right}"


def formats(document: Document) -> Messages:
    """A schema has only formats that the mock enforces."""
    for part, where in document.having("format", "schema"):
        name = part.node["format"]
        if name not in _FORMATS:
            yield where, f"{name!r} is not one of {listed(_FORMATS)}; use the description"


def presence(document: Document) -> Messages:
    """No branch of oneOf or anyOf has only `required`, which gives models numbered classes."""
    message = "only `required`; write this with if/then/else or with allOf: [{not: …}]"
    for key in ("oneOf", "anyOf"):
        for part, where in document.having(key, "schema"):
            for i, branch in enumerate(part.node[key]):
                if isinstance(branch, dict) and set(branch) == {"required"}:
                    yield ptr.join(where, i), message


def required(document: Document) -> Messages:
    """Every property that a component schema requires is one of its properties."""
    for _, _, node, where in document.components("schemas"):
        if not isinstance(node, dict):
            continue
        known = _properties(document, node, set())
        for i, name in enumerate(node.get("required", ())):
            if name not in known:
                yield ptr.join(where, "required", i), f"{name!r} is not a property of this schema"


def _properties(document: Document, node: Any, seen: set[str]) -> set[str]:
    if not isinstance(node, dict) or node.get("$ref") in seen:
        return set()
    found = set(node.get("properties", ()))
    if "$ref" in node:
        seen = {*seen, node["$ref"]}
        found |= _properties(document, document.resolve(node, "")[0], seen)
    for key in ("allOf", "anyOf", "oneOf"):
        for branch in node.get(key, ()):
            found |= _properties(document, branch, seen)
    return found


def shared_enums(document: Document) -> Messages:
    """An enum that is used twice is a component."""
    first: dict[str, str] = {}
    for part, where in document.having("enum", "schema"):
        if in_condition(part.pointer):
            continue
        key = json.dumps(sorted(map(str, part.node["enum"])))
        if key in first:
            yield where, f"the same values as {first[key]}; make the enum a component"
        first.setdefault(key, part.pointer)


def defaults(document: Document) -> Messages:
    """A default is valid against its schema."""
    for part, where in document.having("default", "schema"):
        for error in document.schemas.errors(part.pointer, part.node["default"]):
            yield where, error.message


def integers(document: Document) -> Messages:
    """Integers are below 2^53, from where on JSON parsers disagree."""
    for where, value in ptr.walk(document.document):
        if isinstance(value, int) and abs(value) > _LARGEST:
            yield where, f"{value} is not below 2^53; write a string or a smaller number"
