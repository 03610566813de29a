"""What the fields of a form may be, collected from the schemas of its properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..contract import pointer as ptr
from ..contract.model import Encoding, MediaType
from . import coercion
from .coercion import Types
from .decoding import MalformedError, decode_json

_NOTHING: Types = frozenset()
_PARTS: Types = frozenset(("array", "object"))


@dataclass(frozen=True, slots=True)
class Slot:
    """What one field may be: its types, those of them written as JSON, or bytes as they are."""

    types: Types
    as_json: Types
    is_binary: bool

    def meanings(self, text: str) -> Iterator[Any]:
        """Every value that a text can mean here, the most specific first and the text last."""
        if self.as_json:
            try:
                value = decode_json(text)
            except MalformedError:
                value = None
            is_object, is_array = isinstance(value, dict), isinstance(value, list)
            if (is_object and "object" in self.as_json) or (is_array and "array" in self.as_json):
                yield value
        yield from coercion.meanings(text, self.types)


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a form: the schemas that describe it, the field it is, the fields it has.

    No schema describes what is not documented.
    """

    name: str
    pointers: tuple[str, ...]
    own: Slot
    items: Slot
    encoding: Encoding


def documented(raw: Mapping[str, Any], media: MediaType) -> dict[str, Property]:
    """The properties that the schema of a form names, those of its conditions too."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    queue = [media.schema] if media.schema is not None else []
    while queue:
        for schema, where in coercion.branches(raw, queue.pop()):
            if where in seen:
                continue
            seen.add(where)
            for name in schema.get("properties", {}):
                found.setdefault(name, []).append(ptr.join(where, "properties", name))
            queue += [ptr.join(where, key) for key in ("then", "else") if key in schema]
    encodings = {encoding.name: encoding for encoding in media.encodings}
    return {
        name: _property(raw, name, pointers, encodings.get(name, Encoding(name)))
        for name, pointers in found.items()
    }


def undocumented(raw: Mapping[str, Any], media: MediaType) -> Property:
    """Any property that the schema of a form does not name: text or a file, if it says nothing."""
    types = coercion.kinds(raw, media.schema).others if media.schema is not None else None
    types = types or _NOTHING
    slot = Slot(types, types & _PARTS, not types)
    return Property("", (), slot, slot, Encoding(""))


def _property(
    raw: Mapping[str, Any], name: str, pointers: list[str], encoding: Encoding
) -> Property:
    items = [
        ptr.join(where, "items")
        for pointer in pointers
        for schema, where in coercion.branches(raw, pointer)
        if isinstance(schema.get("items"), dict)
    ]
    # Items of an array are fields of their own, unless the encoding says otherwise.
    is_json = any(MediaType(kind, "", None).is_json for kind in encoding.content_types)
    own = _slot(raw, pointers, _PARTS if is_json else frozenset(("object",)))
    if items and not own.types:
        own = replace(own, types=frozenset(("array",)), is_binary=False)
    return Property(name, tuple(pointers), own, _slot(raw, items, _PARTS), encoding)


def _slot(raw: Mapping[str, Any], pointers: list[str], as_json: Types) -> Slot:
    types = _NOTHING.union(*(coercion.types_of(raw, pointer) for pointer in pointers))
    if not types:
        shapes = _NOTHING.union(*(coercion.kinds(raw, pointer).shapes for pointer in pointers))
        types = shapes & _PARTS
    return Slot(types, types & as_json, any(_is_binary(raw, p, types) for p in pointers))


def _is_binary(raw: Mapping[str, Any], pointer: str, types: Types) -> bool:
    """Whether a field is bytes and no text (4.8.14.2; `format: binary` is OpenAPI 3.0's)."""
    said: dict[str, Any] = {}
    for schema, _ in coercion.branches(raw, pointer):
        said = {**schema, **said}
    if "contentEncoding" in said:
        return False
    if said.get("format") == "binary":
        return True
    kind = said.get("contentMediaType")
    if kind is None or not types:
        return not types
    is_text = str(kind).startswith("text/") or MediaType(str(kind), "", None).is_json
    return "string" in types and not is_text
