"""The `Prefer` request header (RFC 7240), by which a client selects a documented response."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .field_values import QUOTED, TOKEN, elements, is_token, quoted, unquote

# Parameters of a preference are ignored.
_PREFERENCE = re.compile(
    rf'\s*+({TOKEN})\s*+(?:=\s*+({QUOTED}|[^\s;"]*+)\s*+)?+(?:;.*)?', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Preference:
    """The preferred status code and example; None where the client has no preference.

    `dynamic` requests a generated body; with a `seed` it is the same each time.
    """

    code: str | None = None
    example: str | None = None
    dynamic: bool = False
    seed: str | None = None


def header_for(status: str, example: str = "") -> str:
    """The value of the header that selects a documented status, and one of its examples."""
    if not example:
        return f"code={status}"
    return f"code={status}, example=" + (example if is_token(example) else quoted(example))


def parse(value: str) -> Preference:
    """Read `code=404, example=NAME` or `dynamic=true, seed=1`.

    Other preferences and malformed ones are ignored (section 2), as is a seed without `dynamic`.
    """
    found: dict[str, str] = {}
    for element in elements(value):
        if matched := _PREFERENCE.fullmatch(element):
            # Only the first occurrence counts (section 2).
            found.setdefault(matched[1].lower(), unquote(matched[2] or ""))
    code, example = found.get("code") or None, found.get("example") or None
    dynamic = found.get("dynamic", "").lower() == "true"
    return Preference(code, example, dynamic, found.get("seed") or None if dynamic else None)
