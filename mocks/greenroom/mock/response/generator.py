"""Generating bodies and header values from schemas, where a contract has no examples."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ...codec.bodies.serializing import EVENTS, body_bytes
from ...codec.xml.serializing import to_xml
from ...contract.model import MediaType
from ...contract.read_write_only import for_responses
from ...http.media_type import essence, top_level_type
from ...schema.generation.choices import Choices
from ...schema.generation.sampler import Sampler, UnsatisfiedError
from ...schema.subschemas import in_place_subschemas, types_of
from ...schema.validators import SchemaSet

Seed = int | str | None

# The smallest files of types that programs open.
FILES = {
    "image/png": b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJg"
        "gg=="
    ),
    "image/gif": b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
    "image/svg+xml": b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    "application/pdf": (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 3 3]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    ),
    "application/zip": b"PK\x05\x06" + bytes(18),
}


class ResponseGenerator:
    """Generates bodies and header values for the responses of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def schemas(self) -> SchemaSet:
        """The schemas of responses."""
        return SchemaSet(for_responses(self.document))

    @cached_property
    def _sampler(self) -> Sampler:
        return Sampler(self.schemas)

    def accepts(self, pointer: str, value: Any) -> bool:
        """Whether the schema at a pointer accepts a value in a response."""
        return bool(self.schemas.validator(pointer).is_valid(value))

    def describes(self, media: MediaType) -> bool:
        """Whether a schema constrains a body."""
        return media.schema is not None and not self._sampler.is_unconstrained(media.schema)

    def body(self, media: MediaType, seed: Seed = None) -> bytes:
        """A body that its schema accepts. Raises UnsatisfiedError where none is found."""
        value = self._value(media, seed)
        if isinstance(value, str):
            if (file := FILES.get(essence(media.name))) is not None:
                return file
            # Any other media type takes a text as it is; these two have their own syntax.
            if media.is_xml:
                return to_xml(self.document, media.schema, value).encode()
            if media.name == EVENTS:
                return f"data: {value}\n\n".encode()
        return body_bytes(value, media, self.document)

    def header(self, pointer: str, seed: Seed, required: bool) -> Any:
        """A value for the schema of a header, None where none is found, or none is drawn."""
        if (
            not required
            and not Choices(None if seed is None else f"{seed}{pointer}").keep_optional()
        ):
            return None
        try:
            return self._sampler.value(pointer, seed)
        except UnsatisfiedError:
            return None

    def stands_for(self, media: MediaType) -> Any:
        """An empty value of the type of a body: bytes or a text if it can only be one.

        It is None where the body may be anything, else an object.
        """
        if media.schema is None or not self.describes(media):
            return None
        if types_of(self.document, media.schema) != {"string"}:
            return {}
        found = in_place_subschemas(self.document, media.schema)
        return b"" if any(schema.get("format") == "binary" for schema, _ in found) else ""

    def _value(self, media: MediaType, seed: Seed) -> Any:
        if media.schema is None or not self.describes(media):
            if top_level_type(media.name) == "multipart":
                return {"text": "text"}
            return {} if media.is_json or media.is_xml else "text"
        return self._sampler.value(media.schema, seed)
