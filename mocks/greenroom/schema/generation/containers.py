"""Values with parts: objects and arrays, built by what schemas say of their parts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain, count
from typing import Any

from .. import json_pointer as ptr
from .choices import Choices
from .constraints import Constraints, Pointers, mapped
from .context import Context, Maker, UnmadeError
from .regex_strings import of_pattern

_COMPONENTS = "/components/schemas"
# Objects without a documented property show one of this name.
_NAME = "key"
_MOST_DRAWN = 3
# No object or array is made of more parts.
_LARGEST = 10_000
_MOST_TRIES = 20


def build_object(maker: Maker, facts: Constraints, way: Context) -> dict[str, Any]:
    """An object: what is required, and on a whole way what is documented. Raises UnmadeError."""
    inner = way.inside(facts)
    room = facts.most("maxProperties")
    documented = _needed(facts)
    hints = _hints(facts)
    found: dict[str, Any] = {}
    needed = sum(documented.values())
    for name, required in documented.items():
        if not required and not (way.whole and (room is None or len(found) + needed < room)):
            continue
        if (made := _member(maker, facts, inner, name, required, hints)) is not None:
            found[name] = made[0]
        needed -= required
    # Whoever wrote a map wants to see what is in it.
    shown = way.whole and not documented and (room is None or room > 0)
    least = max(facts.least("minProperties"), int(shown and _is_map(facts)))
    if least > _LARGEST:
        raise UnmadeError(facts.pointers)
    if len(found) < least:
        _fill(maker, facts, inner, found, least)
    return found


def build_array(maker: Maker, facts: Constraints, way: Context) -> list[Any]:
    """An array: as many items as have to be, and one at least where that can be."""
    inner = way.inside(facts)
    wanted = _contained(facts)
    first = len(max(facts.all("prefixItems"), key=len, default=()))
    least, most = facts.least("minItems"), facts.most("maxItems")
    length = max(least, len(wanted))
    if (way.whole or not way.bare) and (facts.all("items") or first):
        drawn = inner.chance.integer(1, _MOST_DRAWN, 1)
        length = max(length, first, drawn if facts.all("items") else 0)
    length = length if most is None else min(length, most)
    if length > _LARGEST:
        raise UnmadeError(facts.pointers)
    found: list[Any] = []
    known: set[str] = set()
    for i in range(length):
        pointers = facts.item(i)
        extra = wanted[i : i + 1]
        item = maker.facts(pointers)
        if i >= least and not extra and (item.never or inner.returns(item)):
            break
        try:
            if facts.sets("uniqueItems"):
                found.append(_distinct(maker, (*pointers, *extra), inner, known))
            elif i > first and not extra and not inner.chance.drawn and found:
                maker.spend(found[-1])
                found.append(found[-1])
            else:
                found.append(maker.value((*pointers, *extra), inner))
        except UnmadeError:
            if i < least or extra:
                raise
            break
    return found


def _member(
    maker: Maker,
    facts: Constraints,
    way: Context,
    name: str,
    required: bool,
    hints: Mapping[str, str],
) -> tuple[Any] | None:
    """The value of a property, None for one that is left out."""
    pointers = facts.member(name)
    if not required:
        below = maker.facts(pointers)
        if maker.hidden(below) or way.returns(below) or not way.chance.keeps():
            return None
    if name in hints and maker.fits(pointers, hints[name]):
        return (hints[name],)
    try:
        return (maker.value(pointers, way),)
    except UnmadeError:
        if required:
            raise
        return None


def _needed(facts: Constraints) -> dict[str, bool]:
    """The documented properties and whether each has to be, if only because another has to."""
    found = facts.names()
    rules = facts.all("dependentRequired")
    for _ in range(len(rules) and len(found) + 1):
        for rule in rules:
            for name, others in rule.items():
                if found.get(name):
                    found.update(dict.fromkeys(others, True))
    return found


def _is_map(facts: Constraints) -> bool:
    described = any(
        isinstance(extra, dict) and extra for extra in facts.all("additionalProperties")
    )
    return described or bool(facts.all("patternProperties"))


def _fill(
    maker: Maker, facts: Constraints, way: Context, found: dict[str, Any], least: int
) -> None:
    """Add properties until there are as many as have to be, as far as they can be made."""
    documented = [name for name in facts.names() if name not in found]
    tried = 0
    for name in chain(documented, _free_names(maker, facts, way)):
        if len(found) >= least or tried > least + _MOST_TRIES:
            return
        tried += 1
        if name not in found and not maker.hidden(maker.facts(facts.member(name))):
            try:
                found[name] = maker.value(facts.member(name), way)
            except UnmadeError:
                continue


def _free_names(maker: Maker, facts: Constraints, way: Context) -> Iterator[str]:
    """Names that no schema gives: those of patterns, those that names have to keep to, any."""
    for _, node in facts.below("patternProperties"):
        for pattern in node["patternProperties"]:
            for wished in (1, 2, 3):
                if (name := of_pattern(pattern, way.chance, wished)) is not None:
                    yield name
    ruled = tuple(where for where, _ in facts.below("propertyNames"))
    for number in count(1):
        if ruled:
            chance = way.chance if number == 1 else Choices(number)
            made = maker.value(ruled, replace(way, chance=chance))
            if isinstance(made, str):
                yield made
        else:
            yield _NAME if number == 1 else f"{_NAME}{number}"


def _contained(facts: Constraints) -> list[str]:
    """The schemas that items have to be valid by, each as often as it has to be met."""
    return [
        where
        for where, node in facts.below("contains")
        for _ in range(min(int(node.get("minContains", 1)), _LARGEST))
    ]


def _distinct(maker: Maker, pointers: Pointers, way: Context, known: set[str]) -> Any:
    """An item that is none of those before it. Raises UnmadeError."""
    listed = maker.facts(pointers).listed()
    if listed is not None:
        for value in listed:
            if _text(value) not in known and maker.fits(pointers, value):
                known.add(_text(value))
                return value
    for number in range(_MOST_TRIES):
        chance = way.chance if number == 0 else Choices(f"{len(known)}.{number}")
        value = maker.value(pointers, replace(way, chance=chance))
        if _text(value) not in known:
            known.add(_text(value))
            return value
    raise UnmadeError(pointers)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _hints(facts: Constraints) -> dict[str, str]:
    """What the properties of discriminators have to say (OpenAPI 3.1, 4.8.25)."""
    found: dict[str, str] = {}
    places = [where for where, _ in facts.flat]
    for i, (where, node) in enumerate(facts.flat):
        told = node.get("discriminator") if isinstance(node, dict) else None
        if not isinstance(told, dict) or not isinstance(told.get("propertyName"), str):
            continue
        names = [name for target, name in mapped(node) if target in places]
        options = (*node.get("oneOf", ()), *node.get("anyOf", ()))
        chosen = [ptr.of_reference(o["$ref"]) for o in options if "$ref" in o]
        meant = [place for place in chosen if place in places] or places[: i + 1][::-1]
        aliases = {p for p, n in facts.flat if isinstance(n, dict) and list(n) == ["$ref"]}
        named = [p for p in meant if p.rpartition("/")[0] == _COMPONENTS and p not in aliases]
        # A thing is called by itself before it is called by its base.
        named = [place for place in named if place != where] or named
        names += [ptr.split(place)[-1] for place in named]
        if names:
            found.setdefault(told["propertyName"], names[0])
    return found
