"""The keywords that the bodies of a contract assert: each needs a mutant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from greenroom.contract.model import Contract
from greenroom.contract.object_kinds import in_condition, parts
from greenroom.schema import json_pointer as ptr
from greenroom_contracts.mutations import mutants
from greenroom_contracts.mutations.values import WRONG_FORMATS
from greenroom_contracts.mutations.variations import KEYWORDS

# Values of keywords that allow everything.
_NOTHING: Mapping[str, Any] = {"required": [], "uniqueItems": False, "minItems": 0, "minLength": 0}
# Assertions for which there are no mutants yet: the test of a contract that uses one fails.
_UNKNOWN = frozenset((
    "contains", "dependentRequired", "dependentSchemas", "maxProperties", "minProperties",
    "patternProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
))  # fmt: skip


def asserted_keywords(contract: Contract) -> set[str]:
    """The keywords that the JSON bodies of a contract assert, named as in mutants."""
    found: set[str] = set()
    seen: set[str] = set()
    queue = [mutant.schema for mutant in mutants(contract)]
    while queue:
        schema = queue.pop()
        if schema in seen:
            continue
        seen.add(schema)
        for part in parts(ptr.look_up(contract.document, schema), "schema", schema):
            if not isinstance(part.node, dict):
                continue
            if isinstance(part.node.get("$ref"), str):
                queue.append(ptr.of_reference(part.node["$ref"]))
            if not in_condition(part.pointer):
                found.update(_names(part.node))
    return found


def _names(node: Mapping[str, Any]) -> Iterator[str]:
    """The assertions of one schema, named as in mutants; each needs a mutant.

    Keywords that only contain other schemas assert nothing, nor do unasserted formats.
    """
    for keyword, value in node.items():
        if keyword == "format":
            if value in WRONG_FORMATS:
                yield f"format: {value}"
        elif keyword == "additionalProperties":
            if value is False:
                yield keyword
        elif keyword in _NOTHING and value == _NOTHING[keyword]:
            continue
        elif keyword in KEYWORDS or keyword in _UNKNOWN:
            yield keyword
