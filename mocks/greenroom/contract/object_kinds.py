"""What stands where in an OpenAPI document: every object with its kind, and nothing inside values.

A `$ref` in an example is data, a property may be called `schema` and a response `examples`: only
the place of an object says what it is. Kinds follow the section titles of OpenAPI 3.1, section 4.8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..schema import json_pointer as ptr
from .model import METHODS

# What holds what. `{x}` is a map of x by any name, `[x]` a list of x; `*` stands for every other
# name of an object whose names are free but for its extensions.
_HOLDS: dict[str, dict[str, str]] = {
    "document": {
        "info": "info",
        "servers": "[server]",
        "tags": "[tag]",
        "paths": "paths",
        "webhooks": "{path item}",
        "components": "components",
        "externalDocs": "external documentation",
    },
    "info": {"contact": "contact", "license": "license"},
    "server": {"variables": "{server variable}"},
    "tag": {"externalDocs": "external documentation"},
    "components": {
        "securitySchemes": "{security scheme}",
        "parameters": "{parameter}",
        "headers": "{header}",
        "requestBodies": "{request body}",
        "responses": "{response}",
        "schemas": "{schema}",
        "examples": "{example}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path item}",
    },
    "paths": {"*": "path item"},
    "path item": {
        "parameters": "[parameter]",
        "servers": "[server]",
        **dict.fromkeys(METHODS, "operation"),
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request body",
        "responses": "responses",
        "callbacks": "{callback}",
        "servers": "[server]",
        "externalDocs": "external documentation",
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
        "discriminator": "discriminator",
        "externalDocs": "external documentation",
        "xml": "xml",
    },
}  # fmt: skip

# Extensions that state something and so may say what they stand on.
STATING = frozenset((
    "x-rate-limit", "x-max-items-across", "x-webhook-signature", "x-graphql", "x-pagination",
))  # fmt: skip
DATA = "data"
_NOTHING: dict[str, str] = {}

# Inside these a schema asks about a value that another schema describes.
_CONDITIONS = frozenset(("if", "then", "else", "not", "contains", "dependentSchemas"))


@dataclass(frozen=True, slots=True)
class Part:
    """One object of a document: its kind, place and content, and the kind of what it stands in.

    `within` is the kind of the nearest object around it, empty for the document itself.
    """

    kind: str
    pointer: str
    node: Any
    within: str = ""


def child_kind(kind: str, name: str) -> str:
    """The kind of what stands under a name in a thing of a kind; `data` where nothing is known."""
    if kind.startswith(("{", "[")):
        return kind[1:-1]
    if name.startswith("x-"):
        return "extension" if name in STATING else DATA
    held = _HOLDS.get(kind, {})
    return held.get(name) or held.get("*", DATA)


def parts(document: Mapping[str, Any], kind: str = "document", pointer: str = "") -> Iterator[Part]:
    """Every object of a document in its own order, parents first.

    Reference Objects are yielded under the kind of what they stand for. Booleans are yielded where
    a schema is expected; whatever else has the wrong type is passed over.
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
            continue
        if kind[0] == "{":
            inside = kind[1:-1]
            below = [(inside, ptr.step(where, name), node[name], within) for name in node]
        else:
            yield Part(kind, where, node, within)
            if "$ref" in node and is_reference(node) and kind not in ("schema", "path item"):
                continue
            below = []
            # What `child_kind` says; asking it takes longer, and most names lead to data.
            held = _HOLDS.get(kind, _NOTHING)
            others = held.get("*")
            for name, value in node.items():
                held_kind = held.get(name, others)
                if name.startswith("x-"):
                    held_kind = "extension" if name in STATING else None
                if held_kind is not None:
                    below.append((held_kind, ptr.step(where, name), value, kind))
        below.reverse()
        stack += below


def is_reference(node: Any) -> bool:
    """Whether a node is a Reference Object (4.8.23) or a schema that refers to another."""
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def trail(pointer: str, kind: str = "document") -> Iterator[tuple[str, str]]:
    """The way down to a pointer: the kind of each thing entered and the name followed in it."""
    for name in ptr.split(pointer):
        yield kind, name
        kind = child_kind(kind, name)


def kind_at(pointer: str) -> str:
    """The kind of what stands at a pointer of a document."""
    kind = "document"
    for name in ptr.split(pointer):
        kind = child_kind(kind, name)
    return kind


def in_condition(pointer: str) -> bool:
    """Whether a schema is part of a condition, and so describes nothing by itself."""
    return any(kind == "schema" and name in _CONDITIONS for kind, name in trail(pointer))
