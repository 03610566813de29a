"""Values that break one keyword of a schema, and values that just keep it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.contract import pointer as ptr

from .conditions import Sampler, met, unmet
from .grammar import IF, Grammar, Place

NULL_OF_OPTIONAL = "type: null of an optional property"
TWO_BRANCHES = "oneOf: two branches"
ACROSS = "x-max-items-across"

WRONG_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("31.01.2026", "2026-02-30"),
    "date-time": ("yesterday", "2026-01-31", "2026-01-31T09:00:00"),
    "email": ("nobody",),
    "uri": ("not a uri", "/relative"),
    "uuid": ("not-a-uuid", "123e4567-e89b-12d3-a456-42661417400"),
}
_RIGHT_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("2024-02-29",),
    "date-time": ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00.123+02:00"),
    "email": ("first.last+tag@mail.example.com",),
    "uri": ("https://example.com:8443/a/b?c=d&e=%20#f",),
    "uuid": ("123E4567-E89B-12D3-A456-426614174000",),
}
# What is easily taken for a type, and is not.
_MISTAKEN: Mapping[str, tuple[Any, ...]] = {
    "string": (12,),
    "integer": ("12", 1.5, True),
    "number": ("1.5", True),
    "boolean": ("true", 1),
    "array": ({},),
    "object": ([],),
    "null": (),
}
_ANYTHING: tuple[Any, ...] = (12, "no such value", [], {}, True)
_TEXTS = ("", "?", "no such value", "0", "http://example.com/", "+0", "A" * 64)


@dataclass(frozen=True, slots=True)
class Variation:
    """Values that stand for one way to keep or to break a keyword.

    `keyword` is its name, with what is special about it after a colon; `rule` its pointer in the
    contract. Whoever takes one of the `candidates` prefers one that breaks nothing else.
    """

    keyword: str
    note: str
    valid: bool
    candidates: tuple[Any, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class _Site:
    grammar: Grammar
    place: Place
    node: Mapping[str, Any]
    sample: Sampler

    @property
    def value(self) -> Any:
        return self.place.value

    @property
    def types(self) -> set[str]:
        given = self.node.get("type", ())
        return {given} if isinstance(given, str) else set(given)

    def at(self, *names: str | int) -> str:
        return ptr.join(self.place.schema, *names)


# Whether it keeps the keyword, what it is, and values for it, the likeliest first.
_Found = Iterator[tuple[str, bool, str, Sequence[Any]]]


def variations(grammar: Grammar, place: Place, sample: Sampler) -> Iterator[Variation]:
    """Every way to keep or break a keyword of the schema of a place, in the schema's order."""
    node = grammar.node(place.schema)
    site = _Site(grammar, place, node, sample)
    for keyword in node:
        if keyword in _KNOWN:
            for name, valid, note, candidates in _KNOWN[keyword](site):
                if candidates:
                    yield Variation(name, note, valid, tuple(candidates), site.at(keyword))


def names(node: Mapping[str, Any]) -> Iterator[str]:
    """What the corpus calls the assertions of one schema; each must appear in it.

    Keywords that only lead to other schemas assert nothing, nor do formats without assertion.
    """
    for keyword, value in node.items():
        if keyword == "format":
            if value in WRONG_FORMATS:
                yield f"format: {value}"
        elif keyword == "additionalProperties":
            if value is False:
                yield keyword
        elif (keyword in _KNOWN or keyword in _UNKNOWN) and value not in ([], False):
            yield keyword


def _type(site: _Site) -> _Found:
    types = site.types
    allowed = types | ({"integer"} if "number" in types else set())
    for kind in _MISTAKEN:
        for wrong in _MISTAKEN[kind] if kind in types else ():
            if _kind(wrong) not in allowed:
                yield "type", False, f"{json.dumps(wrong)} for {kind}", [wrong]
    if "null" not in types:
        keyword = NULL_OF_OPTIONAL if site.place.optional else "type"
        yield keyword, False, "null", [None]


def _enum(site: _Site) -> _Found:
    members = site.node["enum"]
    for member in members:
        yield "enum", True, json.dumps(member), [member]
    yield "enum", False, "a value outside", [v for v in _strangers(members) if v not in members]
    swapped = [m.swapcase() for m in members if isinstance(m, str)]
    yield "enum", False, "a value in another case", [v for v in swapped if v not in members][:1]


def _const(site: _Site) -> _Found:
    constant = site.node["const"]
    yield "const", False, "another value", [v for v in _strangers([constant]) if v != constant]


def _required(site: _Site) -> _Found:
    if isinstance(site.value, dict):
        for name in site.node["required"]:
            if name in site.value:
                rest = {key: entry for key, entry in site.value.items() if key != name}
                yield "required", False, f"without {name}", [rest]


def _closed(site: _Site) -> _Found:
    if site.node["additionalProperties"] is False and isinstance(site.value, dict):
        more = {**site.value, "no-such-property": 1}
        yield "additionalProperties", False, "a property more", [more]


def _bound(keyword: str, inside: int, outside: int) -> Callable[[_Site], _Found]:
    def found(site: _Site) -> _Found:
        bound = site.node[keyword]
        yield keyword, True, f"{bound + inside}", [bound + inside]
        yield keyword, False, f"{bound + outside}", [bound + outside]

    return found


def _multiple(site: _Site) -> _Found:
    step = site.node["multipleOf"]
    yield "multipleOf", True, f"{step * 2}", [step * 2]
    yield "multipleOf", False, "between two multiples", [step + 1, step * 1.5]


def _length(keyword: str, outside: int) -> Callable[[_Site], _Found]:
    def found(site: _Site) -> _Found:
        bound = site.node[keyword]
        base = site.value if isinstance(site.value, str) else "x"
        for length in (bound, bound + outside):
            if length >= 0:
                texts = [base[:length].ljust(length, base[-1:] or "x"), "x" * length]
                yield keyword, length == bound, f"{length} characters", texts

    return found


def _count(keyword: str, outside: int) -> Callable[[_Site], _Found]:
    def found(site: _Site) -> _Found:
        bound = site.node[keyword]
        for count in (bound, bound + outside):
            if count >= 0 and isinstance(site.value, list):
                lists = _lists(site.value, count, _item(site, site.place.schema))
                yield keyword, count == bound, f"{count} items", lists

    return found


def _unique(site: _Site) -> _Found:
    if site.node["uniqueItems"] and isinstance(site.value, list) and site.value:
        yield "uniqueItems", False, "an item twice", [[*site.value, site.value[-1]], site.value[:1] * 2]


def _pattern(site: _Site) -> _Found:
    pattern = re.compile(site.node["pattern"])
    texts = ([site.value[:-1], site.value[1:]] if isinstance(site.value, str) else []) + [*_TEXTS]
    yield "pattern", False, "a text unlike it", [t for t in texts if not pattern.search(t)]


def _format(site: _Site) -> _Found:
    name = site.node["format"]
    for text in _RIGHT_FORMATS.get(name, ()):
        yield f"format: {name}", True, text, [text]
    for text in WRONG_FORMATS.get(name, ()):
        yield f"format: {name}", False, text, [text]


def _not(site: _Site) -> _Found:
    inner = site.at("not")
    changed = met(site.grammar, inner, site.place.whole, site.value, site.sample)
    yield "not", False, "what is excluded", [changed] if site.grammar.accepts(inner, changed) else []


def _if(site: _Site) -> _Found:
    condition = site.at(IF)
    before = site.grammar.accepts(condition, site.value)
    change = unmet if before else met
    changed = change(site.grammar, condition, site.place.whole, site.value, site.sample)
    turned = site.grammar.accepts(condition, changed) != before
    yield IF, False, "the condition changed alone", [changed] if turned else []


def _choice(keyword: str) -> Callable[[_Site], _Found]:
    def accepting(site: _Site, value: Any) -> list[str]:
        branches = (site.at(keyword, i) for i in range(len(site.node[keyword])))
        return [branch for branch in branches if site.grammar.accepts(branch, value)]

    def found(site: _Site) -> _Found:
        strange = [value for value in _ANYTHING if not accepting(site, value)]
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


def _across(site: _Site) -> _Found:
    limit = site.node[ACROSS]
    if not isinstance(site.value, dict):
        return
    declared = site.grammar.properties(site.place.whole)
    for total in (limit["maximum"], limit["maximum"] + 1):
        found, left = dict(site.value), total
        for name in limit["properties"]:
            schema = declared[name]
            most = min(
                (
                    site.grammar.node(place).get("maxItems", total)
                    for place in site.grammar.conjuncts(schema)
                ),
                default=total,
            )
            count = min(left, most)
            found[name] = _lists(found.get(name, []), count, _item(site, schema))[0]
            left -= count
        if not left:
            yield ACROSS, total == limit["maximum"], f"{total} items", [found]


_KNOWN: Mapping[str, Callable[[_Site], _Found]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "additionalProperties": _closed,
    "minimum": _bound("minimum", 0, -1),
    "maximum": _bound("maximum", 0, 1),
    "exclusiveMinimum": _bound("exclusiveMinimum", 1, 0),
    "exclusiveMaximum": _bound("exclusiveMaximum", -1, 0),
    "multipleOf": _multiple,
    "minLength": _length("minLength", -1),
    "maxLength": _length("maxLength", 1),
    "minItems": _count("minItems", -1),
    "maxItems": _count("maxItems", 1),
    "uniqueItems": _unique,
    "pattern": _pattern,
    "format": _format,
    "not": _not,
    IF: _if,
    "anyOf": _choice("anyOf"),
    "oneOf": _choice("oneOf"),
    ACROSS: _across,
}
# What asserts something too, but which nothing here breaks yet: a contract that uses one of these
# finds its corpus incomplete.
_UNKNOWN = frozenset((
    "contains", "dependentRequired", "dependentSchemas", "maxProperties", "minProperties",
    "patternProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
))  # fmt: skip


def _kind(value: Any) -> str:
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"


def _strangers(known: Sequence[Any]) -> list[Any]:
    """Values of the type of known ones, the likeliest to differ from them first."""
    first = known[0]
    if isinstance(first, bool):
        return [not first]
    if isinstance(first, int | float):
        return [max(n for n in known if isinstance(n, int | float)) + 1]
    return ["no such value"] if isinstance(first, str) else list(_ANYTHING)


def _item(site: _Site, schema: str) -> Any:
    for place in site.grammar.conjuncts(schema):
        if isinstance(site.grammar.node(place).get("items"), dict):
            return site.sample(ptr.join(place, "items"))
    return "x"


def _lists(value: list[Any], count: int, item: Any) -> list[list[Any]]:
    """Lists of a length that begin as one does, filled up with its last item, then with others."""
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
