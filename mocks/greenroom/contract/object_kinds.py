"""The kinds of objects in an OpenAPI document, by their place; objects inside data have none.

A `$ref` in an example is data, a property may be called `schema` and a response `examples`: only
the place of an object determines its kind. Kinds are called as in OpenAPI 3.1, section 4.8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from ..schema import json_pointer as ptr
from .model import METHODS

# The kinds of the fields of each kind of object. `{x}` is a map of x by any name, `[x]` a list of
# x; `*` is every field that has no other entry, but for extensions.
_FIELDS: dict[str, dict[str, str]] = {
    "document": {
        "info": "info", "servers": "[server]", "tags": "[tag]", "paths": "paths",
        "webhooks": "{path item}", "components": "components",
        "externalDocs": "external documentation",
    },
    "info": {"contact": "contact", "license": "license"},
    "server": {"variables": "{server variable}"},
    "tag": {"externalDocs": "external documentation"},
    "components": {
        "securitySchemes": "{security scheme}", "parameters": "{parameter}", "headers": "{header}",
        "requestBodies": "{request body}", "responses": "{response}", "schemas": "{schema}",
        "examples": "{example}", "links": "{link}", "callbacks": "{callback}",
        "pathItems": "{path item}",
    },
    "paths": {"*": "path item"},
    "path item": {
        "parameters": "[parameter]", "servers": "[server]", **dict.fromkeys(METHODS, "operation"),
    },
    "operation": {
        "parameters": "[parameter]", "requestBody": "request body", "responses": "responses",
        "callbacks": "{callback}", "servers": "[server]", "externalDocs": "external documentation",
    },
    "callback": {"*": "path item"},
    "responses": {"*": "response"},
    "parameter": {"schema": "schema", "content": "{media type}", "examples": "{example}"},
    "header": {"schema": "schema", "content": "{media type}", "examples": "{example}"},
    "request body": {"content": "{media type}"},
    "response": {"headers": "{header}", "content": "{media type}", "links": "{link}"},
    "media type": {"schema": "schema", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "link": {"server": "server"},
    "security scheme": {"flows": "flows"},
    "flows": dict.fromkeys(
        ("implicit", "password", "clientCredentials", "authorizationCode"), "flow"
    ),
    "schema": {
        **dict.fromkeys(
            ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
            "{schema}",
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
        **dict.fromkeys(
            (
                "items", "not", "if", "then", "else", "contains", "additionalProperties",
                "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema",
            ),
            "schema",
        ),
        "discriminator": "discriminator", "externalDocs": "external documentation", "xml": "xml",
    },
}  # fmt: skip

# The section of `components` for each kind of object that a reference can mean (4.8.7).
COMPONENT_SECTIONS = {kind[1:-1]: section for section, kind in _FIELDS["components"].items()}

# Extensions that make statements, so that they may have an `x-provenance`.
_WITH_PROVENANCE = frozenset((
    "x-rate-limit", "x-max-items-across", "x-webhook-signature", "x-graphql", "x-pagination",
    "x-refusals", "x-resource", "x-lifecycle", "x-resource-operation", "x-subscription", "x-event",
    "x-webhook-delivery",
))  # fmt: skip
DATA = "data"
_NO_FIELDS: dict[str, str] = {}

# A schema inside these only tests a value that another schema describes.
_CONDITIONS = frozenset(("if", "then", "else", "not", "contains", "dependentSchemas"))


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a document: its kind, its JSON pointer and its content.

    `within` is the kind of the nearest object that contains it, empty for the document itself.
    """

    kind: str
    pointer: str
    node: Any
    within: str = ""


def child_kind(kind: str, name: str) -> str:
    """The kind of the value of a field in an object of a kind; `DATA` where none is defined."""
    if kind.startswith(("{", "[")):
        return kind[1:-1]
    if name.startswith("x-"):
        return "extension" if name in _WITH_PROVENANCE else DATA
    if kind == "extension" and name.isdecimal():
        # A list of statements.
        return kind
    fields = _FIELDS.get(kind, _NO_FIELDS)
    return fields.get(name) or fields.get("*", DATA)


def parts(document: Mapping[str, Any], kind: str = "document", pointer: str = "") -> Iterator[Part]:
    """Every object of a document in document order, parents first.

    A Reference Object has the kind of the object that it refers to. Booleans are yielded where a
    schema is expected; any other value of the wrong type is skipped.
    """
    stack: list[tuple[str, str, Any, str]] = [(kind, pointer, document, "")]
    while stack:
        kind, where, node, within = stack.pop()
        if kind[0] == "[":
            if isinstance(node, list):
                inside = kind[1:-1]
                last = len(node) - 1
                stack += [(inside, f"{where}/{i}", node[i], within) for i in range(last, -1, -1)]
            continue
        if not isinstance(node, dict):
            if isinstance(node, bool) and kind == "schema":
                yield Part(kind, where, node, within)
            elif isinstance(node, list) and kind == "extension":
                stack.append(("[extension]", where, node, within))
            continue
        if kind[0] == "{":
            inside = kind[1:-1]
            below = [(inside, ptr.step(where, name), node[name], within) for name in node]
        else:
            yield Part(kind, where, node, within)
            if "$ref" in node and is_reference(node) and kind not in ("schema", "path item"):
                continue
            below = []
            # As `child_kind`, which would take longer; most fields are data.
            fields = _FIELDS.get(kind, _NO_FIELDS)
            others = fields.get("*")
            for name, value in node.items():
                field_kind = fields.get(name, others)
                if name.startswith("x-"):
                    field_kind = "extension" if name in _WITH_PROVENANCE else None
                if field_kind is not None:
                    below.append((field_kind, ptr.step(where, name), value, kind))
        below.reverse()
        stack += below


def reachable_parts(document: Mapping[str, Any]) -> list[Part]:
    """The `parts` of a document, and those of schemas in data that a `$ref` leads to.

    JSON Schema lets a schema be anywhere, for example in an extension.
    """
    found = list(parts(document))
    known: set[str] = set()
    # The list grows while it is iterated over.
    for part in found:
        if part.kind == "schema" and is_reference(part.node):
            reference = part.node["$ref"]
            if reference not in known:
                known.add(reference)
                found += _parts_in_data(document, reference)
    return found


def _parts_in_data(document: Mapping[str, Any], reference: str) -> Iterable[Part]:
    pointer = ptr.of_reference(reference)
    try:
        if not reference.startswith("#/") or kind_at(pointer) != DATA:
            return ()
        return parts(ptr.look_up(document, pointer), "schema", pointer)
    except LookupError:
        return ()


def is_reference(node: Any) -> bool:
    """Whether a node is a Reference Object (4.8.23) or a schema that refers to another."""
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def trail(pointer: str) -> Iterator[tuple[str, str]]:
    """The kind of each object or collection above a pointer, and the name followed in it."""
    kind = "document"
    for name in ptr.split(pointer):
        yield kind, name
        kind = child_kind(kind, name)


def along(document: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """Kind, pointer and content of each value on the path to a pointer, up to the last one."""
    kind, where, node = "document", "", document
    for name in ptr.split(pointer):
        step = ptr.step("", name)
        try:
            node = ptr.look_up(node, step)
        except LookupError:
            return
        kind, where = child_kind(kind, name), where + step
        yield kind, where, node


def kind_at(pointer: str) -> str:
    """The kind of the object, collection or value at a pointer of a document."""
    return reduce(child_kind, ptr.split(pointer), "document")


def in_condition(pointer: str, keywords: frozenset[str] = _CONDITIONS) -> bool:
    """Whether a schema is part of a condition, so that it need not hold for the value."""
    return any(kind == "schema" and name in keywords for kind, name in trail(pointer))
