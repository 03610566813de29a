"""XML bodies, parts of forms and parameters (OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

from collections.abc import Callable

from ...codec.xml import parsing
from ...codec.xml.reading import Reading, XmlReader
from ...contract.model import MediaType
from ...http.charset import decode_text
from ...schema.subschemas import types_of
from ...schema.validators import SchemaSet
from ...schema.violation import RequestSchema, Violation, with_independent


def compile_reader(media: MediaType, schemas: SchemaSet) -> Callable[[bytes, str], list[Violation]]:
    """A function that validates a document, given its Content-Type. It raises MalformedError.

    Violations point into the value that the document represents.
    """
    schema = media.schema
    if schema is None:
        return _well_formed
    reader = XmlReader(schemas)
    validator = RequestSchema(schemas, schema)
    is_text = "string" in types_of(schemas.document, schema)

    def read(body: bytes, content_type: str) -> list[Violation]:
        root = parsing.parse(body, content_type)
        reading = reader.document(root, (schema,))
        known = [("body", pointer, message) for pointer, message in reading.misplaced]
        if validator.is_valid(reading.value):
            return known
        # Where the schema allows a string, that may be the XML text itself.
        if is_text and validator.is_valid(decode_text(body, content_type)):
            return []
        return with_independent(known, validator.violations(reading.value))

    return read


def compile_text_reader(media: MediaType, schemas: SchemaSet) -> Callable[[str], Reading]:
    """A function that reads a document that is text. It raises MalformedError."""
    reader = XmlReader(schemas)
    pointers = () if media.schema is None else (media.schema,)
    return lambda text: reader.document(parsing.parse(text), pointers)


def _well_formed(body: bytes, content_type: str) -> list[Violation]:
    parsing.parse(body, content_type)
    return []
