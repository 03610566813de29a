"""The constraints of schemas that all apply: `$ref` and `allOf` followed, alternatives kept apart.

JSON Schema 2020-12, core sections 8.2.3 and 10.2.1, validation section 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import json_pointer as ptr
from ..patterns import name_matcher

Node = Mapping[str, Any]
Pointers = tuple[str, ...]
# A pointer and the schema there.
Place = tuple[str, Any]

# Marks a schema that accepts null, though none is to be generated for it.
NULL_NOT_GENERATED = "x-greenroom-null-not-generated"
TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
# The type of value that a keyword applies to, for schemas without `type`.
_TYPE_BY_KEYWORD = {
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
# Keywords that generation follows, so that a value need not be validated for them.
_FOLLOWED_KEYWORDS = frozenset((
    "$ref", "allOf", "type", "properties", "required", "items", "additionalProperties",
    "minItems", "maxItems", "minimum", "maximum", "minLength", "maxLength", "title",
    "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly",
    "externalDocs", "xml", "$comment", "$defs", "definitions", "discriminator", "format",
))  # fmt: skip


# Keywords that refuse what a subschema accepts, so that stricter subschemas accept more.
_REFUSING_KEYWORDS = frozenset((
    "oneOf", "not", "if", "contains", "unevaluatedProperties", "unevaluatedItems",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Options of which one applies, each with the pointers of the schemas that it adds."""

    pointer: str
    options: tuple[Pointers, ...]


@dataclass(slots=True)
class Constraints:
    """Schemas that all apply to one value, their `$ref` and `allOf` subschemas among them.

    `schemas` has them in the order of the document, `bases` with the referenced ones first.
    `pointers` are the requested schemas, `targets` the ends of their `$ref`s, `alternatives` those
    still to choose from, and `decided` the pointers of those chosen from already.
    """

    pointers: Pointers
    targets: frozenset[str]
    decided: frozenset[str]
    schemas: Sequence[Place]
    bases: Sequence[Node]
    alternatives: tuple[Alternatives, ...]
    nodes: Sequence[Node] = field(init=False)
    _members: dict[str, Pointers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.nodes = [node for _, node in self.schemas if isinstance(node, dict)]

    @property
    def is_unsatisfiable(self) -> bool:
        """Whether no value is valid, since a schema is false."""
        return any(node is False for _, node in self.schemas)

    @property
    def needs_no_validation(self) -> bool:
        """Whether a generated value is valid without validating it."""
        return not self.decided and all(
            key in _FOLLOWED_KEYWORDS or key.startswith("x-") for node in self.nodes for key in node
        )

    @property
    def depends_on_formats(self) -> bool:
        """Whether a value may be valid only because formats are asserted, not despite that."""
        return not all(map(_REFUSING_KEYWORDS.isdisjoint, self.nodes))

    @property
    def is_unconstrained(self) -> bool:
        """Whether the schemas constrain nothing."""
        return not self.alternatives and not self.types(stated=True)

    def all(self, keyword: str) -> list[Any]:
        """Every value of a keyword."""
        return [node[keyword] for node in self.nodes if keyword in node]

    def numbers(self, keyword: str) -> list[Any]:
        """Every value of a keyword that is a number."""
        found = self.all(keyword)
        return [n for n in found if isinstance(n, (int, float)) and not isinstance(n, bool)]

    def lower_bound(self, keyword: str) -> int:
        """The highest lower bound of a length or count by a keyword, 0 for none."""
        return int(max(self.numbers(keyword), default=0))

    def upper_bound(self, keyword: str) -> int | None:
        """The lowest upper bound of a length or count by a keyword, None for none."""
        return int(min(found)) if (found := self.numbers(keyword)) else None

    def is_set(self, keyword: str) -> bool:
        """Whether a keyword is true in any of the schemas."""
        return any(value is True for value in self.all(keyword))

    def types(self, stated: bool = False) -> list[str]:
        """The types that a value may have, in the order of the first `type`, null last.

        Without `type` they follow from the other keywords, and without those the type is string,
        or none at all for `stated` types only.
        """
        allowed: list[str] | None = None
        for given in self.all("type"):
            listed = [given] if isinstance(given, str) else list(given)
            wide = [*listed, "integer"] if "number" in listed else listed
            allowed = wide if allowed is None else [kind for kind in allowed if kind in wide]
        if allowed is None:
            keys = (key for node in self.nodes for key in node)
            kind = next((_TYPE_BY_KEYWORD[key] for key in keys if key in _TYPE_BY_KEYWORD), None)
            formats = self.all("format")
            if kind is None and any(re.match("u?int[0-9]|double|float", str(f)) for f in formats):
                kind = "number"
            is_text = any(k in node for node in self.nodes for k in ("pattern", "minLength"))
            return [kind] if kind else ["string"] if not stated or is_text or formats else []
        if "number" in allowed:
            allowed = [kind for kind in allowed if kind != "integer"]
        return sorted(dict.fromkeys(allowed), key=lambda kind: kind == "null")

    def enumerated(self) -> list[Any] | None:
        """The values of the first `const` or `enum`; None where there is none."""
        for node in self.nodes:
            if "const" in node:
                return [node["const"]]
            if isinstance(node.get("enum"), list):
                kept = NULL_NOT_GENERATED not in node
                return [value for value in node["enum"] if kept or value is not None]
        return None

    def examples(self) -> Iterator[Any]:
        """The examples of the schemas, then their defaults."""
        for node in self.nodes:
            if isinstance(node.get("examples"), list):
                yield from node["examples"]
            if "example" in node:
                yield node["example"]
        yield from self.all("default")

    def property_names(self) -> dict[str, bool]:
        """The named properties in the order of the document, and whether each is required."""
        named: dict[str, bool] = {}
        for keyword in ("properties", "required"):
            for node in self.bases:
                named.update((n, False) for n in node.get(keyword, ()) if n not in named)
        for names in self.all("required"):
            named.update(dict.fromkeys(names, True))
        return named

    def of_property(self, name: str) -> Pointers:
        """The schemas of a property (core, section 10.3.2)."""
        if name not in self._members:
            self._members[name] = tuple(self._member(name))
        return self._members[name]

    def _member(self, name: str) -> Iterator[str]:
        for where, node in self.schemas:
            if not isinstance(node, dict):
                continue
            found = [ptr.join(where, "properties", name)] * (name in node.get("properties", ()))
            for pattern in node.get("patternProperties", ()):
                if _matches(pattern, name):
                    found.append(ptr.join(where, "patternProperties", pattern))
            yield from found
            if not found and "additionalProperties" in node:
                yield ptr.join(where, "additionalProperties")

    def of_item(self, index: int) -> Pointers:
        """The schemas of an item (core, section 10.3.1)."""
        found = []
        for where, node in self.schemas:
            if isinstance(node, dict):
                if index < len(node.get("prefixItems", ())):
                    found.append(ptr.join(where, "prefixItems", index))
                elif "items" in node:
                    found.append(ptr.join(where, "items"))
        return tuple(found)

    def subschemas(self, keyword: str) -> list[tuple[str, Node]]:
        """The pointers of the schemas that a keyword holds, each with the schema around it."""
        return [
            (ptr.join(where, keyword), node)
            for where, node in self.schemas
            if isinstance(node, dict) and keyword in node
        ]


def discriminator_mapping(node: Node) -> list[tuple[str, str]]:
    """The schemas of a discriminator's mapping with the name of each (OpenAPI 3.1, 4.8.25)."""
    discriminator = node.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
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
    try:
        return name_matcher(pattern)(name)
    except ValueError:
        return False
