"""The types and media types of the fields of a form, from the schemas of its properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...contract.model import Encoding, MediaType
from ...http import media_type
from ...http.json_decoding import json_or
from ...schema import json_pointer as ptr
from ...schema.subschemas import Pointers, Types, in_place_subschemas, shape_of
from ..interpretation import meanings

_NOTHING: Types = frozenset()
_PARTS: Types = frozenset(("array", "object"))


@dataclass(frozen=True, slots=True)
class FieldSchema:
    """The types of one field, those that are written as JSON, and whether the field is bytes."""

    types: Types
    as_json: Types
    is_binary: bool
    pointers: Pointers = ()

    def meanings(self, text: str) -> Iterator[Any]:
        """Every value that a text can mean here, the most specific first and the text last."""
        if self.as_json:
            value = json_or(None, text)
            is_object, is_array = isinstance(value, dict), isinstance(value, list)
            if (is_object and "object" in self.as_json) or (is_array and "array" in self.as_json):
                yield value
        yield from meanings(text, self.types)


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a form: its schemas, as one field (`own`) and as one field for each item.

    `pointers` is empty for an undocumented property. `written` is `json` or `xml` where the
    encoding documents no other media type.
    """

    name: str
    pointers: Pointers
    own: FieldSchema
    items: FieldSchema
    encoding: Encoding
    written: str = ""


def documented(document: Mapping[str, Any], media: MediaType) -> dict[str, Property]:
    """The properties that the schema of a form names, also within its conditions."""
    if media.schema is None:
        return {}
    described = shape_of(document, (media.schema,)).properties
    encodings = {encoding.name: encoding for encoding in media.encodings}
    return {
        name: described_by(document, pointers, encodings.get(name, Encoding(name)))
        for name, pointers in described.items()
    }


def undocumented(document: Mapping[str, Any], media: MediaType) -> Property:
    """A property that the schema of a form does not name: text or a file, unless described."""
    others = shape_of(document, (media.schema,)).others if media.schema is not None else None
    types = shape_of(document, others).types if others else _NOTHING
    field = FieldSchema(types, types & _PARTS, not types)
    return Property("", (), field, field, Encoding(""))


def described_by(document: Mapping[str, Any], pointers: Pointers, encoding: Encoding) -> Property:
    """The property of a form that some schemas describe."""
    items = tuple(
        ptr.join(where, "items")
        for pointer in pointers
        for schema, where in in_place_subschemas(document, pointer)
        if isinstance(schema.get("items"), dict)
    )
    kinds = encoding.content_types
    # Each item of an array is a separate field, unless the encoding says otherwise.
    is_json = any(map(media_type.is_json, kinds))
    own = _field_schema(document, pointers, _PARTS if is_json else frozenset(("object",)))
    if items and not own.types:
        own = replace(own, types=frozenset(("array",)), is_binary=False)
    written = "json" if kinds and all(map(media_type.is_json, kinds)) else ""
    if kinds and all(map(media_type.is_xml, kinds)):
        written = "xml"
    of_items = _field_schema(document, items, _PARTS)
    return Property(encoding.name, pointers, own, of_items, encoding, written)


def _field_schema(document: Mapping[str, Any], pointers: Pointers, as_json: Types) -> FieldSchema:
    described = shape_of(document, pointers)
    types = described.types or _PARTS.intersection(described.shapes)
    is_binary = any(_is_binary(document, p, types) for p in pointers)
    return FieldSchema(types, types & as_json, is_binary, pointers)


def _is_binary(document: Mapping[str, Any], pointer: str, types: Types) -> bool:
    """Whether a field is bytes, not text (4.4.2; `format: binary` is OpenAPI 3.0's)."""
    keywords: dict[str, Any] = {}
    for schema, _ in in_place_subschemas(document, pointer):
        keywords = {**schema, **keywords}
    if "contentEncoding" in keywords:
        return False
    if keywords.get("format") == "binary":
        return True
    kind = keywords.get("contentMediaType")
    if kind is None or not types:
        return not types
    is_text = media_type.is_text(str(kind)) or media_type.is_json(str(kind))
    return "string" in types and not is_text
