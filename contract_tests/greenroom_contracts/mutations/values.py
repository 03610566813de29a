"""Values for mutants: of a wrong type or format, and outside a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

WRONG_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("31.01.2026", "2026-02-30"),
    "date-time": ("yesterday", "2026-01-31", "2026-01-31T09:00:00"),
    "email": ("nobody",),
    "uri": ("not a uri", "/relative"),
    "uuid": ("not-a-uuid", "123e4567-e89b-12d3-a456-42661417400"),
}
RIGHT_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date": ("2024-02-29",),
    "date-time": ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00.123+02:00"),
    "email": ("first.last+tag@mail.example.com",),
    "uri": ("https://example.com:8443/a/b?c=d&e=%20#f",),
    "uuid": ("123E4567-E89B-12D3-A456-426614174000",),
}
# Values that are easily mistaken for values of a type.
MISTAKEN: Mapping[str, tuple[Any, ...]] = {
    "string": (12,),
    "integer": ("12", 1.5, True),
    "number": ("1.5", True),
    "boolean": ("true", 1),
    "array": ({},),
    "object": ([],),
    "null": (),
}
ANYTHING: tuple[Any, ...] = (12, "no such value", [], {}, True)
TEXTS = ("", "?", "no such value", "0", "http://example.com/", "+0", "A" * 64)


def strangers(known: Sequence[Any]) -> list[Any]:
    """Values that probably differ from all known ones, first one of their type."""
    first = known[0] if known else None
    if isinstance(first, bool):
        return [not first, *ANYTHING]
    if isinstance(first, int | float):
        return [max(n for n in known if isinstance(n, int | float)) + 1, *ANYTHING]
    return ["no such value", *ANYTHING] if isinstance(first, str) else list(ANYTHING)
