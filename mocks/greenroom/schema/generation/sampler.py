"""Values for the schemas of one document: valid, or known not to be found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import GreenroomError
from ..validators import SchemaSet
from .choices import Choices
from .constraint_reader import Reader
from .context import Context, UnmadeError
from .generator import RESPONSE, ExhaustedError, Generator

# Parts that are made in search of one value.
_MOST = 25_000


class UnsatisfiedError(GreenroomError):
    """No value was found that the schema at `pointer` accepts, and `why`."""

    def __init__(self, pointer: str, why: str) -> None:
        self.pointer = pointer
        self.why = why
        super().__init__(f"no value was found for the schema at {pointer or '/'}: {why}")


class Sampler:
    """Makes values for the schemas of a document, each valid by its schema.

    `full` asks for what is optional too, as far as it is not endless.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        schemas: SchemaSet | None = None,
        direction: str = RESPONSE,
        full: bool = True,
    ) -> None:
        self._schemas = schemas or SchemaSet(document)
        self._reader = Reader(document)
        self._direction = direction
        self._full = full
        self._hopeless: dict[str, str] = {}

    def is_silent(self, pointer: str) -> bool:
        """Whether the schema at a pointer says nothing of its values."""
        return self._reader.facts((pointer,)).silent

    def value(self, pointer: str, seed: int | str | None = None) -> Any:
        """A value for the schema at a pointer, by a seed one of many. Raises UnsatisfiedError."""
        if pointer in self._hopeless:
            raise UnsatisfiedError(pointer, self._hopeless[pointer])
        try:
            return self._found(pointer, seed)
        except UnsatisfiedError as error:
            # A search in vain takes longest of all, and goes the usual ways with every seed.
            self._hopeless[pointer] = error.why
            raise

    def _found(self, pointer: str, seed: int | str | None) -> Any:
        try:
            is_valid = self._schemas.validator(pointer).is_valid
        except ValueError as error:
            raise UnsatisfiedError(pointer, "it is no schema that can be compiled") from error
        why, left = "what it asks for was not met", _MOST
        for way in Context(self._full, Choices(seed)).others():
            generator = Generator(self._reader, self._schemas, self._direction, left)
            try:
                value = generator.value((pointer,), way)
            except ExhaustedError:
                why = f"it asks for more than {_MOST} parts"
                break
            except UnmadeError as error:
                if error.pointer not in ("", pointer):
                    why = f"what {error.pointer} asks for was not met"
            else:
                if is_valid(value):
                    return value
            left -= generator.count
        raise UnsatisfiedError(pointer, why)
