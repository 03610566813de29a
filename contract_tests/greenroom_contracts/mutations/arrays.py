"""Mutants of arrays: one item too many or too few, and exactly as many as allowed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenroom.schema import json_pointer as ptr

from .keyword_context import KeywordCases, KeywordContext
from .values import lists

ACROSS = "x-max-items-across"


def count_of(keyword: str, outside: int) -> Callable[[KeywordContext], KeywordCases]:
    """`minItems` and `maxItems`: exactly the bound, and the bound plus `outside`."""

    def found(context: KeywordContext) -> KeywordCases:
        bound = context.node[keyword]
        for count in (bound, bound + outside):
            if count >= 0 and isinstance(context.value, list):
                filled = lists(context.value, count, _item(context, context.place.schema))
                yield keyword, count == bound, f"{count} items", filled

    return found


def unique(context: KeywordContext) -> KeywordCases:
    """`uniqueItems`: an item twice."""
    if context.node["uniqueItems"] and isinstance(context.value, list) and context.value:
        twice = [[*context.value, context.value[-1]], context.value[:1] * 2]
        yield "uniqueItems", False, "an item twice", twice


def across(context: KeywordContext) -> KeywordCases:
    """`x-max-items-across`: as many items in total as allowed, and one more."""
    limit = context.node[ACROSS]
    if not isinstance(context.value, dict):
        return
    declared = context.walk.properties(context.place.whole)
    for total in (limit["maximum"], limit["maximum"] + 1):
        found, left = dict(context.value), total
        for name in limit["properties"]:
            schema = declared[name]
            nodes = map(context.walk.node, context.walk.conjuncts(schema))
            count = min(left, *(node.get("maxItems", total) for node in nodes))
            found[name] = lists(found.get(name) or [], count, _item(context, schema))[0]
            left -= count
        if not left:
            yield ACROSS, total == limit["maximum"], f"{total} items", [found]


def _item(context: KeywordContext, schema: str) -> Any:
    for place in context.walk.conjuncts(schema):
        if isinstance(context.walk.node(place).get("items"), dict):
            return context.sample(ptr.join(place, "items"))
    return "x"
