"""Findings about a value and its schema: missing, wrong and undocumented fields."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Path, SchemaWalk
from greenroom.schema.subschemas import type_of

from ..finding import Finding
from .location import Location

_KINDS = {
    "required": "missing-field",
    "type": "wrong-type",
    "enum": "undocumented-value",
    "const": "undocumented-value",
    "format": "wrong-format",
}
_LONGEST = 120


def schema_findings(walk: SchemaWalk, schema: str, value: Any, location: Location) -> list[Finding]:
    """Every difference between a value and the schema at a pointer, additions last."""
    found = [] if walk.accepts(schema, value) else _errors(walk, schema, value, location)
    return [*found, *_additions(walk, schema, value, location)]


def _errors(
    walk: SchemaWalk, schema: str, value: Any, location: Location, within: str = ""
) -> Iterator[Finding]:
    """The errors of the value at the pointer `within` of the message."""
    for error in walk.schemas.errors(schema, value):
        at, keyword = within + error.instance, error.schema.rpartition("/")[2]
        seen, rule = value, None
        with suppress(LookupError):
            seen = ptr.look_up(value, error.instance)
            rule = ptr.look_up(walk.document, error.schema)
        if keyword == "required" and isinstance(rule, list) and isinstance(seen, dict):
            for name in rule:
                if name not in seen:
                    yield location.finding(
                        "missing-field", error.schema, f"{name} is required, but missing",
                        at=ptr.join(at, name), expected=f"a field {name}", seen="no such field",
                        detail=str(name),
                    )  # fmt: skip
        elif keyword in ("anyOf", "oneOf"):
            yield from _composition(walk, error.schema, keyword, seen, at, location)
        else:
            yield _error(location, keyword, error.schema, rule, seen, at)


def _composition(
    walk: SchemaWalk, pointer: str, keyword: str, seen: Any, at: str, location: Location
) -> Iterator[Finding]:
    """The errors by the one subschema that can be meant, else one finding about the keyword."""
    branches = [ptr.join(pointer, i) for i in range(len(ptr.look_up(walk.document, pointer)))]
    accepting = [branch for branch in branches if walk.accepts(branch, seen)]
    meant = [] if accepting else [b for b in branches if _is_meant(walk, b, seen)]
    if len(meant) == 1:
        yield from _errors(walk, meant[0], seen, location, at)
        return
    yield location.finding(
        "invalid-value", pointer,
        f"matches {len(accepting)} of {len(branches)} schemas of {keyword}", at=at,
        expected="exactly one match" if keyword == "oneOf" else "at least one match",
        seen=short_json(seen), detail=keyword,
    )  # fmt: skip


def _is_meant(walk: SchemaWalk, branch: str, value: Any) -> bool:
    """Whether a subschema is meant for a value: it has the value's type and its constants."""
    for place in walk.conjuncts(branch):
        node = walk.node(place)
        kinds = node.get("type")
        if kinds is not None and type_of(value) not in _listed(kinds):
            return False
        if not isinstance(value, dict):
            continue
        for name, inner in node.get("properties", {}).items():
            if isinstance(inner, dict) and "const" in inner and value.get(name) != inner["const"]:
                return False
    return True


def _listed(kinds: Any) -> set[str]:
    listed = set(kinds if isinstance(kinds, list) else [kinds])
    return listed | {"integer"} if "number" in listed else listed


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


def _additions(walk: SchemaWalk, schema: str, value: Any, location: Location) -> Iterator[Finding]:
    """The fields that no schema of their object declares; `additionalProperties` declares all."""
    # By the path of an object: the object, and all schemas that apply to it.
    objects: dict[Path, tuple[Mapping[str, Any], list[str]]] = {}
    for place in walk.places(schema, value):
        if isinstance(place.value, dict):
            objects.setdefault(place.path, (place.value, []))[1].append(place.schema)
    for path, (entries, schemas) in objects.items():
        nodes = [walk.node(each) for each in schemas]
        declaring = [s for s, node in zip(schemas, nodes, strict=True) if "properties" in node]
        if not declaring or any(map(_takes_any_name, nodes)):
            continue
        declared = {name for node in nodes for name in node.get("properties", {})}
        for name in entries:
            if name not in declared:
                yield location.finding(
                    "undocumented-field", ptr.join(declaring[0], "properties"),
                    f"{name} is not documented", at=ptr.join("", *path, name),
                    expected="no such field", seen=short_json(entries[name]), detail=str(name),
                )  # fmt: skip


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
