"""Valid values for the schemas of one document."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ...errors import GreenroomError
from .. import json_pointer as ptr
from ..validators import SchemaSet
from .choices import Choices
from .constraint_reader import ConstraintReader
from .containers import ExhaustedError
from .context import Context, NoValueError
from .generator import Generator

# At most this many parts are generated in search of one value.
_MOST = 25_000


class UnsatisfiedError(GreenroomError):
    """No valid value was found for the schema at `pointer`; `why` is the reason."""

    def __init__(self, pointer: str, why: str) -> None:
        self.pointer = pointer
        self.why = why
        super().__init__(f"no value was found for the schema at {pointer or '/'}: {why}")


class Sampler:
    """Generates valid values for the schemas of a document.

    Optional properties with the mark `left_out` are left out: `writeOnly` in responses, `readOnly`
    in requests. `full` adds optional parts, unless they are endless.
    """

    def __init__(self, schemas: SchemaSet, left_out: str = "writeOnly", full: bool = True) -> None:
        self._schemas = schemas
        self._reader = ConstraintReader(schemas.document)
        self._left_out = left_out
        self._full = full
        self._unsatisfied: dict[str, str] = {}

    @cached_property
    def _has_marks(self) -> bool:
        return any(n.get(self._left_out) is True for n in ptr.objects(self._schemas.document))

    def is_unconstrained(self, pointer: str) -> bool:
        """Whether the schema at a pointer constrains nothing."""
        return self._reader.constraints((pointer,)).is_unconstrained

    def value(self, pointer: str, seed: int | str | None = None) -> Any:
        """A value for the schema at a pointer, random by a seed. Raises UnsatisfiedError."""
        if pointer in self._unsatisfied:
            raise UnsatisfiedError(pointer, self._unsatisfied[pointer])
        try:
            return self._found(pointer, seed)
        except UnsatisfiedError as error:
            # A search that fails takes longest, and no seed changes its result.
            self._unsatisfied[pointer] = error.why
            raise

    def _found(self, pointer: str, seed: int | str | None) -> Any:
        try:
            is_valid = self._schemas.validator(pointer).is_valid
        except ValueError as error:
            raise UnsatisfiedError(pointer, "it cannot be compiled") from error
        reason, left = "its constraints were not met", _MOST
        for context in Context(self._full, Choices(seed)).attempts():
            generator = Generator(self._reader, self._schemas, self._left_out, left)
            try:
                value = generator.value((pointer,), context)
            except ExhaustedError:
                reason = f"it requires more than {_MOST} parts"
                break
            except NoValueError as error:
                if error.pointer not in ("", pointer):
                    reason = f"the constraints of {error.pointer} were not met"
            else:
                if self._has_marks:
                    shown = generator.shown((pointer,), value)
                    value = shown if is_valid(shown) else value
                if is_valid(value):
                    return value
            left -= generator.count
        raise UnsatisfiedError(pointer, reason)
