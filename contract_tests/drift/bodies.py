"""Drifts of the body of a success that violate its schema, and undocumented fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from greenroom.schema.instance_walk import Path, SchemaUse
from greenroom_contracts.mutations.values import WRONG_FORMATS

from .mutation import Mutation
from .subject import Subject, in_body, path_text, without

_STRANGER = "drifted"
_FIELD = "driftedField"


def missing(subject: Subject) -> Iterator[Mutation]:
    """A required field is missing: at the top, in a nested object, in every item of a list."""
    for path, name in _required(subject):
        kind = f"missing-field-{_depth(path)}"
        yield from _invalid(subject, kind, f"no {path_text((*path, name))}", path, without(name))


def renamed(subject: Subject) -> Iterator[Mutation]:
    """A required field has another name."""
    for path, name in _required(subject):
        description = f"{path_text((*path, name))} is {name}V2"
        yield from _invalid(subject, "renamed-field", description, path, _with_other_name(name))


def retyped(subject: Subject) -> Iterator[Mutation]:
    """A value is of another type."""
    done: set[tuple[str, Path]] = set()
    for place in subject.places():
        for kind, is_one, other in _TYPES:
            if is_one(place.value) and (kind, place.path) not in done:
                done.add((kind, place.path))
                description = f"{path_text(place.path)}: {kind}"
                yield from _invalid(
                    subject, f"retyped-{kind}", description, place.path, _if(is_one, other)
                )


def nulled(subject: Subject) -> Iterator[Mutation]:
    """A value that must not be null is null."""
    done: set[Path] = set()
    for place in subject.places():
        if place.path and place.path not in done and place.value is not None:
            done.add(place.path)
            description = f"{path_text(place.path)} is null"
            yield from _invalid(subject, "null-value", description, place.path, lambda _: None)


def limits(subject: Subject) -> Iterator[Mutation]:
    """A value violates a keyword of its schema: an enum, a format, a bound, a length."""
    done: set[tuple[str, Path]] = set()
    for place in subject.places():
        node = subject.walk.node(place.schema)
        for keyword in node:
            for kind, other in _beyond(keyword, node[keyword], place):
                if (kind, place.path) not in done:
                    done.add((kind, place.path))
                    description = f"{path_text(place.path)} violates {keyword}"
                    yield from _invalid(subject, kind, description, place.path, _constant(other))


def extra(subject: Subject) -> Iterator[Mutation]:
    """A field that the contract does not document, in an object without additional properties."""
    for path in _closed(subject):
        broken = subject.breaks(subject.rewritten(path, _with_more))
        finding = "" if broken else "undocumented-field"
        change = in_body(path, _with_more)
        yield subject.mutation(
            f"extra-field-{_depth(path)}", f"an extra field at {path_text(path)}", change, finding
        )


def emptied(subject: Subject) -> Iterator[Mutation]:
    """The body is an empty object, if that is not valid."""
    yield from _invalid(subject, "empty-object", "the body is {}", (), lambda _: {})


def _invalid(
    subject: Subject, kind: str, description: str, path: Path, change: Callable[[Any], Any]
) -> Iterator[Mutation]:
    """The drift, unless the changed body is still valid."""
    if subject.breaks(subject.rewritten(path, change)):
        yield subject.mutation(kind, description, in_body(path, change))


def _required(subject: Subject) -> Iterator[tuple[Path, str]]:
    done: set[tuple[Path, str]] = set()
    for place in subject.places():
        if isinstance(place.value, dict):
            for name in subject.walk.node(place.schema).get("required", ()):
                if name in place.value and (place.path, name) not in done:
                    done.add((place.path, name))
                    yield place.path, name


def _closed(subject: Subject) -> Iterator[Path]:
    """The objects that name their fields and neither allow nor forbid others."""
    closed: dict[Path, bool] = {}
    declared: set[Path] = set()
    for place in subject.places():
        if isinstance(place.value, dict):
            node = subject.walk.node(place.schema)
            is_open = node.get("additionalProperties", False) is not False
            is_open = is_open or "patternProperties" in node
            closed[place.path] = closed.get(place.path, True) and not is_open
            if "properties" in node:
                declared.add(place.path)
    yield from (path for path, is_closed in closed.items() if is_closed and path in declared)


def _depth(path: Path) -> str:
    if any(isinstance(name, int) for name in path):
        return "in-items"
    return "nested" if path else "top"


def _with_more(value: Any) -> Any:
    return {**value, _FIELD: _STRANGER} if isinstance(value, dict) else value


def _with_other_name(name: str) -> Callable[[Any], Any]:
    def change(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {f"{key}V2" if key == name else key: entry for key, entry in value.items()}

    return change


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _if(is_one: Callable[[Any], bool], other: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: other(value) if is_one(value) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: tuple[tuple[str, Callable[[Any], bool], Callable[[Any], Any]], ...] = (
    ("string-to-number", lambda value: isinstance(value, str), lambda value: len(value)),
    ("number-to-string", _is_number, str),
    ("integer-to-fraction", lambda value: type(value) is int, lambda value: value + 0.5),
    ("object-to-array", lambda value: isinstance(value, dict), lambda value: [value]),
    ("array-to-object", lambda value: isinstance(value, list), lambda value: {"items": value}),
    ("boolean-to-string", lambda v: isinstance(v, bool), lambda v: "true" if v else "false"),
)


def _another(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value}-v2"
    return value + 1 if _is_number(value) else _STRANGER


def _beyond(keyword: str, rule: Any, place: SchemaUse) -> Iterator[tuple[str, Any]]:
    """The kind of a drift and a value that violates a keyword."""
    value = place.value
    if keyword == "enum" and isinstance(value, str):
        yield "enum-value", f"{value}_V2"
    elif keyword == "const":
        yield "const-value", _another(value)
    elif keyword == "format" and rule in WRONG_FORMATS and isinstance(value, str):
        # Not always the one that is most obviously wrong.
        wrong = WRONG_FORMATS[rule]
        yield f"format-{rule}", wrong[len(place.path) % len(wrong)]
    elif keyword in ("maximum", "exclusiveMaximum") and _is_number(value):
        yield "number-too-large", rule + 1
    elif keyword in ("minimum", "exclusiveMinimum") and _is_number(value):
        yield "number-too-small", rule - 1
    elif keyword == "maxLength" and isinstance(value, str):
        yield "string-too-long", "x" * (rule + 1)
    elif keyword == "minLength" and isinstance(value, str) and rule > 0:
        yield "string-too-short", ""
    elif keyword == "pattern" and isinstance(value, str):
        yield "string-unlike-pattern", "?"
    elif keyword == "minItems" and isinstance(value, list) and rule > 0:
        yield "array-too-short", value[: rule - 1]
    elif keyword == "maxItems" and isinstance(value, list) and value:
        yield "array-too-long", [value[0]] * (rule + 1)
