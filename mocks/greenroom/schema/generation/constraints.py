"""What schemas that all have to hold say together: `$ref` and `allOf` followed, choices set aside.

JSON Schema 2020-12, core sections 8.2.3 and 10.2.1, validation section 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .. import json_pointer as ptr

Node = Mapping[str, Any]
Pointers = tuple[str, ...]
# A schema with its pointer.
Place = tuple[str, Any]

TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
# The keywords that say of which type a value is where `type` does not.
_TELLING = {
    **dict.fromkeys(
        ("properties", "required", "additionalProperties", "patternProperties", "minProperties",
         "maxProperties", "propertyNames", "dependentRequired", "unevaluatedProperties"),
        "object",
    ),
    **dict.fromkeys(
        ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems",
         "unevaluatedItems"),
        "array",
    ),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), "number"),
    "multipleOf": "number",
}  # fmt: skip
# What building a value follows, so that the value need not be judged for it.
_FOLLOWED = frozenset((
    "$ref", "allOf", "type", "properties", "required", "items", "additionalProperties",
    "minItems", "maxItems", "minimum", "maximum", "minLength", "maxLength", "title",
    "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly",
    "externalDocs", "xml", "$comment", "$defs", "definitions", "discriminator", "format",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """A choice between schemas: each option holds the pointers that it adds, none for nothing."""

    pointer: str
    options: tuple[Pointers, ...]


@dataclass(slots=True)
class Constraints:
    """SchemaSet by pointer, those they are composed of among them, and the choices left open.

    `flat` has them in the order of the document, `bases` those that others build on first.
    `pointers` are the schemas asked for, `heads` what they refer to and so are, and `decided` the
    choices that are made among them already.
    """

    pointers: Pointers
    heads: frozenset[str]
    decided: frozenset[str]
    flat: Sequence[Place]
    bases: Sequence[Node]
    groups: tuple[Group, ...]
    nodes: Sequence[Node] = field(init=False)
    _members: dict[str, Pointers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = [node for _, node in self.flat if isinstance(node, dict)]

    @property
    def never(self) -> bool:
        """Whether nothing is valid, for a schema is false."""
        return any(node is False for _, node in self.flat)

    @property
    def unjudged(self) -> bool:
        """Whether a value that is built by what they say needs no judging."""
        return not self.decided and all(
            key in _FOLLOWED or key.startswith("x-") for node in self.nodes for key in node
        )

    @property
    def silent(self) -> bool:
        """Whether nothing is said of the value at all."""
        return not self.groups and not self.types(told=True)

    def all(self, keyword: str) -> list[Any]:
        """Every value of a keyword."""
        return [node[keyword] for node in self.nodes if keyword in node]

    def numbers(self, keyword: str) -> list[Any]:
        """Every value of a keyword that is a number."""
        found = self.all(keyword)
        return [n for n in found if isinstance(n, (int, float)) and not isinstance(n, bool)]

    def least(self, keyword: str) -> int:
        """The highest of the lower bounds of a length or count, 0 for none."""
        return int(max(self.numbers(keyword), default=0))

    def most(self, keyword: str) -> int | None:
        """The lowest of the upper bounds of a length or count, None for none."""
        return int(min(found)) if (found := self.numbers(keyword)) else None

    def sets(self, keyword: str) -> bool:
        """Whether a keyword is true somewhere."""
        return any(value is True for value in self.all(keyword))

    def types(self, told: bool = False) -> list[str]:
        """The types that a value may have, in the order of the first `type`, null last.

        Where no `type` says so the other keywords do, and where those do not it is a text; [] in
        place of that guess where only what is `told` counts.
        """
        allowed: list[str] | None = None
        for given in self.all("type"):
            listed = [given] if isinstance(given, str) else list(given)
            wide = [*listed, "integer"] if "number" in listed else listed
            allowed = wide if allowed is None else [kind for kind in allowed if kind in wide]
        if allowed is None:
            keys = (key for node in self.nodes for key in node)
            kind = next((_TELLING[key] for key in keys if key in _TELLING), None)
            formats = self.all("format")
            if kind is None and any(re.match("u?int[0-9]|double|float", str(f)) for f in formats):
                kind = "number"
            is_text = any(k in node for node in self.nodes for k in ("pattern", "minLength"))
            return [kind] if kind else ["string"] if not told or is_text or formats else []
        if "number" in allowed:
            allowed = [kind for kind in allowed if kind != "integer"]
        return sorted(dict.fromkeys(allowed), key=lambda kind: kind == "null")

    def listed(self) -> list[Any] | None:
        """The values of the first `const` or `enum`; None where there is none."""
        for node in self.nodes:
            if "const" in node:
                return [node["const"]]
            if isinstance(node.get("enum"), list):
                return list(node["enum"])
        return None

    def named(self) -> Iterator[Any]:
        """The values that the schemas themselves show: examples, then defaults."""
        for node in self.nodes:
            if isinstance(node.get("examples"), list):
                yield from node["examples"]
            if "example" in node:
                yield node["example"]
        yield from self.all("default")

    def names(self) -> dict[str, bool]:
        """The properties that are named, as documented, and whether each is required."""
        named: dict[str, bool] = {}
        for keyword in ("properties", "required"):
            for node in self.bases:
                named.update((n, False) for n in node.get(keyword, ()) if n not in named)
        for names in self.all("required"):
            named.update(dict.fromkeys(names, True))
        return named

    def member(self, name: str) -> Pointers:
        """The schemas of a property (core, section 10.3.2)."""
        if name not in self._members:
            self._members[name] = tuple(self._member(name))
        return self._members[name]

    def _member(self, name: str) -> Iterator[str]:
        for where, node in self.flat:
            if not isinstance(node, dict):
                continue
            found = [ptr.join(where, "properties", name)] * (name in node.get("properties", ()))
            for pattern in node.get("patternProperties", ()):
                if _matches(pattern, name):
                    found.append(ptr.join(where, "patternProperties", pattern))
            yield from found
            if not found and "additionalProperties" in node:
                yield ptr.join(where, "additionalProperties")

    def item(self, index: int) -> Pointers:
        """The schemas of an item (core, section 10.3.1)."""
        found = []
        for where, node in self.flat:
            if isinstance(node, dict):
                if index < len(node.get("prefixItems", ())):
                    found.append(ptr.join(where, "prefixItems", index))
                elif "items" in node:
                    found.append(ptr.join(where, "items"))
        return tuple(found)

    def below(self, keyword: str) -> list[tuple[str, Node]]:
        """Where a keyword that holds a schema stands, and the schema around it."""
        return [
            (ptr.join(where, keyword), node)
            for where, node in self.flat
            if isinstance(node, dict) and keyword in node
        ]


def mapped(node: Node) -> list[tuple[str, str]]:
    """The schemas of a discriminator's mapping with the name of each (OpenAPI 3.1, 4.8.25)."""
    told = node.get("discriminator")
    mapping = told.get("mapping") if isinstance(told, dict) else None
    if not isinstance(mapping, dict):
        return []
    found = []
    for name, target in mapping.items():
        if isinstance(target, str):
            is_name = "/" not in target and not target.startswith("#")
            place = ptr.join("/components/schemas", target) if is_name else target
            found.append((ptr.of_reference(place), name))
    return found


def _matches(pattern: str, name: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is not None and compiled.search(name) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None
