"""Mutants for keywords with subschemas: `not`, `if`, `anyOf` and `oneOf`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import IF

from .keyword_context import KeywordCases, KeywordContext
from .values import ANYTHING

TWO_BRANCHES = "oneOf: two branches"


def excluded(context: KeywordContext) -> KeywordCases:
    """`not`: the value, changed to match the schema that it must not match."""
    inner = context.at("not")
    changed = _met(context, inner, context.place.whole, context.value)
    has = context.walk.accepts(inner, changed)
    yield "not", False, _difference(context.value, changed), [changed] if has else []


def condition(context: KeywordContext) -> KeywordCases:
    """`if`: the condition met or no longer met, without the change that this requires."""
    inner = context.at(IF)
    before = context.walk.accepts(inner, context.value)
    change = _unmet if before else _met
    changed = change(context, inner, context.place.whole, context.value)
    turned = context.walk.accepts(inner, changed) != before
    note = f"{_difference(context.value, changed)}, which changes the condition"
    yield IF, False, note, [changed] if turned else []


def alternatives(keyword: str) -> Callable[[KeywordContext], KeywordCases]:
    """`anyOf` and `oneOf`: a value that matches no subschema, and one that matches two."""

    def found(context: KeywordContext) -> KeywordCases:
        branches = [context.at(keyword, i) for i in range(len(context.node[keyword]))]

        def matches(value: Any) -> int:
            return sum(context.walk.accepts(branch, value) for branch in branches)

        yield keyword, False, "no branch", [value for value in ANYTHING if not matches(value)]
        if keyword == "oneOf":
            samples = [context.sample(branch) for branch in branches]
            both = [
                {**one, **other}
                for one in (context.value, *samples)
                for other in samples
                if isinstance(one, dict) and isinstance(other, dict)
            ]
            fitting = [value for value in (*samples, *both) if matches(value) > 1]
            yield TWO_BRANCHES, False, "two branches", fitting[:1]

    return found


def _met(context: KeywordContext, condition: str, whole: str, value: Any) -> Any:
    """The value, changed to meet a condition of `not` or `if`.

    `condition` is the pointer of a subschema, `whole` that of the schema of the value itself, which
    describes missing properties. Not every condition can be met: the caller checks the result.
    """
    node = _resolved(context, condition)
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    if "not" in node:
        value = _unmet(context, ptr.join(condition, "not"), whole, value)
    for i in range(len(node.get("allOf", ()))):
        value = _met(context, ptr.join(condition, "allOf", i), whole, value)
    if not isinstance(value, dict):
        return value
    declared = context.walk.properties(whole)
    found = dict(value)
    for name in node.get("required", ()):
        if name not in found and name in declared:
            found[name] = context.sample(declared[name])
    for name in node.get("properties", {}):
        if name in found and name in declared:
            inner = ptr.join(condition, "properties", name)
            found[name] = _met(context, inner, declared[name], found[name])
    return found


def _unmet(context: KeywordContext, condition: str, whole: str, value: Any) -> Any:
    """The value, changed so that it does not meet a condition; see `_met`."""
    node = _resolved(context, condition)
    if "not" in node:
        return _met(context, ptr.join(condition, "not"), whole, value)
    refused = [node["const"]] if "const" in node else node.get("enum")
    if refused is not None:
        return _other(context, whole, refused)
    if not isinstance(value, dict):
        return value
    for name in node.get("required", ()):
        if name in value and name not in node.get("properties", {}):
            return {key: entry for key, entry in value.items() if key != name}
    declared = context.walk.properties(whole)
    for name in node.get("properties", {}):
        if name in value and name in declared:
            inner = ptr.join(condition, "properties", name)
            return {**value, name: _unmet(context, inner, declared[name], value[name])}
    return value


def _other(context: KeywordContext, whole: str, refused: list[Any]) -> Any:
    """A value that its schema allows and a condition does not."""
    for schema in context.walk.conjuncts(whole):
        for entry in context.walk.node(schema).get("enum", ()):
            if entry not in refused:
                return entry
    return not refused[0] if isinstance(refused[0], bool) else "other"


def _resolved(context: KeywordContext, condition: str) -> Mapping[str, Any]:
    document = context.walk.document
    node, _ = ptr.resolve(document, ptr.look_up(document, condition), condition)
    return node if isinstance(node, dict) else {}


def _difference(before: Any, after: Any) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return "another value"
    added, gone = after.keys() - before.keys(), before.keys() - after.keys()
    other = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    found = [("with", added), ("without", gone), ("with other", other)]
    return ", ".join(f"{word} {' and '.join(sorted(names))}" for word, names in found if names)
