"""Changing a value so that it meets a condition of `not` or `if`, or no longer meets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaWalk

# Returns a value for the schema at a pointer.
Sampler = Callable[[str], Any]


def met(walk: SchemaWalk, condition: str, whole: str, value: Any, sample: Sampler) -> Any:
    """The value, changed to meet a condition.

    `whole` is the schema of the value itself, which describes missing properties. Not every
    condition can be met this way: the caller checks the result.
    """
    node = _resolved(walk, condition)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    if "not" in node:
        value = unmet(walk, ptr.join(condition, "not"), whole, value, sample)
    for i in range(len(node.get("allOf", ()))):
        value = met(walk, ptr.join(condition, "allOf", i), whole, value, sample)
    if not isinstance(value, dict):
        return value
    declared = walk.properties(whole)
    found = dict(value)
    for name in node.get("required", ()):
        if name not in found and name in declared:
            found[name] = sample(declared[name])
    for name in node.get("properties", {}):
        if name in found and name in declared:
            inner = ptr.join(condition, "properties", name)
            found[name] = met(walk, inner, declared[name], found[name], sample)
    return found


def unmet(walk: SchemaWalk, condition: str, whole: str, value: Any, sample: Sampler) -> Any:
    """The value, changed so that it does not meet a condition; see `met`."""
    node = _resolved(walk, condition)
    if "not" in node:
        return met(walk, ptr.join(condition, "not"), whole, value, sample)
    refused = [node["const"]] if "const" in node else node.get("enum")
    if refused is not None:
        return _other(walk, whole, refused)
    if not isinstance(value, dict):
        return value
    for name in node.get("required", ()):
        if name in value and name not in node.get("properties", {}):
            return {key: entry for key, entry in value.items() if key != name}
    declared = walk.properties(whole)
    for name in node.get("properties", {}):
        if name in value and name in declared:
            inner = ptr.join(condition, "properties", name)
            other = unmet(walk, inner, declared[name], value[name], sample)
            return {**value, name: other}
    return value


def _other(walk: SchemaWalk, whole: str, refused: list[Any]) -> Any:
    """A value that its schema allows and a condition does not."""
    for schema in walk.conjuncts(whole):
        for entry in walk.node(schema).get("enum", ()):
            if entry not in refused:
                return entry
    return not refused[0] if isinstance(refused[0], bool) else "other"


def _resolved(walk: SchemaWalk, condition: str) -> Mapping[str, Any]:
    node, _ = ptr.resolve(walk.document, ptr.look_up(walk.document, condition), condition)
    return node if isinstance(node, dict) else {}
