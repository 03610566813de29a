"""Choosing a media type by the `Accept` header (RFC 9110 section 12.5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache


def choose(accept: str | None, offered: Sequence[str]) -> int | None:
    """The index of the best offer, the first among equals; None where nothing is acceptable."""
    if accept is None or not accept.strip() or accept.strip() == "*/*":
        return 0 if offered else None
    ranges = _ranges(accept)
    best, best_quality = None, 0.0
    for i, name in enumerate(offered):
        quality = _quality(name.partition(";")[0].strip().lower(), ranges)
        if quality > best_quality:
            best, best_quality = i, quality
    return best


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[tuple[str, str, float], ...]:
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        kind, _, subtype = name.partition("/")
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        found.append((kind, subtype, quality))
    return tuple(found)


def _quality(name: str, ranges: tuple[tuple[str, str, float], ...]) -> float:
    """The quality of the most specific range that matches; 0.0 for none."""
    kind, _, subtype = name.partition("/")
    rank, found = -1, 0.0
    for range_kind, range_subtype, quality in ranges:
        if (range_kind, range_subtype) == (kind, subtype):
            match = 2
        elif range_kind == kind and range_subtype == "*":
            match = 1
        elif range_kind == "*" and range_subtype == "*":
            match = 0
        else:
            continue
        if match > rank:
            rank, found = match, quality
    return found
