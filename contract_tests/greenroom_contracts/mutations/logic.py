"""Breaking what schemas say by way of other schemas: `not`, `if`, `anyOf` and `oneOf`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenroom.schema.instance_walk import IF

from .conditions import met, unmet
from .site import Found, Site
from .values import ANYTHING

TWO_BRANCHES = "oneOf: two branches"


def excluded(site: Site) -> Found:
    """`not`: the value with what it must not have."""
    inner = site.at("not")
    changed = met(site.grammar, inner, site.place.whole, site.value, site.sample)
    has = site.grammar.accepts(inner, changed)
    yield "not", False, _difference(site.value, changed), [changed] if has else []


def condition(site: Site) -> Found:
    """`if`: the condition met or no longer met, and nothing else changed to suit that."""
    inner = site.at(IF)
    before = site.grammar.accepts(inner, site.value)
    change = unmet if before else met
    changed = change(site.grammar, inner, site.place.whole, site.value, site.sample)
    turned = site.grammar.accepts(inner, changed) != before
    note = f"{_difference(site.value, changed)}, which changes the condition"
    yield IF, False, note, [changed] if turned else []


def choice(keyword: str) -> Callable[[Site], Found]:
    """`anyOf` and `oneOf`: a value for no branch, and one for two where only one may fit."""

    def accepting(site: Site, value: Any) -> list[str]:
        branches = (site.at(keyword, i) for i in range(len(site.node[keyword])))
        return [branch for branch in branches if site.grammar.accepts(branch, value)]

    def found(site: Site) -> Found:
        strange = [value for value in ANYTHING if not accepting(site, value)]
        yield keyword, False, "no branch", strange
        if keyword == "oneOf":
            samples = [site.sample(site.at(keyword, i)) for i in range(len(site.node[keyword]))]
            both = [
                {**one, **other}
                for one in (site.value, *samples)
                for other in samples
                if isinstance(one, dict) and isinstance(other, dict)
            ]
            fitting = [v for v in (*samples, *both) if len(accepting(site, v)) > 1]
            yield TWO_BRANCHES, False, "two branches", fitting[:1]

    return found


def _difference(before: Any, after: Any) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return "another value"
    added, gone = after.keys() - before.keys(), before.keys() - after.keys()
    other = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    found = [("with", added), ("without", gone), ("with other", other)]
    return ", ".join(f"{word} {' and '.join(sorted(names))}" for word, names in found if names)
