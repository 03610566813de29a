"""A place where a schema judges a value, as the keywords of the schema see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenroom.schema import json_pointer as ptr
from greenroom.schema.instance_walk import Grammar, Place

from .conditions import Sampler


@dataclass(frozen=True, slots=True)
class KeywordContext:
    """A place with the keywords of its schema, and where to get further values from."""

    grammar: Grammar
    place: Place
    node: Mapping[str, Any]
    sample: Sampler

    @property
    def value(self) -> Any:
        """The value that stands there."""
        return self.place.value

    @property
    def types(self) -> set[str]:
        """The types that the schema allows; none where it does not say."""
        given = self.node.get("type", ())
        return {given} if isinstance(given, str) else set(given)

    def at(self, *names: str | int) -> str:
        """The pointer of something in the schema."""
        return ptr.join(self.place.schema, *names)


# The keyword as messages name it, whether it is kept, how, and values that do, the best first.
KeywordCases = Iterator[tuple[str, bool, str, Sequence[Any]]]
