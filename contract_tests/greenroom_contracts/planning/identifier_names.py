"""The names of identifiers, in the spellings of parameters, members of bodies and paths."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LAST_WORDS = frozenset(("id", "ids", "uuid", "uuids", "guid", "guids"))


def words(name: str) -> list[str]:
    """The words of a name, in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


def ends_in_id(name: str) -> bool:
    """Whether a name says that its value is an identifier."""
    return not _LAST_WORDS.isdisjoint(words(name)[-1:])


def thing_of(name: str) -> str:
    """One spelling for the names of one thing: `jobIds`, `job_id` and `jobId` are `jobid`."""
    return "".join(words(name)).removesuffix("s")


def names_in(path: str, parameter: str) -> Iterator[str]:
    """The names of an identifier; `id` in `/agents/{id}` is `agentid`, too."""
    yield thing_of(parameter)
    before, found, _ = path.partition(f"/{{{parameter}}}")
    if found and words(parameter) == ["id"]:
        yield thing_of(before.rpartition("/")[2]) + "id"
