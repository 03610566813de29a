"""Bodies of the media type multipart/form-data (OpenAPI 3.1, 4.8.15.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...codec.bodies.form_properties import FieldSchema, Property
from ...codec.parameters.parsing import Pairs
from ...codec.xml.parsing import Allowance
from ...contract.model import MediaType
from ...http.charset import decode_text
from ...http.json_decoding import LimitError, MalformedError, count_values, decode_json
from ...http.media_type import covers, essence, is_json, is_xml
from ...http.multipart import Part, split
from ...schema import json_pointer as ptr
from ...schema.validators import SchemaSet
from ...schema.violation import Violation
from .body_reading import BodyReading
from .forms import Form
from .parameters import Sources, compile_validator

# A form is validated once for each combination of values that its fields may stand for.
_MOST_VALUES = 100_000
_JSON = re.compile(rb"\s*+[\[{]")
_STRUCTURES = frozenset(("array", "object"))


class MultipartForm(Form[Part]):
    """A form whose fields are parts, each with its own header fields and media type."""

    def __init__(self, media: MediaType, schemas: SchemaSet) -> None:
        super().__init__(media, schemas)
        self._headers = {
            name: [compile_validator(header, schemas) for header in about.encoding.headers]
            for name, about in self.documented.items()
        }

    def read(self, body: bytes, content_type: str, reading: BodyReading) -> list[Violation]:
        """The violations of a body of a Content-Type. Raises MalformedError."""
        parts = split(body, content_type)
        if sum(count_values(part.content) for part in parts if _may_be_json(part)) > _MOST_VALUES:
            raise LimitError(f"more than {_MOST_VALUES} values of JSON in a form")
        named = [(part.name, part) for part in parts]
        for part in parts:
            about = self.documented.get(part.name)
            if about and about.encoding.content_types and _is_any_file(about, part):
                listed = ", ".join(about.encoding.content_types)
                message = f"is {part.kind}, which does not say what it is; documented: {listed}"
                reading.unknown.append(("body", ptr.join("", part.name), message))
        return self.violations(named, _pairs(parts) if self.has_styles else (), reading)

    def text(self, field: Part) -> str:
        """The content with one character for each byte, so that `maxLength` counts bytes."""
        return field.content.decode("latin-1")

    def field_violations(self, name: str, fields: Sequence[Part]) -> Iterator[Violation]:
        """The violations of the header fields of parts (OpenAPI 3.1, 4.8.15.1.1)."""
        for part in fields:
            sources = Sources({}, (), part.headers, ())
            for validate in self._headers.get(name, ()):
                for _, header, message in validate(sources) if validate else ():
                    yield ("body", ptr.join("", name), f"has the header {header[1:]}: {message}")

    def typed(self, about: Property, fields: Sequence[Part]) -> Sequence[Part]:
        """The parts of a property with their media types. Raises MalformedError for others.

        A part without Content-Type is JSON or XML where that is documented and text is not: it is
        text by the standard (RFC 7578 section 4.4), but many clients leave the field out.
        """
        documented = [essence(kind) for kind in about.encoding.content_types]
        if "text/plain" not in documented and "text/*" not in documented:
            default = next((kind for kind in documented if is_json(kind) or is_xml(kind)), None)
            fields = [
                p if p.content_type or not default else replace(p, kind=default) for p in fields
            ]
        for part in fields if documented else ():
            if not _is_any_file(about, part) and not any(
                covers(name, part.kind) for name in documented
            ):
                reason = "" if part.content_type else ", since it has no Content-Type"
                wanted = "" if len(documented) == 1 else "one of "
                listed = f"{wanted}{', '.join(about.encoding.content_types)}"
                raise MalformedError(f"is {part.kind}{reason}; documented: {listed}")
        return fields

    def interpretations(
        self, about: Property, field: Part, schema: FieldSchema, left: Allowance
    ) -> list[Any]:
        """The values that a part may stand for, by its media type. Raises MalformedError."""
        if is_json(field.kind) and (not schema.is_binary or about.written):
            return [decode_json(field.content)]
        if is_xml(field.kind) and (schema.types & _STRUCTURES or about.written):
            return [self.decode_xml(about, field.content, left, field.content_type)]
        if schema.is_binary:
            return [self.text(field)]
        return list(schema.meanings(decode_text(field.content, field.content_type)))


def _is_any_file(about: Property, part: Part) -> bool:
    """Whether a client did not know the type of a file, and said so (RFC 2046 section 4.5.1)."""
    is_file = about.own.is_binary or about.items.is_binary
    return is_file and bool(part.content_type) and part.kind == "application/octet-stream"


def _may_be_json(part: Part) -> bool:
    return is_json(part.kind) or bool(not part.content_type and _JSON.match(part.content))


def _pairs(parts: Sequence[Part]) -> Pairs:
    """Parts as the fields of a query, for the styles that describe those (4.8.15.1.2)."""
    texts = (part.content.decode("utf-8", "replace") for part in parts)
    # Everything else that is encoded in a query reads the same without.
    quoted = (text.replace("%", "%25") for text in texts)
    return [(part.name, text) for part, text in zip(parts, quoted, strict=True)]
