"""What is wrong with a request, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sys import maxsize

from . import json_pointer as ptr
from .validators import MOST_COPIES, TOO_LARGE, SchemaSet

# Its location (path, query, header, cookie or body), the JSON pointer of the value there that is
# wrong, and a message. A plain tuple, since creating one of a class takes ten times as long.
Violation = tuple[str, str, str]

# A parameter has few parts, and others that are read from the same text repeat its errors.
_MOST_PARAMETER_COPIES = 2_500
# JSON of so many bytes costs little however it is nested. Counting takes a fifth of a refusal.
_SMALL = 1_000


class RequestSchema:
    """The schema at a pointer of a document, for one part of a request.

    The part has a location, and a pointer there which those of its violations begin with.
    """

    def __init__(
        self, schemas: SchemaSet, pointer: str, location: str = "body", at: str = ""
    ) -> None:
        self._schemas, self._pointer = schemas, pointer
        self._location, self._at = location, at
        self._most_copies = MOST_COPIES if location == "body" else _MOST_PARAMETER_COPIES
        validator = schemas.validator(pointer)
        self.is_valid: Callable[[object], bool] = validator.is_valid
        self._iter_errors = validator.iter_errors

    def violations(self, value: object, size: int = maxsize) -> list[Violation]:
        """What is wrong with a value, at a bounded cost; [] for a valid one.

        `size` is the length of the JSON text that it was read from, in bytes, if it was one.
        """
        if self.is_valid(value):
            return []
        location, at = self._location, self._at
        if size <= _SMALL:
            errors = self._iter_errors(value)
        else:
            errors = self._schemas.bounded_errors(self._pointer, value, self._most_copies)
        if errors is None:
            return [(location, at, TOO_LARGE)]
        return [(location, ptr.join(at, *e.instance_path), e.message) for e in errors]


def with_independent(known: Sequence[Violation], found: Sequence[Violation]) -> list[Violation]:
    """Known violations and those found besides, but for what follows from the known ones."""
    pointers = [pointer for _, pointer, _ in known if pointer]
    return [*known, *(violation for violation in found if not _is_within(violation[1], pointers))]


def _is_within(pointer: str, others: Sequence[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)
