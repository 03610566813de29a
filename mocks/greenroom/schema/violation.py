"""The violations of a request against its contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sys import maxsize

from . import json_pointer as ptr
from .validators import MOST_COPIES, TOO_LARGE, SchemaSet

# The location (path, query, header, cookie or body), the JSON pointer of the wrong value there, and
# a message. A plain tuple, since an instance of a class takes ten times as long to create.
Violation = tuple[str, str, str]

# A parameter has few parts, and its errors may be repeated by others that read the same text.
_MOST_PARAMETER_COPIES = 2_500
# JSON of this size costs little unless alternatives repeat; counting takes a fifth of a refusal.
_SMALL = 1_000


class RequestSchema:
    """The schema at a pointer of a document, for one part of a request.

    Its violations have its `location`, and pointers that begin with `at`, its own pointer there.
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
        # Looked up when the first value is not valid.
        self._small: int | None = None

    def violations(self, value: object, size: int = maxsize) -> list[Violation]:
        """The violations of a value, found at a bounded cost; [] for a valid one.

        `size` is the length in bytes of the JSON text that the value was read from, if any.
        """
        if self.is_valid(value):
            return []
        location, at = self._location, self._at
        if self._small is None:
            repeats = self._schemas.branching(self._pointer).repeated > 1
            self._small = 0 if repeats else _SMALL
        if size <= self._small:
            errors = self._iter_errors(value)
        else:
            errors = self._schemas.bounded_errors(self._pointer, value, self._most_copies)
        if errors is None:
            return [(location, at, TOO_LARGE)]
        said = self._schemas.message
        return [(location, ptr.join(at, *e.instance_path), said(e)) for e in errors]


def with_independent(known: Sequence[Violation], found: Sequence[Violation]) -> list[Violation]:
    """Known violations, then found ones, except those at or below the place of a known one."""
    pointers = [pointer for _, pointer, _ in known if pointer]
    return [*known, *(violation for violation in found if not _is_within(violation[1], pointers))]


def _is_within(pointer: str, others: Sequence[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)
