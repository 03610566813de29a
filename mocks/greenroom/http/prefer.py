"""The `Prefer` request header (RFC 7240): which documented answer the caller wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .field_values import QUOTED, TOKEN, elements, unquote

# Parameters of a preference mean nothing here.
_PREFERENCE = re.compile(
    rf'\s*+({TOKEN})\s*+(?:=\s*+({QUOTED}|[^\s;"]*+)\s*+)?+(?:;.*)?', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Preference:
    """The status code and the example asked for; None where the caller leaves it to us.

    `dynamic` asks for a body made anew, by a `seed` for the same one each time.
    """

    code: str | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None


def parse(value: str) -> Preference:
    """Read `code=404, example=NAME` or `dynamic=true, seed=1`.

    Others, and malformed ones, are ignored (section 2), and so is a seed for nothing.
    """
    found: dict[str, str] = {}
    for element in elements(value):
        if matched := _PREFERENCE.fullmatch(element):
            # Only the first occurrence counts (section 2).
            found.setdefault(matched[1].lower(), unquote(matched[2] or ""))
    code, example = found.get("code") or None, found.get("example") or None
    dynamic = found.get("dynamic", "").lower() == "true"
    return Preference(code, example, dynamic, found.get("seed") or None if dynamic else None)
