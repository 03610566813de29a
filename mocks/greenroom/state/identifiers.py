"""Identifiers in the form of the documented ones; the same seed gives the same identifiers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from math import gcd, prod
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any, NamedTuple

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LAST_PART = re.compile(r"[A-Za-z0-9]*\Z")
_HEX = re.compile(r"(?=.*[a-f])[0-9a-f]+|(?=.*[A-F])[0-9A-F]+")
# Identifiers with some numbers: from a documented one and the text of a source.
Draw = Callable[[Any, str, Iterable[int]], list[Any]]
# Longer ones are not needed to be different.
_LONGEST = 64
# Drawn at once.
_MOST = 64
# The random bits of a UUID, and its version and variant (RFC 9562 section 5.4).
_UUIDS = 1 << 128
_RANDOM, _VERSION_4 = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF, 0x4000_8000_000000000000


def identifier(example: Any, source: str, number: int, is_uuid: bool = False) -> Any:
    """The identifier with a number, as `identifiers` makes it."""
    return identifiers(example, source, (number,), is_uuid)[0]


def identifiers(
    example: Any, source: str, numbers: Iterable[int], is_uuid: bool = False
) -> list[Any]:
    """The identifiers with some numbers, counted from 1, in the form of an example.

    `source` is the seed and the name of what is identified. An integer counts on from the example,
    a UUID becomes another one, and of any other text the part behind the last separator does:
    letters become letters, digits digits, and hexadecimal digits such digits. The numbers ascend.
    """
    if isinstance(example, int) and not isinstance(example, bool):
        return [example + number for number in numbers]
    start, alphabets, possible, written = _form(example if isinstance(example, str) else "")
    if is_uuid or not alphabets:
        first, step = _course(source, _UUIDS)
        return [_uuid((first + number * step) % _UUIDS) for number in numbers]
    found, last, form = list[Any](), alphabets[-1], f"0{len(alphabets)}{written}"
    first, step = _course(source, possible)
    for number in numbers:
        # Half of the possible texts are taken from a length before the next one is used.
        while number * 2 > possible:
            alphabets, possible = (*alphabets, last), possible * len(last)
            form = f"0{len(alphabets)}{written}"
            first, step = _course(source, possible)
        drawn, text = (first + number * step) % possible, start
        if written:
            text += format(drawn, form)[::-1]
        else:
            for alphabet in alphabets:
                drawn, index = divmod(drawn, len(alphabet))
                text += alphabet[index]
        found.append(text)
    return found


@lru_cache(maxsize=256)
def _course(source: str, possible: int) -> tuple[int, int]:
    """The first of so many possible integers for a source, and the step from each to the next.

    The step has no divisor in common with their number, so that none is met twice before all are.
    """
    digest = blake2b(f"{source}\0".encode()).digest()
    first, step = int.from_bytes(digest[:32]), int.from_bytes(digest[32:])
    # A small step would give integers that look like those before them.
    step = possible // 4 + step % (possible // 2)
    while gcd(step, possible) > 1:
        step += 1
    return first % possible, step


def _uuid(drawn: int) -> str:
    text = f"{drawn & _RANDOM | _VERSION_4:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class _Form(NamedTuple):
    """What identifiers have in common: how they begin, and the characters for each place behind it.

    `possible` is how many texts there are of so many places. `written` is the format of integers
    that writes them from behind, if there is one. A UUID has no places.
    """

    start: str
    alphabets: tuple[str, ...]
    possible: int
    written: str


@lru_cache(maxsize=256)
def _form(text: str) -> _Form:
    """The form of a documented identifier."""
    if _UUID.fullmatch(text):
        return _Form("", (), 0, "")
    part = _LAST_PART.search(text)
    start = max(part.start(), len(text) - _LONGEST) if part else len(text)
    last, kinds, written = text[start:] or digits, [digits, ascii_lowercase, ascii_uppercase], ""
    if _HEX.fullmatch(last):
        written = "x" if last.islower() else "X"
        kinds = [f"{0x123456789ABCDEF:016{written}}"]
    elif last.isdecimal():
        written = "d"
    alphabets = tuple(next(k for k in kinds if character in k) for character in last)
    return _Form(text[:start], alphabets, prod(map(len, alphabets)), written)


class Drawing:
    """The values of one property by number, in the form of an example.

    `values` are those from the number `first` on. `is_name` says that a value alone identifies its
    record. Many drawn at once take a third of the time of as many drawn one by one, so that each
    time twice as many are.
    """

    def __init__(self, draw: Draw, example: Any, source: str, is_name: bool) -> None:
        self.example, self.is_name = example, is_name
        self._draw, self._source = draw, source
        self.first = 0
        self.values: list[Any] = []

    def value(self, number: int) -> Any:
        """The value with a number, and with it the next ones."""
        numbers = range(number, number + min(2 * len(self.values) or 1, _MOST))
        self.first, self.values = number, self._draw(self.example, self._source, numbers)
        return self.values[0]
