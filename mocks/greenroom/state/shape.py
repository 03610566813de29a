"""What the schema of a resource says about the places of its records."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.subschemas import Pointers, in_place_subschemas, shape_of
from ..schema.validators import SchemaSet
from .merging import with_value, without


class Shape:
    """The places of records whose schema is at a pointer of a document; None allows anything."""

    def __init__(self, schemas: SchemaSet, schema: str | None) -> None:
        self._schemas = schemas
        self._root: Pointers = () if schema is None else (schema,)
        self._shape_of = cache(partial(shape_of, schemas.document))
        self.schemas_at = cache(self._schemas_at)
        self.takes_null = cache(self._takes_null)

    @property
    def names(self) -> frozenset[str]:
        """The names of the properties."""
        return frozenset(self._shape_of(self._root).properties)

    def without(self, value: Any, pointer: str) -> Any:
        """A value as it is without what a client would have sent at a pointer.

        It has the default there, or lacks the place where that is optional; else it has null there
        if that is allowed, or what it had.
        """
        for schema, _ in self._defaults(pointer):
            return with_value(value, pointer, schema["default"])
        above, _, name = pointer.rpartition("/")
        required = self._shape_of(self.schemas_at(above)).required
        if ptr.split(f"/{name}")[0] not in required:
            return without(value, pointer)
        return with_value(value, pointer, None) if self.takes_null(pointer) else value

    def _defaults(self, pointer: str) -> list[tuple[dict[str, Any], str]]:
        return [
            found
            for schema in self.schemas_at(pointer)
            for found in in_place_subschemas(self._schemas.document, schema)
            if "default" in found[0]
        ]

    def _schemas_at(self, pointer: str) -> Pointers:
        found = self._root
        for token in ptr.split(pointer):
            shape = self._shape_of(found)
            is_item = token.isdecimal() and shape.is_array and not shape.names(token)
            found = shape.of_item(int(token)) if is_item else shape.of_property(token)
        return found

    def _takes_null(self, pointer: str) -> bool:
        schemas = self.schemas_at(pointer)
        return all(self._schemas.validator(schema).is_valid(None) for schema in schemas)
