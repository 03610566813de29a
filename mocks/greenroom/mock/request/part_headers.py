"""The header fields of the parts of a multipart body (OpenAPI 3.1, 4.8.15.1.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...codec.bodies.form_properties import Property
from ...http.multipart import Part
from ...schema.validators import SchemaSet
from ...schema.violation import Violation
from .parameters import Reader, Sources, compile_reader


class PartHeaders:
    """The documented header fields of the parts of a form, by property."""

    def __init__(self, properties: Mapping[str, Property], schemas: SchemaSet) -> None:
        self._readers: dict[str, list[Reader]] = {}
        for name, about in properties.items():
            readers = (compile_reader(header, schemas) for header in about.encoding.headers)
            self._readers[name] = [reader for reader in readers if reader is not None]

    def messages(self, part: Part) -> Iterator[str]:
        """What is wrong with the header fields of a part."""
        readers = self._readers.get(part.name)
        if readers:
            sources = Sources({}, (), part.headers, ())
            for read in readers:
                yield from map(_message, read(sources))


def _message(violation: Violation) -> str:
    _, pointer, message = violation
    return f"has the header {pointer[1:]}: {message}"
