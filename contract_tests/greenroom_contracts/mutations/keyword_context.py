"""The argument of the functions for keywords: a value, its schema, and a source of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import SchemaUse, SchemaWalk

# Returns a value for the schema at a pointer.
Sampler = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class KeywordContext:
    """A value in a body, the schema at that place, and a sampler for further values."""

    walk: SchemaWalk
    place: SchemaUse
    node: Mapping[str, Any]
    sample: Sampler

    @property
    def value(self) -> Any:
        """The value at the place."""
        return self.place.value

    def at(self, *names: str | int) -> str:
        """The pointer of a part of the schema."""
        return ptr.join(self.place.schema, *names)


# For one mutant: its keyword, whether it is valid, a note, and candidates, the best first.
KeywordCases = Iterator[tuple[str, bool, str, Sequence[Any]]]
