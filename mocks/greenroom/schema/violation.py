"""What is wrong with a request, one thing at a time."""

from __future__ import annotations

from collections.abc import Sequence

# Its location (path, query, header, cookie or body), the JSON pointer at which that is wrong, and a
# message. No class of its own: every refused request makes one, which would take ten times as long.
Violation = tuple[str, str, str]


def beyond(told: Sequence[Violation], found: Sequence[Violation]) -> list[Violation]:
    """What is told already, and what else was found, but for what follows from that."""
    known = [pointer for _, pointer, _ in told if pointer]
    return [*told, *(violation for violation in found if not _is_within(violation[1], known))]


def _is_within(pointer: str, others: Sequence[str]) -> bool:
    return any(pointer == other or pointer.startswith(f"{other}/") for other in others)
