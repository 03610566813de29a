"""The names of identifiers, in the spellings of parameters, members of bodies and paths."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.schema.name_words import words


def thing_of(name: str) -> str:
    """One spelling for the names of one thing: `jobIds`, `job_id` and `jobId` are `jobid`."""
    return "".join(words(name)).removesuffix("s")


def names_in(path: str, parameter: str) -> Iterator[str]:
    """The names of an identifier; `id` in `/agents/{id}` is `agentid`, too."""
    yield thing_of(parameter)
    before, found, _ = path.partition(f"/{{{parameter}}}")
    if found and words(parameter) == ("id",):
        yield thing_of(before.rpartition("/")[2]) + "id"
