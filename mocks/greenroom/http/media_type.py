"""Media types and media ranges (RFC 9110 section 8.3.1). Nothing else parses them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .field_values import QUOTED, unquote

# More than tokens may be unquoted: e-mail libraries write `=` in a boundary.
_PARAMETER = re.compile(rf';\s*+([^\s;="]++)\s*+=\s*+({QUOTED}|[^\s;"]*+)', re.DOTALL)
# Parameters of the encoding, which do not distinguish one type from another.
_OF_ENCODING = frozenset(("boundary", "charset"))


def essence(media_type: str) -> str:
    """A media type without its parameters, lower case (WHATWG MIME Sniffing, section 4.1)."""
    return media_type.partition(";")[0].strip().lower()


def top_level_type(media_type: str) -> str:
    """The part before the slash, lower case (RFC 6838 section 4.2)."""
    return essence(media_type).partition("/")[0]


def parameters(media_type: str) -> dict[str, str]:
    """The parameters by lower-case name, unquoted; the last of each name."""
    _, semicolon, rest = media_type.partition(";")
    return {name.lower(): unquote(text) for name, text in _PARAMETER.findall(semicolon + rest)}


def charset(media_type: str) -> str | None:
    """The `charset` parameter, lower case; None without one."""
    named = parameters(media_type).get("charset")
    return named and named.lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, by its name or its suffix (RFC 6839 section 3.1)."""
    name = essence(media_type)
    return name == "application/json" or name.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Whether a media type is XML, by its name or its suffix (RFC 7303 sections 3 and 4.2)."""
    name = essence(media_type)
    return name in ("application/xml", "text/xml") or name.endswith("+xml")


def is_text(media_type: str) -> bool:
    """Whether the top-level type is `text`."""
    return essence(media_type).startswith("text/")


def is_range(media_type: str) -> bool:
    """Whether this is a range such as `image/*`, which cannot be a Content-Type."""
    return "*" in essence(media_type)


def covers(documented: str, media_type: str) -> bool:
    """Whether a documented media type or range includes another, regardless of parameters."""
    return essence(documented) in _ranges(media_type)


def best_match(documented: Iterable[str], media_type: str) -> str | None:
    """The documented media type or range that a media type falls under; None if there is none.

    The most specific wins (OpenAPI 3.1, 4.8.13.1 and 4.8.14.1), and among several of one name the
    one with most of the given parameters. A missing parameter does not rule a type out, a different
    value does.
    """
    names, given = list(documented), parameters(media_type)
    for wanted in _ranges(media_type):
        found = {
            name: len(expected) if expected.keys() <= given.keys() else -1
            for name in names
            if essence(name) == wanted and _agree(expected := _distinguishing(name), given)
        }
        if found:
            return max(found, key=found.__getitem__)
    return None


def _ranges(media_type: str) -> tuple[str, str, str]:
    """The names under which a type may be documented, the most specific first."""
    return essence(media_type), f"{top_level_type(media_type)}/*", "*/*"


def _distinguishing(media_type: str) -> dict[str, str]:
    found = parameters(media_type)
    return {name: text for name, text in found.items() if name not in _OF_ENCODING}


def _agree(expected: dict[str, str], given: dict[str, str]) -> bool:
    return all(given.get(k, text).lower() == text.lower() for k, text in expected.items())
