"""Mutants of arrays: one item too many or too few, and exactly as many as allowed."""

from __future__ import annotations

from typing import Any

from greenroom.schema import json_pointer as ptr

from .keyword_context import KeywordCases, KeywordContext

ACROSS = "x-max-items-across"


def lists_of(context: KeywordContext, count: int) -> list[list[Any]]:
    """`minItems` and `maxItems`: lists of a length, if the value is a list."""
    if count < 0 or not isinstance(context.value, list):
        return []
    return _lists(context.value, count, _item(context, context.place.schema))


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
            found[name] = _lists(found.get(name) or [], count, _item(context, schema))[0]
            left -= count
        if not left:
            yield ACROSS, total == limit["maximum"], f"{total} items", [found]


def _item(context: KeywordContext, schema: str) -> Any:
    for place in context.walk.conjuncts(schema):
        if isinstance(context.walk.node(place).get("items"), dict):
            return context.sample(ptr.join(place, "items"))
    return "x"


def _lists(value: list[Any], count: int, item: Any) -> list[list[Any]]:
    """Lists of a length that start as `value` does, filled with its last item or numbered ones."""
    last = value[-1] if value else item
    missing = count - len(value)
    if missing <= 0:
        return [value[:count]]
    others = [_numbered(last, i) for i in range(missing)]
    return [[*value, *[last] * missing], [*value, *others]]


def _numbered(item: Any, number: int) -> Any:
    if isinstance(item, str):
        return f"{item}-{number}"
    return item + number if isinstance(item, int) and not isinstance(item, bool) else item
