"""What is wrong with a value from a client, told at a bounded cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .fast_errors.finders import Finder, told
from .fast_errors.locator import IntricateError, Locator
from .validators import SchemaSet
from .violation import Violation

# jsonschema-rs gathers all errors of a value before it gives the first, each with a copy of what
# is wrong: minutes and gigabytes for a body of a few megabytes that is wrong everywhere.
MOST_PARTS = 10_000
# A field of a form takes longer, since it can mean several things; web frameworks take as many.
MOST_FIELDS = 1_000
# Parameters have few parts, and each that is wrong would be told again by what is read beside it.
_MOST_OF_PARAMETERS = 1_000
# Quoting a value of megabytes takes seconds, and nobody is shown so much of it.
_QUOTED = 100_000
_MASK = "the value"


class Judge:
    """A schema that says of values whether they are valid, and what is wrong where they are not.

    They stand at a pointer `where` in their location.
    """

    __slots__ = ("_find", "_location", "_most", "_schema", "_schemas", "_where", "is_valid")

    def __init__(
        self, schemas: SchemaSet, schema: str, location: str = "body", where: str = ""
    ) -> None:
        self._schemas, self._schema = schemas, schema
        self._location, self._where = location, where
        self._most = MOST_PARTS if location == "body" else _MOST_OF_PARAMETERS
        self._find: Finder = self._first
        self.is_valid: Callable[[object], bool] = schemas.validator(schema).is_valid

    def violations(self, value: Any, parts: int, size: int) -> list[Violation]:
        """The violations of a value that is not valid; it has no more parts than bytes."""
        if size > _MOST_OF_PARAMETERS:
            if parts > self._most:
                message = "breaks its schema; too large to say where"
                return [(self._location, self._where, message)]
            if size > _QUOTED:
                return self._told(value, _MASK)
        found: list[Violation] = []
        try:
            self._find(value, self._location, self._where, found)
        except IntricateError:
            self._find, found = told(self._schemas.validator(self._schema)), []
        except RecursionError:
            found = []
        # Should the two ever differ, what is invalid stays so.
        return found or self._told(value)

    def _first(self, value: Any, location: str, where: str, found: list[Violation]) -> None:
        self._find = Locator(self._schemas).finder(self._schema)
        self._find(value, location, where, found)

    def _told(self, value: Any, mask: str | None = None) -> list[Violation]:
        found: list[Violation] = []
        told(self._schemas.validator(self._schema, mask))(value, self._location, self._where, found)
        return found
