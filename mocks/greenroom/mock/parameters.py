"""Reading and judging the parameters of a request: text to values, values against schemas."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..contract import pointer as ptr
from ..contract.model import Parameter
from ..contract.schemas import Schemas
from . import styles
from .styles import Pairs, Text

_INTEGER = re.compile(r"-?[0-9]{1,300}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?(?:[eE][-+]?[0-9]{1,2})?\Z")
_ANNOTATIONS = frozenset(("description", "title", "default", "example", "examples", "deprecated"))
_PRIMITIVES = ("integer", "number", "boolean", "null", "string")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong with a request: `location` is path, query, header, cookie or body."""

    location: str
    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What parameters are read from: raw path segments, query pairs, headers, cookie pairs."""

    path: Mapping[str, str]
    query: Pairs
    headers: Mapping[bytes, bytes]
    cookies: Pairs


Reader = Callable[[Sources], "list[Violation]"]


def compile_reader(parameter: Parameter, raw: Mapping[str, Any], schemas: Schemas) -> Reader | None:
    """A function that judges one parameter and gives its violations, [] for none.

    None where no text can violate the parameter.
    """
    pointer = parameter.schema or (parameter.content.schema if parameter.content else None)
    if pointer is None or (parameter.content is None and _takes_any_text(raw, pointer)):
        optional = parameter.location == "path" or not parameter.required
        return None if optional else partial(_present, parameter)
    types, properties, items = _shape_of(raw, pointer)
    shapes: list[str] = [shape for shape in ("array", "object") if shape in types]
    if types.intersection(_PRIMITIVES) or not shapes:
        shapes.append("primitive")
    extract = _extractor(parameter, tuple(properties))
    validator = schemas.validator(pointer)
    is_valid = validator.is_valid
    decode = partial(_values, types=types, properties=properties, items=items)

    def read(sources: Sources) -> list[Violation]:
        candidates: list[Any] = []
        for shape in shapes:
            text = extract(sources, shape)
            if text is None:
                continue
            for value in decode(text):
                if is_valid(value):
                    return []
                candidates.append(value)
        if not candidates:
            return _absent(parameter)
        return _violations(parameter, schemas, pointer, candidates[0])

    if parameter.content is not None and parameter.content.is_json:
        return partial(_json, parameter, extract, schemas, pointer)
    return read


def _extractor(
    parameter: Parameter, properties: Sequence[str]
) -> Callable[[Sources, str], Text | None]:
    name, style, explode = parameter.name, parameter.style, parameter.explode
    from_query = partial(
        styles.from_query, name=name, style=style, explode=explode, properties=properties
    )
    if parameter.location == "query":
        return lambda s, shape: from_query(s.query, shape=shape)
    if parameter.location == "cookie":
        return lambda s, shape: from_query(s.cookies, shape=shape)
    if parameter.location == "path":
        return lambda s, shape: styles.from_segment(s.path[name], name, style, explode, shape)
    key = name.lower().encode("latin-1")

    def header(sources: Sources, shape: str) -> Text | None:
        value = sources.headers.get(key)
        if value is None:
            return None
        return styles.from_header(value.decode("latin-1"), explode, shape)

    return header


def _values(
    text: Text,
    types: frozenset[str],
    properties: Mapping[str, frozenset[str]],
    items: frozenset[str],
) -> Iterator[Any]:
    """Every value that a text can mean under the types a schema allows, most specific first."""
    if isinstance(text, list):
        yield [next(_primitives(entry, items)) for entry in text]
        yield text
    elif isinstance(text, dict):
        nothing: frozenset[str] = frozenset()
        yield {k: next(_primitives(v, properties.get(k, nothing))) for k, v in text.items()}
        yield text
    else:
        yield from _primitives(text, types)


def _primitives(text: str, types: frozenset[str]) -> Iterator[Any]:
    if "integer" in types and _INTEGER.match(text):
        yield int(text)
    elif "number" in types and _NUMBER.match(text):
        yield float(text) if not _INTEGER.match(text) else int(text)
    if "boolean" in types and text in ("true", "false"):
        yield text == "true"
    if "null" in types and text in ("", "null"):
        yield None
    yield text


def _json(
    parameter: Parameter,
    extract: Callable[[Sources, str], Text | None],
    schemas: Schemas,
    pointer: str,
    sources: Sources,
) -> list[Violation]:
    text = extract(sources, "primitive")
    if text is None:
        return _absent(parameter)
    try:
        value = json.loads(str(text))
    except (ValueError, RecursionError) as error:
        where = ptr.join("", parameter.name)
        return [Violation(parameter.location, where, f"not JSON: {error}")]
    return _violations(parameter, schemas, pointer, value)


def _violations(
    parameter: Parameter, schemas: Schemas, pointer: str, value: Any
) -> list[Violation]:
    where = ptr.join("", parameter.name)
    return [
        Violation(parameter.location, where + error.instance, error.message)
        for error in schemas.errors(pointer, value)
    ]


def _present(parameter: Parameter, sources: Sources) -> list[Violation]:
    return [] if _extractor(parameter, ())(sources, "primitive") is not None else _absent(parameter)


def _absent(parameter: Parameter) -> list[Violation]:
    if not parameter.required:
        return []
    return [Violation(parameter.location, ptr.join("", parameter.name), "required, but missing")]


def _shape_of(
    raw: Mapping[str, Any], pointer: str
) -> tuple[frozenset[str], dict[str, frozenset[str]], frozenset[str]]:
    """The types a schema allows, those of its properties, and those of its items."""
    properties: dict[str, frozenset[str]] = {}
    items: frozenset[str] = frozenset()
    for schema, where in _branches(raw, pointer):
        for name in schema.get("properties", {}):
            properties[name] = _types(raw, ptr.join(where, "properties", name))
        if isinstance(schema.get("items"), dict):
            items |= _types(raw, ptr.join(where, "items"))
    return _types(raw, pointer), properties, items


def _types(raw: Mapping[str, Any], pointer: str) -> frozenset[str]:
    types: set[str] = set()
    for schema, _ in _branches(raw, pointer):
        given = schema.get("type", [])
        types.update([given] if isinstance(given, str) else given)
        types.update(_type_of(value) for value in (*schema.get("enum", ()), *_const(schema)))
    return frozenset(types)


def _branches(raw: Mapping[str, Any], pointer: str) -> Iterator[tuple[dict[str, Any], str]]:
    """A schema and everything it is composed of."""
    seen = set()
    queue = [pointer]
    while queue:
        place = queue.pop()
        schema, where = ptr.resolve(raw, ptr.look_up(raw, place), place)
        if not isinstance(schema, dict) or where in seen:
            continue
        seen.add(where)
        yield schema, where
        for keyword in ("allOf", "anyOf", "oneOf"):
            queue.extend(ptr.join(where, keyword, i) for i in range(len(schema.get(keyword, ()))))


def _takes_any_text(raw: Mapping[str, Any], pointer: str) -> bool:
    schema, _ = ptr.resolve(raw, ptr.look_up(raw, pointer), pointer)
    if not isinstance(schema, dict):
        return schema is True
    said = {key for key in schema if not key.startswith("x-")} - _ANNOTATIONS
    return not said or (said == {"type"} and schema["type"] == "string")


def _const(schema: Mapping[str, Any]) -> list[Any]:
    return [schema["const"]] if "const" in schema else []


def _type_of(value: Any) -> str:
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string")):
        if isinstance(value, kind):
            return name
    return "array" if isinstance(value, list) else "object"
