"""Reading and judging the parameters of a request: text to values, values against schemas."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..contract import pointer as ptr
from ..contract.model import Parameter
from ..contract.schemas import SchemaError, Schemas
from . import coercion, styles
from .decoding import MalformedError, decode_json
from .styles import Pairs, Text


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
# Takes the shape wanted, gives None where the request has no such parameter.
_Extract = Callable[[Sources, str], Text | None]
_Errors = Callable[[Any], Iterable[SchemaError]]


def compile_reader(
    parameter: Parameter,
    raw: Mapping[str, Any],
    schemas: Schemas,
    claimed: Collection[str] = (),
) -> Reader | None:
    """A function that judges one parameter and gives its violations, [] for none.

    `claimed` are the names of the other parameters in the same place, which a free-form object
    leaves alone. None where no text can violate the parameter.
    """
    content = parameter.content
    pointer = content.schema if content else parameter.schema
    is_json = content is not None and content.is_json
    if not is_json and (pointer is None or coercion.takes_any_text(raw, pointer)):
        if parameter.location == "path" or not parameter.required:
            return None
        return partial(_present, parameter, _extractor(parameter, lambda key: False))
    if pointer is None:
        return partial(_json, parameter, _extractor(parameter, lambda key: False), lambda value: ())
    kinds = coercion.kinds(raw, pointer)

    def belongs(key: str) -> bool:
        return key in kinds.properties or (kinds.others is not None and key not in claimed)

    extract = _extractor(parameter, belongs)
    errors = partial(schemas.errors, pointer)
    if is_json:
        return partial(_json, parameter, extract, errors)
    shapes = kinds.shapes
    is_valid = schemas.validator(pointer).is_valid
    may_be_empty = bool(ptr.look_up(raw, parameter.pointer).get("allowEmptyValue"))

    def read(sources: Sources) -> list[Violation]:
        candidates: list[Any] = []
        for shape in shapes:
            text = extract(sources, shape)
            if text is None:
                continue
            for value in coercion.values(text, kinds):
                if is_valid(value):
                    return []
                candidates.append(value)
        if not candidates:
            return _absent(parameter)
        if may_be_empty and candidates[-1] in ("", [""]):
            return []
        return _violations(parameter, errors, candidates[0])

    return read


def _extractor(parameter: Parameter, belongs: Callable[[str], bool]) -> _Extract:
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if parameter.location == "query":
        return lambda s, shape: styles.from_query(s.query, name, style, explode, shape, belongs)
    if parameter.location == "cookie":
        return lambda s, shape: styles.from_query(s.cookies, name, style, explode, shape, belongs)
    if parameter.location == "path":
        return lambda s, shape: styles.from_segment(s.path[name], name, style, explode, shape)
    key = name.lower().encode()

    def header(sources: Sources, shape: str) -> Text | None:
        value = sources.headers.get(key)
        if value is None:
            return None
        return styles.from_header(value.decode("latin-1"), explode, shape)

    return header


def _json(
    parameter: Parameter,
    extract: _Extract,
    errors: _Errors,
    sources: Sources,
) -> list[Violation]:
    text = extract(sources, "primitive")
    if text is None:
        return _absent(parameter)
    try:
        value = decode_json(str(text))
    except MalformedError as error:
        return [Violation(parameter.location, ptr.join("", parameter.name), str(error))]
    return _violations(parameter, errors, value)


def _violations(parameter: Parameter, errors: _Errors, value: Any) -> list[Violation]:
    where = ptr.join("", parameter.name)
    return [
        Violation(parameter.location, where + error.instance, error.message)
        for error in errors(value)
    ]


def _present(parameter: Parameter, extract: _Extract, sources: Sources) -> list[Violation]:
    return [] if extract(sources, "primitive") is not None else _absent(parameter)


def _absent(parameter: Parameter) -> list[Violation]:
    if not parameter.required:
        return []
    return [Violation(parameter.location, ptr.join("", parameter.name), "required, but missing")]
