"""The context that a value is generated in: how fully, by which choices, within which values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .choices import Choices
from .constraints import Constraints, Pointers

# Deeper than this only required parts are generated.
_DEEPEST_FULL = 6
# A schema that is nested within itself more often is taken for endless.
_MOST_ROUNDS = 3
_DEEPEST = 80
_MOST_DRAWN = 3


class NoValueError(Exception):
    """No value was found for some schemas; `pointer` is that of the first."""

    def __init__(self, pointers: Pointers) -> None:
        self.pointer = pointers[0] if pointers else ""
        super().__init__(self.pointer)


@dataclass(frozen=True, slots=True)
class Context:
    """How to generate one value.

    `full` adds optional parts, `use_examples` uses the examples and defaults of schemas.
    `minimal` leaves out every optional item, and there are no further attempts. `within` are the
    schemas of the enclosing values.
    """

    full: bool
    choices: Choices
    use_examples: bool = True
    minimal: bool = False
    within: tuple[frozenset[str], ...] = ()

    @property
    def with_optional(self) -> bool:
        """Whether optional parts are generated here."""
        return self.full and len(self.within) <= _DEEPEST_FULL

    def inside(self, constraints: Constraints) -> Context:
        """The context within a value. Raises NoValueError for endless recursion."""
        rounds = sum(1 for targets in self.within if targets == constraints.targets)
        if rounds >= _MOST_ROUNDS or len(self.within) > _DEEPEST:
            raise NoValueError(constraints.pointers)
        full = self.full and not self.is_recursive(constraints)
        return replace(self, full=full, within=(*self.within, constraints.targets))

    def is_recursive(self, constraints: Constraints) -> bool:
        """Whether the schemas are also those of an enclosing value."""
        return any(not targets.isdisjoint(constraints.targets) for targets in self.within)

    def attempts(self) -> Iterator[Context]:
        """This context, and others to try where the value generated in it is not valid."""
        yield self
        if self.minimal:
            return
        minimal = replace(self, full=False, minimal=True)
        yield minimal
        yield replace(minimal, use_examples=False)
        for number in range(_MOST_DRAWN):
            choices = Choices(self.choices.bits(32, number))
            yield replace(minimal, choices=choices)
            yield replace(self, choices=choices, minimal=True)
