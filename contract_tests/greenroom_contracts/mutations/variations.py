"""Values that violate one keyword of a schema, and values that narrowly obey it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.schema.instance_walk import IF, SchemaUse, SchemaWalk
from greenroom.schema.subschemas import type_of

from .arrays import ACROSS, across, lists_of, unique
from .keyword_context import KeywordCases, KeywordContext, Sampler
from .logic import alternatives, condition, excluded
from .values import MISTAKEN, RIGHT_FORMATS, TEXTS, WRONG_FORMATS, strangers

NULL_OF_OPTIONAL = "type: null of an optional property"
ONE_OF_TRUE = "type: 1 for true"


@dataclass(frozen=True, slots=True)
class Variation:
    """Candidates for one way to obey or to violate a keyword.

    `keyword` is its name, perhaps with a detail after a colon; `rule` its pointer in the contract.
    One of the `candidates` is used, preferably one that violates nothing else.
    """

    keyword: str
    note: str
    valid: bool
    candidates: tuple[Any, ...]
    rule: str


def variations(walk: SchemaWalk, place: SchemaUse, sample: Sampler) -> Iterator[Variation]:
    """Every way to obey or violate a keyword of a place's schema, in the schema's order."""
    node = walk.node(place.schema)
    context = KeywordContext(walk, place, node, sample)
    for keyword in node:
        if keyword in KEYWORDS:
            for name, valid, note, candidates in KEYWORDS[keyword](context):
                if candidates:
                    yield Variation(name, note, valid, tuple(candidates), context.at(keyword))


def _type(context: KeywordContext) -> KeywordCases:
    given = context.node["type"]
    types = {given} if isinstance(given, str) else set(given)
    allowed = types | ({"integer"} if "number" in types else set())
    for kind in MISTAKEN:
        for wrong in MISTAKEN[kind] if kind in types else ():
            if type_of(wrong) not in allowed:
                # 1 equals True in Python, so an enum with one may accept the other.
                alike = wrong in (*context.node.get("enum", ()), context.node.get("const"))
                keyword = ONE_OF_TRUE if alike else "type"
                yield keyword, False, f"{json.dumps(wrong)} for {kind}", [wrong]
    if "null" not in types:
        keyword = NULL_OF_OPTIONAL if context.place.optional else "type"
        yield keyword, False, "null", [None]


def _enum(context: KeywordContext) -> KeywordCases:
    members = context.node["enum"]
    for member in members:
        yield "enum", True, json.dumps(member), [member]
    yield "enum", False, "a value outside", [v for v in strangers(members) if v not in members]
    swapped = [m.swapcase() for m in members if isinstance(m, str)]
    yield "enum", False, "a value in another case", [v for v in swapped if v not in members][:1]


def _const(context: KeywordContext) -> KeywordCases:
    constant = context.node["const"]
    yield "const", False, "another value", [v for v in strangers([constant]) if v != constant]


def _required(context: KeywordContext) -> KeywordCases:
    if isinstance(context.value, dict):
        for name in context.node["required"]:
            if name in context.value:
                rest = {key: entry for key, entry in context.value.items() if key != name}
                yield "required", False, f"without {name}", [rest]


def _closed(context: KeywordContext) -> KeywordCases:
    if context.node["additionalProperties"] is False and isinstance(context.value, dict):
        more = {**context.value, "no-such-property": 1}
        yield "additionalProperties", False, "an additional property", [more]


def _multiple(context: KeywordContext) -> KeywordCases:
    step = context.node["multipleOf"]
    yield "multipleOf", True, f"{step * 2}", [step * 2]
    yield "multipleOf", False, "between two multiples", [step + 1, step * 1.5]


def _numbers(context: KeywordContext, number: float) -> Sequence[float]:
    return [number]


def _texts(context: KeywordContext, length: int) -> Sequence[str]:
    base = context.value if isinstance(context.value, str) else "x"
    return [base[:length].ljust(length, base[-1:] or "x"), "x" * length] if length >= 0 else []


def _bound(
    keyword: str,
    inside: int,
    outside: int,
    values: Callable[[KeywordContext, int], Sequence[Any]] = _numbers,
    unit: str = "",
) -> Callable[[KeywordContext], KeywordCases]:
    """Values just inside and just outside a bound; `inside` and `outside` are relative to it."""

    def found(context: KeywordContext) -> KeywordCases:
        for offset in (inside, outside):
            size = context.node[keyword] + offset
            yield keyword, offset == inside, f"{size}{unit}", values(context, size)

    return found


def _pattern(context: KeywordContext) -> KeywordCases:
    near = [context.value[:-1], context.value[1:]] if isinstance(context.value, str) else []
    # Python's `re` cannot decide this: its syntax is not that of JSON Schema.
    unlike = [
        text
        for text in (*near, *TEXTS)
        if context.at("pattern") in context.walk.broken(context.place.schema, text)
    ]
    yield "pattern", False, "a text that does not match", unlike


def _format(context: KeywordContext) -> KeywordCases:
    name = context.node["format"]
    for text in RIGHT_FORMATS.get(name, ()):
        yield f"format: {name}", True, text, [text]
    for text in WRONG_FORMATS.get(name, ()):
        # A pattern next to the format may require a prefix.
        start = str(context.value).partition("//")[0]
        yield f"format: {name}", False, text, [text, f"{start}//{text}"]


KEYWORDS: Mapping[str, Callable[[KeywordContext], KeywordCases]] = {
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
    "minLength": _bound("minLength", 0, -1, _texts, " characters"),
    "maxLength": _bound("maxLength", 0, 1, _texts, " characters"),
    "minItems": _bound("minItems", 0, -1, lists_of, " items"),
    "maxItems": _bound("maxItems", 0, 1, lists_of, " items"),
    "uniqueItems": unique,
    "pattern": _pattern,
    "format": _format,
    "not": excluded,
    IF: condition,
    "anyOf": alternatives("anyOf"),
    "oneOf": alternatives("oneOf"),
    ACROSS: across,
}
