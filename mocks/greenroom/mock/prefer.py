"""The `Prefer` request header (RFC 7240): which documented answer the caller wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFERENCE = re.compile(
    r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;,\"]*)))?\s*(?:;[^,]*)?"
)


@dataclass(frozen=True, slots=True)
class Preference:
    """The status code and the example asked for; None where the caller leaves it to us."""

    code: str | None = None
    example: str | None = None


def parse(value: str) -> Preference:
    """Read `code=404, example=NAME`. Other preferences are ignored, as RFC 7240 section 2 asks."""
    found: dict[str, str] = {}
    for match in _PREFERENCE.finditer(value):
        name = match[1].lower()
        text = match[3] if match[2] is None else re.sub(r"\\(.)", r"\1", match[2])
        # Only the first occurrence counts (section 2).
        found.setdefault(name, text or "")
    return Preference(found.get("code") or None, found.get("example") or None)
