"""Choosing a media type by the `Accept` header (RFC 9110 section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .field_values import elements
from .media_type import essence, parameters

_WEIGHT = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float


def choose(accept: str | None, offered: Sequence[str]) -> int | None:
    """The index of the best offer, the first among equals; None if none is acceptable.

    An offer may be a range, since contracts can document ranges.
    """
    ranges = _ranges(accept) if accept is not None else ()
    if not ranges:
        return 0 if offered else None
    best, best_quality = None, 0.0
    for i, name in enumerate(offered):
        quality = _quality(_parse(name), ranges)
        if quality > best_quality:
            best, best_quality = i, quality
    return best


def _ranges(accept: str) -> tuple[_Range, ...]:
    """The ranges of an `Accept` value without malformed ones."""
    found = (_parse(element) for element in elements(accept))
    return tuple(r for r in found if r.kind and r.subtype and r.quality >= 0)


def _parse(element: str) -> _Range:
    kind, _, subtype = essence(element).partition("/")
    found = {name: text.lower() for name, text in parameters(element).items()}
    weight = found.pop("q", "1")
    # The charset does not distinguish types, and everything here is UTF-8.
    found.pop("charset", None)
    # Old Java clients send a lone `*`.
    subtype = subtype or ("*" if kind == "*" else "")
    quality = min(float(weight), 1.0) if _WEIGHT.fullmatch(weight) else -1.0
    return _Range(kind, subtype, frozenset(found.items()), quality)


def _quality(offer: _Range, ranges: Sequence[_Range]) -> float:
    """The quality of the most specific range that matches; 0.0 if none does."""
    rank, found = -1, 0.0
    for asked in ranges:
        match = _specificity(offer, asked)
        if match > rank:
            rank, found = match, asked.quality
    return found


def _specificity(offer: _Range, asked: _Range) -> int:
    """How specifically a range matches an offer; -1 if it does not."""
    if asked.kind == "*" or offer.kind == "*":
        return 1 if asked.subtype == "*" or offer.kind == "*" else -1
    if asked.kind != offer.kind:
        return -1
    if "*" in (asked.subtype, offer.subtype):
        return 2
    if asked.subtype != offer.subtype:
        return -1
    # A parameter that the offer lacks does not rule it out: clients send `version=1` or
    # `profile=…` to servers that do not know it. Any other matching range is more specific.
    return 3 + len(asked.parameters) if asked.parameters <= offer.parameters else 0
