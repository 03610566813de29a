"""Texts of the formats that JSON Schema (2020-12, validation, section 7.3) and OpenAPI name."""

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


def word(chance: Choices) -> str:
    """A short word of lower-case letters."""
    return chance.pick(_WORDS)


def words(chance: Choices) -> str:
    """A word, or a few of them."""
    return " ".join(word(chance) for _ in range(chance.integer(1, 3, 1)))


def _host(chance: Choices) -> str:
    return f"{word(chance)}.example.com" if chance.drawn else "example.com"


def _mail(chance: Choices) -> str:
    return f"{word(chance) if chance.drawn else 'someone'}@example.com"


def _path(chance: Choices) -> str:
    return f"/{word(chance)}" if chance.drawn else "/"


def _uri(chance: Choices) -> str:
    return f"https://example.com{_path(chance)}"


def _date(chance: Choices) -> str:
    return (_FIRST_DAY + timedelta(chance.integer(-_DAYS, _DAYS, 0))).isoformat()


def _clock(chance: Choices) -> str:
    minute, second = chance.integer(0, 59, 0), chance.integer(0, 59, 0)
    return f"{chance.integer(0, 23, 9):02}:{minute:02}:{second:02}"


def _time(chance: Choices) -> str:
    return f"{_clock(chance)}Z"


def _date_time(chance: Choices) -> str:
    return f"{_date(chance)}T{_time(chance)}"


def _duration(chance: Choices) -> str:
    return f"PT{chance.integer(1, 90, 30)}M"


def _uuid(chance: Choices) -> str:
    return str(UUID(int=chance.bits(128, 0), version=4))


def _ipv4(chance: Choices) -> str:
    return f"192.0.2.{chance.integer(1, 254, 1)}"


def _ipv6(chance: Choices) -> str:
    return f"2001:db8::{chance.integer(1, 0xFFFF, 1):x}"


def _base64(chance: Choices) -> str:
    return b64encode(words(chance).encode()).decode()


def _pointer(chance: Choices) -> str:
    return f"/{word(chance)}"


def _phone(chance: Choices) -> str:
    # 555-0100 to 555-0199 belong to nobody.
    return f"+120255501{chance.integer(0, 99, 0):02}"


_TEXTS: Mapping[str, Callable[[Choices], str]] = {
    "date": _date,
    "date-time": _date_time,
    "time": _time,
    "duration": _duration,
    "email": _mail,
    "idn-email": _mail,
    "hostname": _host,
    "idn-hostname": _host,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uri": _uri,
    "url": _uri,
    "iri": _uri,
    "uri-reference": _path,
    "iri-reference": _path,
    "uri-template": lambda chance: f"{_path(chance)}{{?id}}",
    "uuid": _uuid,
    "json-pointer": _pointer,
    "relative-json-pointer": lambda chance: f"0{_pointer(chance)}",
    "regex": lambda chance: f"^{word(chance)}$",
    "byte": _base64,
    "base64": _base64,
    "base64url": _base64,
    "phone": _phone,
    "local-time": _clock,
    "local-date-time": lambda chance: f"{_date(chance)}T{_clock(chance)}",
    "char": lambda chance: word(chance)[0],
}
_ENCODINGS: Mapping[str, Callable[[Choices], str]] = {
    "base64": _base64,
    "base64url": _base64,
    "base16": lambda chance: words(chance).encode().hex().upper(),
    "quoted-printable": word,
}

# The ranges of the formats that are numbers, least and most.
RANGES: Mapping[str, tuple[int, int]] = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}


def of_format(name: str, chance: Choices) -> str | None:
    """A text of a format; None for one that is not known."""
    make = _TEXTS.get(name)
    return None if make is None else make(chance)


def of_encoding(name: str, chance: Choices) -> str | None:
    """A text in a `contentEncoding`; None for one that is not known."""
    make = _ENCODINGS.get(name.lower())
    return None if make is None else make(chance)
