"""What is wrong with a request, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .validators import MOST_COPIES, SchemaSet

# Its location (path, query, header, cookie or body), the JSON pointer of the value there that is
# wrong, and a message. A plain tuple, since creating one of a class takes ten times as long.
Violation = tuple[str, str, str]

# A parameter has few parts, and others that are read from the same text repeat its errors.
_MOST_PARAMETER_COPIES = 5_000


class RequestSchema:
    """The schema at a pointer of a document, for one part of a request.

    The part has a location, and a pointer there which those of its violations begin with.
    """

    __slots__ = ("_at", "_location", "_most_copies", "_pointer", "_schemas", "is_valid")

    def __init__(
        self, schemas: SchemaSet, pointer: str, location: str = "body", at: str = ""
    ) -> None:
        self._schemas, self._pointer = schemas, pointer
        self._location, self._at = location, at
        self._most_copies = MOST_COPIES if location == "body" else _MOST_PARAMETER_COPIES
        self.is_valid: Callable[[object], bool] = schemas.validator(pointer).is_valid

    def violations(self, value: object) -> list[Violation]:
        """What is wrong with a value, at a bounded cost; [] for a valid one."""
        errors = self._schemas.errors(self._pointer, value, self._most_copies)
        return [(self._location, self._at + error.instance, error.message) for error in errors]


def with_independent(known: Sequence[Violation], found: Sequence[Violation]) -> list[Violation]:
    """Known violations and those found besides, but for what follows from the known ones."""
    pointers = [pointer for _, pointer, _ in known if pointer]
    return [*known, *(violation for violation in found if not _is_within(violation[1], pointers))]


def _is_within(pointer: str, others: Sequence[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)
