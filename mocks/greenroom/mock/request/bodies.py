"""The body of a request, read and validated by each media type that an operation documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ...codec.interpretation import meanings
from ...contract.model import MediaType, RequestBody
from ...http.charset import decode_text
from ...http.json_decoding import decode_json
from ...http.media_type import best_match, essence, is_json, is_range, is_text, is_xml
from ...schema.subschemas import Types, in_place_subschemas, shape_of
from ...schema.validators import SchemaSet
from ...schema.violation import RequestSchema, Violation
from . import multipart, urlencoded, xml

JSON = "application/json"
XML = "application/xml"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
TEXT = "text/plain"
BYTES = "application/octet-stream"

Headers = Mapping[bytes, bytes]
# Takes a body and the headers of its request, returns its violations, [] for none. Raises
# MalformedError.
BodyReader = Callable[[bytes, Headers], "list[Violation]"]


def compile_readers(body: RequestBody, schemas: SchemaSet) -> Mapping[str, BodyReader]:
    """A reader for each documented media type, by its name as documented in lower case."""
    return {media.name.strip().lower(): _reader(media, schemas) for media in body.content}


def find(readers: Mapping[str, BodyReader], content_type: str) -> BodyReader | None:
    """The reader for a media type, the most specific range first (OpenAPI 3.1, 4.8.13.1)."""
    found = best_match(readers, content_type)
    return None if found is None else readers[found]


def _reader(media: MediaType, schemas: SchemaSet) -> BodyReader:
    name = essence(media.name)
    if is_range(name):
        kinds = (JSON, XML, FORM, MULTIPART, TEXT, BYTES)
        return partial(
            _by_kind, {kind: _reader(replace(media, name=kind), schemas) for kind in kinds}
        )
    if name == FORM:
        form = urlencoded.compile_reader(media, schemas)
        return lambda body, headers: form(body)
    if name == MULTIPART:
        parts = multipart.compile_reader(media, schemas)
        return lambda body, headers: parts(body, _content_type(headers))
    if media.is_xml and not _is_file(media, schemas.document):
        read_xml = xml.compile_reader(media, schemas)
        return lambda body, headers: read_xml(body, _content_type(headers))
    if media.schema is None:
        return _json if media.is_json else _anything
    schema = RequestSchema(schemas, media.schema)
    if media.is_json:
        return partial(_json_by_schema, schema)
    described = shape_of(schemas.document, (media.schema,))
    # Arrays and objects in other formats are not read.
    if "primitive" not in described.shapes:
        return _anything
    read = _text if is_text(name) else _bytes
    return partial(read, schema, described.types)


def _is_file(media: MediaType, document: Mapping[str, Any]) -> bool:
    """Whether a body is bytes, whatever its media type (4.4.2, `format: binary` of OpenAPI 3.0)."""
    found = in_place_subschemas(document, media.schema) if media.schema is not None else ()
    return any(schema.get("format") == "binary" for schema, _ in found)


def _by_kind(readers: Mapping[str, BodyReader], body: bytes, headers: Headers) -> list[Violation]:
    """Read the body of a media type that only a documented range covers."""
    name = essence(_content_type(headers))
    kind = TEXT if is_text(name) else name
    if is_json(name) or is_xml(name):
        kind = JSON if is_json(name) else XML
    return readers.get(kind, readers[BYTES])(body, headers)


def _anything(_: bytes, __: Headers) -> list[Violation]:
    return []


def _json(body: bytes, _: Headers) -> list[Violation]:
    decode_json(body)
    return []


def _json_by_schema(schema: RequestSchema, body: bytes, _: Headers) -> list[Violation]:
    return schema.violations(decode_json(body), len(body))


def _text(schema: RequestSchema, types: Types, body: bytes, headers: Headers) -> list[Violation]:
    values = list(meanings(decode_text(body, _content_type(headers)), types))
    return [] if any(map(schema.is_valid, values)) else schema.violations(values[0])


def _bytes(schema: RequestSchema, types: Types, body: bytes, _: Headers) -> list[Violation]:
    if types and "string" not in types:
        return []
    # One character for each byte, so that `maxLength` counts bytes.
    return schema.violations(body.decode("latin-1"))


def _content_type(headers: Headers) -> str:
    return headers.get(b"content-type", b"").decode("latin-1")
