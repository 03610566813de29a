"""Identifiers that a check makes up: new in each run, and known as such by a replay.

The last digits of one are a checksum of those before, as which other identifiers end by chance
only.
"""

from __future__ import annotations

import re
from hashlib import sha256
from random import choice
from uuid import uuid4

# What is varied keeps its kind: decimal digits, and the others of hexadecimal numbers.
_KINDS = ("0123456789", "abcdef")
_VARIED = frozenset("".join(_KINDS))
# Fewer varied characters would be those of another identifier. As many of them are a checksum.
_FEWEST, _CHECKED, _LONGEST = 8, 3, 200
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_RUN = re.compile(r"[\w-]++", re.ASCII)
# An escape of JSON is no part of what follows it.
_IN_JSON = re.compile(rf"\\.|{_RUN.pattern}", re.ASCII)


def of_the_form(text: str) -> str | None:
    """A new identifier of the form of another; None if that has too few digits."""
    new = _RUN.sub(lambda run: _drawn(run[0]) if _is_enough(run[0]) else run[0], text)
    return new if any(map(_is_enough, _RUN.findall(text))) else None


def checked(text: str) -> str:
    """A text that ends in its checksum."""
    varied = [place for place, character in enumerate(text) if character in _VARIED]
    places = varied[-_CHECKED:]
    digest = sha256(text[: places[0]].encode()).digest() if places else b""
    new = list(text)
    for place, octet in zip(places, digest, strict=False):
        kind = _kind(text[place])
        new[place] = kind[octet % len(kind)]
    return "".join(new)


def without_made_up(text: str) -> tuple[str, list[str]]:
    """A JSON text in which all identifiers that were made up are the same, and these in order."""
    found: list[str] = []

    def same(match: re.Match[str]) -> str:
        run = match[0]
        if not _is_enough(run) or checked(run) != run:
            return run
        found.append(run)
        return "made-up"

    return _IN_JSON.sub(same, text), found


def _drawn(run: str) -> str:
    is_uuid = _UUID.fullmatch(run) is not None
    return checked(str(uuid4()) if is_uuid else "".join(choice(_kind(c)) for c in run))


def _is_enough(text: str) -> bool:
    is_usual = _FEWEST <= len(text) <= _LONGEST
    return is_usual and sum(character in _VARIED for character in text) >= _FEWEST


def _kind(character: str) -> str:
    return next((kind for kind in _KINDS if character in kind), character)
