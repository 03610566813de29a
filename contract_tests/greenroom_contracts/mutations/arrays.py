"""Breaking and just keeping what schemas say of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenroom.schema import json_pointer as ptr

from .site import Found, Site
from .values import lists

ACROSS = "x-max-items-across"


def count_of(keyword: str, outside: int) -> Callable[[Site], Found]:
    """`minItems` and `maxItems`: as many items as allowed, and `outside` more."""

    def found(site: Site) -> Found:
        bound = site.node[keyword]
        for count in (bound, bound + outside):
            if count >= 0 and isinstance(site.value, list):
                filled = lists(site.value, count, _item(site, site.place.schema))
                yield keyword, count == bound, f"{count} items", filled

    return found


def unique(site: Site) -> Found:
    """`uniqueItems`: an item twice."""
    if site.node["uniqueItems"] and isinstance(site.value, list) and site.value:
        twice = [[*site.value, site.value[-1]], site.value[:1] * 2]
        yield "uniqueItems", False, "an item twice", twice


def across(site: Site) -> Found:
    """`x-max-items-across`: as many items together as allowed, and one more."""
    limit = site.node[ACROSS]
    if not isinstance(site.value, dict):
        return
    declared = site.grammar.properties(site.place.whole)
    for total in (limit["maximum"], limit["maximum"] + 1):
        found, left = dict(site.value), total
        for name in limit["properties"]:
            schema = declared[name]
            nodes = map(site.grammar.node, site.grammar.conjuncts(schema))
            count = min(left, *(node.get("maxItems", total) for node in nodes))
            found[name] = lists(found.get(name) or [], count, _item(site, schema))[0]
            left -= count
        if not left:
            yield ACROSS, total == limit["maximum"], f"{total} items", [found]


def _item(site: Site, schema: str) -> Any:
    for place in site.grammar.conjuncts(schema):
        if isinstance(site.grammar.node(place).get("items"), dict):
            return site.sample(ptr.join(place, "items"))
    return "x"
