"""Identifiers in the form of the documented ones; the same seed gives the same identifiers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from math import prod
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LAST_PART = re.compile(r"[A-Za-z0-9]*\Z")
_HEX = re.compile(r"(?=.*[a-f])[0-9a-f]+|(?=.*[A-F])[0-9A-F]+")
# The identifier with a number: from a documented one and the text of a source.
Draw = Callable[[Any, str, int], Any]
# Longer ones are not needed to be different.
_LONGEST = 64
# Drawn at once.
_MOST = 64
# The random bits of a UUID, and its version and variant (RFC 9562 section 5.4).
_RANDOM, _VERSION_4 = 0xFFFFFFFF_FFFF_0FFF_3FFF_FFFFFFFFFFFF, 0x4000_8000_000000000000


def identifier(example: Any, source: str, number: int, is_uuid: bool = False) -> Any:
    """The identifier with a number, counted from 1, in the form of an example.

    `source` is the seed and the name of what is identified. An integer counts on from the example,
    a UUID becomes another one, and of any other text the part behind the last separator does:
    letters become letters, digits digits, and hexadecimal digits such digits.
    """
    if isinstance(example, int) and not isinstance(example, bool):
        return example + number
    digest = _begun(source).copy()
    digest.update(b"%d" % number)
    drawn = int.from_bytes(digest.digest())
    form = _form(example if isinstance(example, str) else "")
    start, alphabets, possible, written, base = form
    if is_uuid or not alphabets:
        text = f"{drawn & _RANDOM | _VERSION_4:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    length = len(alphabets)
    # Half of the possible texts are taken from a length before the next one is used.
    while number * 2 > possible:
        length += 1
        possible *= base
    # Small numbers are divided faster.
    drawn %= possible
    if written:
        return start + f"{drawn:0{length}{written}}"[::-1]
    for alphabet in (*alphabets, *alphabets[-1:] * (length - len(alphabets))):
        drawn, index = divmod(drawn, len(alphabet))
        start += alphabet[index]
    return start


@lru_cache(maxsize=256)
def _begun(source: str) -> blake2b:
    """The digest of what all identifiers of a source have in common."""
    return blake2b(f"{source}\0".encode())


@lru_cache(maxsize=256)
def _form(text: str) -> tuple[str, tuple[str, ...], int, str, int]:
    """What stays of an identifier, the characters for each place behind it.

    Then the number of possible texts, the format of integers that writes such texts from behind, if
    there is one, and how many characters there are for the last place. A UUID has no places.
    """
    if _UUID.fullmatch(text):
        return "", (), 0, "", 0
    part = _LAST_PART.search(text)
    start = max(part.start(), len(text) - _LONGEST) if part else len(text)
    last, kinds, written = text[start:] or digits, [digits, ascii_lowercase, ascii_uppercase], ""
    if _HEX.fullmatch(last):
        written = "x" if last.islower() else "X"
        kinds = [f"{0x123456789ABCDEF:016{written}}"]
    elif last.isdecimal():
        written = "d"
    alphabets = tuple(next(k for k in kinds if character in k) for character in last)
    possible, base = prod(map(len, alphabets)), len(alphabets[-1])
    return text[:start], alphabets, possible, written, base


class Drawing:
    """The values of one property by number, in the form of an example.

    `is_name` says that a value alone identifies its record. Many drawn at once take a third of the
    time of as many drawn one by one, so that each time twice as many are.
    """

    def __init__(self, draw: Draw, example: Any, source: str, is_name: bool) -> None:
        self.example, self.is_name = example, is_name
        self._draw, self._source = draw, source
        self._first = 0
        self._values: list[Any] = []

    def value(self, number: int) -> Any:
        """The value with a number."""
        place = number - self._first
        if not 0 <= place < len(self._values):
            numbers = range(number, number + min(2 * len(self._values) or 1, _MOST))
            self._values = [self._draw(self.example, self._source, each) for each in numbers]
            self._first, place = number, 0
        return self._values[place]
