"""What schemas say about the places of records, and of what clients send."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cache, partial
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.generation.sampler import Sampler, UnsatisfiedError
from ..schema.subschemas import Pointers, in_place_subschemas, shape_of
from ..schema.validators import SchemaSet
from . import merging


class Shape:
    """The places of values that some schemas of a document describe together."""

    def __init__(self, schemas: SchemaSet, root: Pointers) -> None:
        self._schemas = schemas
        self._root = root
        self._shape_of = cache(partial(shape_of, schemas.document))
        self.schemas_at = merging.remembered(self._schemas_at)
        self.checks = merging.remembered(
            lambda at: [schemas.validator(schema).is_valid for schema in self.schemas_at(at)]
        )
        self.takes_null = merging.remembered(self._takes_null)
        self.defaults = merging.remembered(self._defaults)
        self.is_required = merging.remembered(self._is_required)

    @property
    def names(self) -> frozenset[str]:
        """The names of the properties."""
        return frozenset(self._shape_of(self._root).properties)

    def below(self, pointer: str, of_items: bool) -> Shape:
        """The shape of what is at a pointer, or of the items of the array there."""
        found = self.schemas_at(pointer)
        return Shape(self._schemas, self._shape_of(found).of_item(0) if of_items else found)

    def sample(self, full: bool = True) -> Any:
        """A value that its first schema allows; None without one. `full` has optional parts."""
        if not self._root:
            return None
        with suppress(UnsatisfiedError):
            return Sampler(self._schemas, full=full).value(self._root[0])
        return None

    def forget(self, value: Any, pointer: str, sent: Shape | None = None) -> None:
        """Take out of a value, in place, what a client would have sent at a pointer.

        The default is there instead, also that of what is `sent`. Without one an optional place is
        removed; any other has null if that is allowed, else it stays.
        """
        defaults = self.defaults(pointer) if sent is None else sent.defaults(pointer)
        for default in (*defaults, *self.defaults(pointer)):
            merging.put(value, pointer, default)
            return
        if not self.is_required(pointer):
            merging.remove(value, pointer)
        elif self.takes_null(pointer):
            merging.put(value, pointer, None)

    def accepts(self, pointer: str, value: Any) -> bool:
        """Whether a schema of a place, if there is one, accepts a value."""
        schemas = self.schemas_at(pointer)
        return not schemas or any(self._schemas.validator(s).is_valid(value) for s in schemas)

    def errors(self, pointer: str, value: Any) -> list[tuple[str, str]]:
        """Where and why a value is not what may be at a pointer.

        A record has null for what only some of its representations show.
        """
        if value is None or all(is_valid(value) for is_valid in self.checks(pointer)):
            return []
        schemas = self.schemas_at(pointer)
        found = (error for schema in schemas for error in self._schemas.errors(schema, value))
        return [(pointer + error.instance, error.message) for error in found]

    def errors_of_record(self, value: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Where and why the properties of a record are not what may be there."""
        pairs = ((ptr.step("", name), each) for name, each in value.items())
        return [error for pointer, each in pairs for error in self.errors(pointer, each)]

    def _defaults(self, pointer: str) -> tuple[Any, ...]:
        document = self._schemas.document
        found = [s for at in self.schemas_at(pointer) for s, _ in in_place_subschemas(document, at)]
        return tuple(schema["default"] for schema in found if "default" in schema)

    def _is_required(self, pointer: str) -> bool:
        above, _, name = pointer.rpartition("/")
        return name in self._shape_of(self.schemas_at(above)).required

    def _schemas_at(self, pointer: str) -> Pointers:
        found = self._root
        for token in merging.tokens(pointer):
            shape = self._shape_of(found)
            is_item = token.isdecimal() and shape.is_array and not shape.names(token)
            found = shape.of_item(int(token)) if is_item else shape.of_property(token)
        return found

    def _takes_null(self, pointer: str) -> bool:
        schemas = self.schemas_at(pointer)
        return all(self._schemas.validator(schema).is_valid(None) for schema in schemas)
