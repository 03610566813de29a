"""Strings in the formats of JSON Schema (2020-12, validation, section 7.3) and OpenAPI."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from uuid import UUID

from .choices import Choices

_WORDS = (
    "text", "amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "harbor", "inlet",
    "juniper", "kelp", "lagoon", "meadow", "north", "orchard", "prairie", "quarry", "ridge",
    "summit", "thicket", "upland", "valley", "willow", "zephyr",
)  # fmt: skip
_FIRST_DAY = date(2026, 1, 31)
_DAYS = 3000


def word(choices: Choices) -> str:
    """A short word of lower-case letters."""
    return choices.pick(_WORDS)


def words(choices: Choices) -> str:
    """A word, or a few of them."""
    return " ".join(word(choices) for _ in range(choices.integer(1, 3, 1)))


def _host(choices: Choices) -> str:
    return f"{word(choices)}.example.com" if choices.are_random else "example.com"


def _mail(choices: Choices) -> str:
    return f"{word(choices) if choices.are_random else 'someone'}@example.com"


def _path(choices: Choices) -> str:
    return f"/{word(choices)}" if choices.are_random else "/"


def _uri(choices: Choices) -> str:
    return f"https://example.com{_path(choices)}"


def _date(choices: Choices) -> str:
    return (_FIRST_DAY + timedelta(choices.integer(-_DAYS, _DAYS, 0))).isoformat()


def _clock(choices: Choices) -> str:
    minute, second = choices.integer(0, 59, 0), choices.integer(0, 59, 0)
    return f"{choices.integer(0, 23, 9):02}:{minute:02}:{second:02}"


def _base64(choices: Choices) -> str:
    return b64encode(words(choices).encode()).decode()


_TEXTS: Mapping[str, Callable[[Choices], str]] = {
    "date": _date,
    "date-time": lambda choices: f"{_date(choices)}T{_clock(choices)}Z",
    "time": lambda choices: f"{_clock(choices)}Z",
    "duration": lambda choices: f"PT{choices.integer(1, 90, 30)}M",
    **dict.fromkeys(("email", "idn-email"), _mail),
    **dict.fromkeys(("hostname", "idn-hostname"), _host),
    "ipv4": lambda choices: f"192.0.2.{choices.integer(1, 254, 1)}",
    "ipv6": lambda choices: f"2001:db8::{choices.integer(1, 0xFFFF, 1):x}",
    **dict.fromkeys(("uri", "url", "iri"), _uri),
    **dict.fromkeys(("uri-reference", "iri-reference"), _path),
    "uri-template": lambda choices: f"{_path(choices)}{{?id}}",
    "uuid": lambda choices: str(UUID(int=choices.bits(128, 0), version=4)),
    "json-pointer": lambda choices: f"/{word(choices)}",
    "relative-json-pointer": lambda choices: f"0/{word(choices)}",
    "regex": lambda choices: f"^{word(choices)}$",
    **dict.fromkeys(("byte", "base64", "base64url"), _base64),
    # 555-0100 to 555-0199 are reserved for fiction.
    "phone": lambda choices: f"+120255501{choices.integer(0, 99, 0):02}",
    "local-time": _clock,
    "local-date-time": lambda choices: f"{_date(choices)}T{_clock(choices)}",
    "char": lambda choices: word(choices)[0],
}
_ENCODINGS: Mapping[str, Callable[[Choices], str]] = {
    **dict.fromkeys(("base64", "base64url"), _base64),
    "base16": lambda choices: words(choices).encode().hex().upper(),
    "quoted-printable": word,
}

# The minimum and maximum of each numeric format.
RANGES: Mapping[str, tuple[int, int]] = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}


def of_format(name: str, choices: Choices) -> str | None:
    """A string in a format; None for an unknown format."""
    make = _TEXTS.get(name)
    return None if make is None else make(choices)


def of_encoding(name: str, choices: Choices) -> str | None:
    """A string in a `contentEncoding`; None for an unknown encoding."""
    make = _ENCODINGS.get(name.lower())
    return None if make is None else make(choices)
