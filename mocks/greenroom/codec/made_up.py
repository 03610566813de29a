"""Identifiers that a check makes up: new in each run, and known as such by a replay.

The last digits of one are a checksum of those before, as which other identifiers end by chance
only.
"""

from __future__ import annotations

import re
from random import choice
from uuid import uuid4
from zlib import crc32

# What is varied keeps its kind: decimal digits, and the others of hexadecimal numbers.
_KINDS = {character: kind for kind in ("0123456789", "abcdef") for character in kind}
_NOT_VARIED = bytes(set(range(256)) - set("".join(_KINDS).encode()))
# Fewer varied characters would be those of another identifier. As many of them are a checksum.
_FEWEST, _CHECKED, _LONGEST = 8, 3, 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_RUN = re.compile(r"[\w-]++", re.ASCII)
# An escape of JSON is no part of what follows it.
_IN_JSON = re.compile(rf"((?:\\.)?)([\w-]{{{_FEWEST},}}+)", re.ASCII)


def of_the_form(text: str) -> str | None:
    """A new identifier of the form of another; None if that has too few digits."""
    new = _RUN.sub(lambda run: _drawn(run[0]) if _varied(run[0]) else run[0], text)
    return new if any(map(_varied, _RUN.findall(text))) else None


def checked(text: str) -> str:
    """An identifier that ends in its checksum."""
    varied = _varied(text)
    digits = list(_checksum(varied) if varied else "")
    new = ""
    for character in reversed(text):
        is_next = digits and character in _KINDS
        new = (digits.pop() if is_next else character) + new
    return new


def without_made_up(text: str) -> str:
    """A JSON text in which all identifiers that were made up are the same."""

    def same(match: re.Match[str]) -> str:
        escape, run = match.groups()
        varied = _varied(run)
        is_made_up = varied and _checksum(varied) == varied[-_CHECKED:]
        return f"{escape}made-up" if is_made_up else match[0]

    return _IN_JSON.sub(same, text)


def _drawn(run: str) -> str:
    is_uuid = _UUID.fullmatch(run) is not None
    return checked(str(uuid4()) if is_uuid else "".join(choice(_KINDS.get(c, c)) for c in run))


def _varied(run: str) -> str:
    """The characters of a text that may be varied; none if they are too few."""
    if not _FEWEST <= len(run) <= _LONGEST:
        return ""
    varied = run.encode().translate(None, _NOT_VARIED).decode()
    return varied if len(varied) >= _FEWEST else ""


def _checksum(varied: str) -> str:
    """What the last ones of varied characters are in an identifier that was made up."""
    number = crc32(varied[:-_CHECKED].encode())
    kinds = [_KINDS[character] for character in varied[-_CHECKED:]]
    return "".join([kind[(number >> 10 * i) % len(kind)] for i, kind in enumerate(kinds)])
