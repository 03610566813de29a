"""Choosing a media type by the `Accept` header (RFC 9110 section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .field_values import elements, is_token
from .media_type import essence, parameters

# RFC 6838 section 4.2 allows 127 characters for each part.
_LONGEST = 256
_WEIGHT = re.compile(r"[0-9]+\.?[0-9]*|\.[0-9]+")


@dataclass(frozen=True, slots=True)
class _Range:
    kind: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float


def choose(accept: str | None, offered: Sequence[str]) -> int | None:
    """The index of the best offer, the first among equals; None if no offer is acceptable.

    An offer may be a range, since contracts can document ranges.
    """
    found = map(_parse, elements(accept or ""))
    # Malformed ranges are ignored.
    ranges = [r for r in found if r.kind and r.subtype and r.quality >= 0]
    if not ranges:
        return 0 if offered else None
    qualities = [_quality(_parse(name), ranges) for name in offered]
    best = max(qualities, default=0.0)
    return qualities.index(best) if best > 0 else None


def member(accept: str | None, media_range: str) -> str | None:
    """The media type or range within a range that is preferred; None where any is as good.

    What a client names is safe to be sent back as a Content-Type.
    """
    offered = _parse(media_range)
    ranges = [r for r in map(_parse, elements(accept or "")) if _specificity(offered, r) >= 0]
    best = max(ranges, key=lambda asked: asked.quality, default=None)
    if best is None or best.quality <= 0 or best.kind == "*":
        return None
    if (best.kind, best.subtype) == (offered.kind, offered.subtype):
        return None
    name = f"{best.kind}/{best.subtype}"
    return name if is_token(best.kind) and is_token(best.subtype) and len(name) < _LONGEST else None


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
    """The quality of the most specific range that matches, the first among equals; else 0.0."""
    asked = max(ranges, key=lambda asked: _specificity(offer, asked))
    return asked.quality if _specificity(offer, asked) >= 0 else 0.0


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
