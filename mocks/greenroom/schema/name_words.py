"""The words in the names of properties, parameters and paths, in any of the usual cases."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize

_WORD = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Longer names are read only up to here, so that a hostile one costs nothing.
_LONGEST = 120
_IDENTIFIERS = frozenset(("id", "ids", "uid", "uids", "uuid", "uuids", "guid", "guids"))


def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case and without accents."""
    return _words(name[:_LONGEST])


@lru_cache(maxsize=2048)
def _words(name: str) -> tuple[str, ...]:
    bare = name
    if not name.isascii():
        ascii_only = (c for c in normalize("NFKD", name) if c.isascii() or not c.isalpha())
        # Accents are separate characters here, and would end a word.
        bare = "".join(c for c in ascii_only if not 0x300 <= ord(c) <= 0x36F)
    return tuple(map(str.lower, _WORD.findall(bare)))


def ends_in_id(name: str) -> bool:
    """Whether a name says that its value is an identifier."""
    return not _IDENTIFIERS.isdisjoint(words(name)[-1:])
