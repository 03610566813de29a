"""Generating bodies and header values from schemas, where a contract has no examples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ...codec.bodies.serializing import EVENTS, body_bytes
from ...codec.xml.serializing import to_xml
from ...contract.model import MediaType
from ...contract.read_write_only import for_responses
from ...schema.generation.sampler import Sampler, UnsatisfiedError
from ...schema.subschemas import types_of
from ...schema.validators import SchemaSet

Seed = int | str | None


class ResponseGenerator:
    """Generates bodies and header values for the responses of one document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def _sampler(self) -> Sampler:
        return Sampler(SchemaSet(for_responses(self.document)))

    def describes(self, media: MediaType) -> bool:
        """Whether a schema constrains a body."""
        return media.schema is not None and not self._sampler.is_unconstrained(media.schema)

    def body(self, media: MediaType, seed: Seed = None) -> bytes:
        """A body that its schema accepts. Raises UnsatisfiedError where none is found."""
        value = self._value(media, seed)
        if isinstance(value, str):
            # Any other media type takes a text as it is; these two have their own syntax.
            if media.is_xml:
                return to_xml(self.document, media.schema, value).encode()
            if media.name == EVENTS:
                return f"data: {value}\n\n".encode()
        return body_bytes(value, media, self.document)

    def header(self, pointer: str, seed: Seed = None) -> Any:
        """A value for the schema of a header, None where none is found."""
        try:
            return self._sampler.value(pointer, seed)
        except UnsatisfiedError:
            return None

    def stands_for(self, media: MediaType) -> Any:
        """An empty value of the type of a body: a text if it can only be one, else an object."""
        is_text = media.schema is not None and types_of(self.document, media.schema) == {"string"}
        return "" if is_text else {}

    def _value(self, media: MediaType, seed: Seed) -> Any:
        if media.schema is None or not self.describes(media):
            return {} if media.is_json or media.is_xml or "*" in media.name else "text"
        return self._sampler.value(media.schema, seed)
