"""What schemas say about the places of records, and of what clients send."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.subschemas import Pointers, in_place_subschemas, shape_of
from ..schema.validators import SchemaSet
from .merging import with_value, without


class Shape:
    """The places of values that some schemas of a document describe together."""

    def __init__(self, schemas: SchemaSet, root: Pointers) -> None:
        self._schemas = schemas
        self._root = root
        self._shape_of = cache(partial(shape_of, schemas.document))
        self.schemas_at = cache(self._schemas_at)
        self.takes_null = cache(self._takes_null)

    @property
    def names(self) -> frozenset[str]:
        """The names of the properties."""
        return frozenset(self._shape_of(self._root).properties)

    def below(self, pointer: str, of_items: bool) -> Shape:
        """The shape of what is at a pointer, or of the items of the array there."""
        found = self.schemas_at(pointer)
        return Shape(self._schemas, self._shape_of(found).of_item(0) if of_items else found)

    def without(self, value: Any, pointer: str, sent: Shape | None = None) -> Any:
        """A value as it is without what a client would have sent at a pointer.

        It has the default there, also that of what is `sent`, or lacks the place where that is
        optional; else it has null there if that is allowed, or what it had.
        """
        for shape in (sent, self):
            for schema in shape._defaults(pointer) if shape is not None else ():
                return with_value(value, pointer, schema["default"])
        above, _, name = pointer.rpartition("/")
        required = self._shape_of(self.schemas_at(above)).required
        if ptr.split(f"/{name}")[0] not in required:
            return without(value, pointer)
        return with_value(value, pointer, None) if self.takes_null(pointer) else value

    def _defaults(self, pointer: str) -> Iterator[dict[str, Any]]:
        for schema in self.schemas_at(pointer):
            found = (s for s, _ in in_place_subschemas(self._schemas.document, schema))
            yield from (each for each in found if "default" in each)

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
