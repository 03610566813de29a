"""Findings about a value and its schema: missing, wrong and undocumented fields."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from sys import maxsize
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Path, SchemaUse, SchemaWalk
from greenroom.schema.subschemas import type_of
from greenroom.schema.validators import TOO_LARGE, SchemaError

from ..finding import Finding, merged
from .branches import discriminated, is_meant
from .location import Location

_KINDS = {
    "required": "missing-field",
    "type": "wrong-type",
    "enum": "undocumented-value",
    "const": "undocumented-value",
    "format": "wrong-format",
}
# The numbers of OpenAPI's formats (4.4); integers may be written as 5.0.
_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "float": (-3.4028235677973366e38, 3.4028235677973366e38),
}
_LONGEST = 120
# Of one value: findings about one keyword that are worded, and parts that are looked at.
_MOST_OF_ONE = 20
_MOST_PLACES = 50_000
# The items of each list in a value that is too large to judge whole.
_SHORTER = (1_000, 100, 10)


def schema_findings(location: Location, schema: str, value: Any) -> list[Finding]:
    """Every difference between a value and the schema at a pointer, additions last.

    Each is found once, with its number as the count.
    """
    found = [] if location.walk.accepts(schema, value) else _errors(location, schema, value)
    return merged([*found, *_of_parts(location, schema, value)])


def named(walk: SchemaWalk, schema: str) -> str:
    """The pointer of the schema that a schema refers to, or is."""
    return ptr.resolve(walk.document, walk.node(schema), schema)[1]


def _errors(location: Location, schema: str, value: Any, within: str = "") -> Iterator[Finding]:
    """The errors of the value at the pointer `within` of the message."""
    groups: dict[tuple[str, str], list[SchemaError]] = {}
    for error in _located_errors(location.walk, schema, value):
        # There is one error for each property that is missing.
        missing = error.message if error.schema.endswith("/required") else ""
        groups.setdefault((error.schema, missing), []).append(error)
    for group in groups.values():
        found: list[Finding] = []
        for error in group[:_MOST_OF_ONE]:
            found += _of_error(location, error, value, within)
        if found:
            found[-1] = replace(found[-1], count=1 + max(0, len(group) - _MOST_OF_ONE))
        yield from found


def _located_errors(walk: SchemaWalk, schema: str, value: Any) -> list[SchemaError]:
    """The errors of a value; of one that is too large, those of its first items."""
    for most in (maxsize, *_SHORTER):
        errors = list(walk.schemas.errors(schema, _shortened(value, most)))
        if [error.message for error in errors] == [TOO_LARGE]:
            continue
        # A list that is cut off may violate other keywords, such as `minItems`.
        if most < maxsize:
            errors = [e for e in errors if not _is_longer(value, e.instance, most)]
        if errors:
            return errors
    return [SchemaError("", named(walk, schema), TOO_LARGE)]


def _shortened(value: Any, most: int) -> Any:
    if most == maxsize:
        return value
    if isinstance(value, dict):
        return {name: _shortened(entry, most) for name, entry in value.items()}
    return [_shortened(entry, most) for entry in value[:most]] if isinstance(value, list) else value


def _is_longer(value: Any, pointer: str, most: int) -> bool:
    found = ptr.look_up(value, pointer)
    return isinstance(found, list) and len(found) > most


def _of_error(location: Location, error: SchemaError, value: Any, within: str) -> Iterator[Finding]:
    at, keyword = within + error.instance, error.schema.rpartition("/")[2]
    seen, rule = value, None
    with suppress(LookupError):
        seen = ptr.look_up(value, error.instance)
        rule = ptr.look_up(location.walk.document, error.schema)
    if error.message == TOO_LARGE:
        yield location.finding(
            "invalid-value", error.schema, TOO_LARGE, at=at, expected="a valid value",
            seen="a value with too many parts",
        )  # fmt: skip
    elif keyword == "required" and isinstance(rule, list) and isinstance(seen, dict):
        for name in rule:
            if name not in seen and error.message.startswith(json.dumps(name, ensure_ascii=False)):
                yield location.finding(
                    "missing-field", error.schema, f"{name} is required, but missing",
                    at=ptr.join(at, name), expected=f"the field {short_json(name)}",
                    seen="no such field", detail=str(name),
                )  # fmt: skip
    elif keyword in ("anyOf", "oneOf"):
        yield from _composition(location, error.schema, keyword, seen, at)
    else:
        yield _error(location, keyword, error.schema, rule, seen, at)


def _composition(
    location: Location, pointer: str, keyword: str, seen: Any, at: str
) -> Iterator[Finding]:
    """The errors by the one subschema that is meant, else one finding about the keyword."""
    walk = location.walk
    branches = [ptr.join(pointer, i) for i in range(len(ptr.look_up(walk.document, pointer)))]
    accepting = [branch for branch in branches if walk.accepts(branch, seen)]
    named_by = discriminated(walk, pointer.rpartition("/")[0], branches, seen)
    if named_by is not None and not accepting:
        if named_by.branch is None:
            yield location.finding(
                "undocumented-value", named_by.pointer, f"{named_by.name} names no schema",
                at=ptr.join(at, named_by.name), expected=", ".join(named_by.values),
                seen=short_json(named_by.value), detail=json.dumps(named_by.value),
            )  # fmt: skip
            return
        meant = [named_by.branch]
    else:
        meant = [] if accepting else [b for b in branches if is_meant(walk, b, seen)]
    if len(meant) == 1:
        yield from _errors(location, meant[0], seen, at)
        return
    if len(accepting) == 1 or (accepting and keyword == "anyOf"):
        return
    yield location.finding(
        "invalid-value", pointer,
        f"matches {len(accepting)} of {len(branches)} schemas of {keyword}", at=at,
        expected="exactly one match" if keyword == "oneOf" else "at least one match",
        seen=short_json(seen), detail=keyword,
    )  # fmt: skip


def _error(
    location: Location, keyword: str, pointer: str, rule: Any, seen: Any, at: str
) -> Finding:
    detail = keyword
    if keyword == "type":
        detail, expected = type_of(seen), _alternatives(rule)
        message = f"is {_article(detail)}, not {expected}"
    elif keyword in ("enum", "const"):
        detail = json.dumps(seen, sort_keys=True)
        listed = rule if keyword == "enum" and isinstance(rule, list) else [rule]
        expected = ", ".join(map(short_json, listed))
        only = "one of the documented values" if keyword == "enum" else "the documented value"
        message = f"is not {only}"
    elif keyword == "format":
        detail = expected = str(rule)
        message = f"is not a valid {rule}"
    else:
        is_long = rule is None or isinstance(rule, dict | list)
        expected = keyword if is_long else f"{keyword}: {short_json(rule)}"
        message = f"violates {expected}"
    return location.finding(
        _KINDS.get(keyword, "invalid-value"), pointer, message, at=at, expected=expected,
        seen=short_json(seen), detail=detail,
    )  # fmt: skip


def _of_parts(location: Location, schema: str, value: Any) -> Iterator[Finding]:
    """Numbers that are out of the range of their format, and fields that are not declared."""
    walk = location.walk
    places = list(islice(walk.places(schema, value), _MOST_PLACES + 1))
    is_cut = len(places) > _MOST_PLACES
    for place in places:
        location.see(location.operation, place, is_cut)
        format_ = walk.node(place.schema).get("format")
        if format_ in _RANGES and type(place.value) in (int, float):
            least, most = _RANGES[format_]
            if not least <= place.value <= most:
                pointer, at = ptr.join(place.schema, "format"), ptr.join("", *place.path)
                yield _error(location, "format", pointer, format_, place.value, at)
    yield from _additions(location, places)


def _additions(location: Location, places: Iterable[SchemaUse]) -> Iterator[Finding]:
    """The fields that no schema of their object declares; `additionalProperties` declares all."""
    # By the path of an object: the object, and all schemas that apply to it.
    objects: dict[Path, tuple[Mapping[str, Any], list[str]]] = {}
    for place in places:
        if isinstance(place.value, dict):
            objects.setdefault(place.path, (place.value, []))[1].append(place.schema)
    # By the schema that could declare them: the names of fields, each with its first place.
    found: dict[str, dict[str, tuple[Path, Any]]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for path, (entries, schemas) in objects.items():
        nodes = [location.walk.node(each) for each in schemas]
        declaring = [s for s, node in zip(schemas, nodes, strict=True) if "properties" in node]
        if not declaring or any(map(_takes_any_name, nodes)):
            continue
        declared = {name for node in nodes for name in node.get("properties", {})}
        for name in entries:
            if name not in declared:
                counts[declaring[0], name] += 1
                found.setdefault(declaring[0], {}).setdefault(name, (path, entries[name]))
    for schema, fields in found.items():
        for i, (name, (path, seen)) in enumerate(fields.items()):
            more = len(fields) - i
            is_last = i == _MOST_OF_ONE and more > 1
            message = f"{more} more fields are not documented" if is_last else ""
            yield location.finding(
                "undocumented-field", ptr.join(schema, "properties"),
                message or f"{name} is not documented", at=ptr.join("", *path, name),
                expected="no such field", seen=short_json(seen), detail="" if is_last else name,
                count=1 if is_last else counts[schema, name],
            )  # fmt: skip
            if is_last:
                break


def _takes_any_name(node: Mapping[str, Any]) -> bool:
    return node.get("additionalProperties", False) is not False or "patternProperties" in node


def short_json(value: Any) -> str:
    """A value as short JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _article(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aio' else 'a'} {kind}"


def _alternatives(rule: Any) -> str:
    listed = rule if isinstance(rule, list) else [rule]
    return " or ".join(_article(str(kind)) for kind in listed)
