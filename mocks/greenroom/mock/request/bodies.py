"""The body of a request, read and validated by each media type that an operation documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ...codec.interpretation import meanings
from ...codec.xml import parsing as xml_parsing
from ...codec.xml.reading import XmlReader
from ...contract.model import MediaType, RequestBody
from ...http.charset import decode_text
from ...http.json_decoding import decode_json
from ...http.media_type import (
    FORM,
    MULTIPART,
    best_match,
    essence,
    is_json,
    is_range,
    is_text,
    is_xml,
)
from ...schema.subschemas import Types, in_place_subschemas, shape_of, types_of
from ...schema.validators import SchemaSet
from ...schema.violation import RequestSchema, Violation, with_independent
from .body_reading import BodyReading
from .multipart import MultipartForm
from .unknown_names import PropertyNames
from .urlencoded import UrlencodedForm

JSON = "application/json"
XML = "application/xml"
TEXT = "text/plain"
BYTES = "application/octet-stream"

# Takes a body and its Content-Type, returns its violations, [] for none, and adds what is not wrong
# but unknown to the contract to a reading, with the value. Raises MalformedError.
BodyValidator = Callable[[bytes, str, BodyReading], "list[Violation]"]


def compile_validators(body: RequestBody, schemas: SchemaSet) -> Mapping[str, BodyValidator]:
    """A validator for each documented media type, by its name in lower case."""
    return {media.name.strip().lower(): _validator(media, schemas) for media in body.content}


def find(
    validators: Mapping[str, BodyValidator], content_type: str
) -> Callable[[bytes, BodyReading], list[Violation]] | None:
    """The validator for a Content-Type, by the most specific range (OpenAPI 3.1, 4.8.13.1)."""
    found = best_match(validators, content_type)
    if found is None:
        return None
    validate = validators[found]
    return lambda body, reading: validate(body, content_type, reading)


def _validator(media: MediaType, schemas: SchemaSet) -> BodyValidator:
    name = essence(media.name)
    if is_range(name):
        kinds = (JSON, XML, FORM, MULTIPART, TEXT, BYTES)
        return partial(
            _by_kind, {kind: _validator(replace(media, name=kind), schemas) for kind in kinds}
        )
    if name == FORM:
        return UrlencodedForm(media, schemas).read
    if name == MULTIPART:
        return MultipartForm(media, schemas).read
    if media.is_xml and not is_file(media, schemas.document):
        return _xml_validator(media, schemas)
    if media.schema is None:
        return _json if media.is_json else _anything
    schema = RequestSchema(schemas, media.schema)
    if media.is_json:
        return partial(_json_by_schema, schema, PropertyNames(schemas, media.schema))
    described = shape_of(schemas.document, (media.schema,))
    # Arrays and objects in other formats are not read.
    if "primitive" not in described.shapes:
        return _anything
    read = _text if is_text(name) else _bytes
    return partial(read, schema, described.types)


def is_file(media: MediaType, document: Mapping[str, Any]) -> bool:
    """Whether a body is bytes, whatever its media type (4.4.2, `format: binary` of OpenAPI 3.0)."""
    found = in_place_subschemas(document, media.schema) if media.schema is not None else ()
    return any(schema.get("format") == "binary" for schema, _ in found)


def _by_kind(
    validators: Mapping[str, BodyValidator],
    body: bytes,
    content_type: str,
    reading: BodyReading,
) -> list[Violation]:
    """Validate the body of a media type that only a documented range covers."""
    name = essence(content_type)
    kind = TEXT if is_text(name) else name
    if is_json(name) or is_xml(name):
        kind = JSON if is_json(name) else XML
    return validators.get(kind, validators[BYTES])(body, content_type, reading)


def _anything(_: bytes, __: str, ___: BodyReading) -> list[Violation]:
    return []


def _json(body: bytes, _: str, reading: BodyReading) -> list[Violation]:
    reading.body_value = decode_json(body)
    return []


def _json_by_schema(
    schema: RequestSchema, names: PropertyNames, body: bytes, _: str, reading: BodyReading
) -> list[Violation]:
    value = reading.body_value = decode_json(body)
    if not names.are_known(value):
        reading.unknown += names.unknown(value, len(body))
    return schema.violations(value, len(body))


def _text(
    schema: RequestSchema, types: Types, body: bytes, content_type: str, _: BodyReading
) -> list[Violation]:
    values = list(meanings(decode_text(body, content_type), types))
    return [] if any(map(schema.is_valid, values)) else schema.violations(values[0])


def _bytes(
    schema: RequestSchema, types: Types, body: bytes, _: str, __: BodyReading
) -> list[Violation]:
    if types and "string" not in types:
        return []
    # One character for each byte, so that `maxLength` counts bytes.
    return schema.violations(body.decode("latin-1"))


def _xml_validator(media: MediaType, schemas: SchemaSet) -> BodyValidator:
    """The validator of XML (4.8.26); violations point into the value that a document represents."""
    described = media.schema
    if described is None:
        return _xml
    reader, schema = XmlReader(schemas), RequestSchema(schemas, described)
    is_text = "string" in types_of(schemas.document, described)

    names = PropertyNames(schemas, described)

    def validate(body: bytes, content_type: str, read: BodyReading) -> list[Violation]:
        reading = reader.document(xml_parsing.parse(body, content_type), (described,))
        read.body_value = reading.value
        read.unknown += names.unknown(reading.value, len(body))
        known = [("body", pointer, message) for pointer, message in reading.misplaced]
        if schema.is_valid(reading.value):
            return known
        # Where the schema allows a string, it may mean the XML text itself.
        if is_text and schema.is_valid(decode_text(body, content_type)):
            return []
        return with_independent(known, schema.violations(reading.value))

    return validate


def _xml(body: bytes, content_type: str, _: BodyReading) -> list[Violation]:
    xml_parsing.parse(body, content_type)
    return []
