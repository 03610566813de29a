"""What is wrong with a request, one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Violation(NamedTuple):
    """One thing wrong with a request: `location` is path, query, header, cookie or body."""

    location: str
    pointer: str
    message: str


def beyond(told: Sequence[Violation], found: Sequence[Violation]) -> list[Violation]:
    """What is told already, and what else was found, but for what follows from that."""
    known = [violation.pointer for violation in told if violation.pointer]
    return [*told, *(v for v in found if not _is_within(v.pointer, known))]


def _is_within(pointer: str, others: Sequence[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)
