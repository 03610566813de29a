"""Mutants for keywords with subschemas: `not`, `if`, `anyOf` and `oneOf`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenroom.schema.instance_walk import IF

from .conditions import met, unmet
from .keyword_context import KeywordCases, KeywordContext
from .values import ANYTHING

TWO_BRANCHES = "oneOf: two branches"


def excluded(context: KeywordContext) -> KeywordCases:
    """`not`: the value, changed to match the schema that it must not match."""
    inner = context.at("not")
    changed = met(context.walk, inner, context.place.whole, context.value, context.sample)
    has = context.walk.accepts(inner, changed)
    yield "not", False, _difference(context.value, changed), [changed] if has else []


def condition(context: KeywordContext) -> KeywordCases:
    """`if`: the condition met or no longer met, without the change that this requires."""
    inner = context.at(IF)
    before = context.walk.accepts(inner, context.value)
    change = unmet if before else met
    changed = change(context.walk, inner, context.place.whole, context.value, context.sample)
    turned = context.walk.accepts(inner, changed) != before
    note = f"{_difference(context.value, changed)}, which changes the condition"
    yield IF, False, note, [changed] if turned else []


def alternatives(keyword: str) -> Callable[[KeywordContext], KeywordCases]:
    """`anyOf` and `oneOf`: a value that matches no subschema, and one that matches two."""

    def accepting(context: KeywordContext, value: Any) -> list[str]:
        branches = (context.at(keyword, i) for i in range(len(context.node[keyword])))
        return [branch for branch in branches if context.walk.accepts(branch, value)]

    def found(context: KeywordContext) -> KeywordCases:
        unmatched = [value for value in ANYTHING if not accepting(context, value)]
        yield keyword, False, "no branch", unmatched
        if keyword == "oneOf":
            samples = [
                context.sample(context.at(keyword, i)) for i in range(len(context.node[keyword]))
            ]
            both = [
                {**one, **other}
                for one in (context.value, *samples)
                for other in samples
                if isinstance(one, dict) and isinstance(other, dict)
            ]
            fitting = [v for v in (*samples, *both) if len(accepting(context, v)) > 1]
            yield TWO_BRANCHES, False, "two branches", fitting[:1]

    return found


def _difference(before: Any, after: Any) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return "another value"
    added, gone = after.keys() - before.keys(), before.keys() - after.keys()
    other = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    found = [("with", added), ("without", gone), ("with other", other)]
    return ", ".join(f"{word} {' and '.join(sorted(names))}" for word, names in found if names)
