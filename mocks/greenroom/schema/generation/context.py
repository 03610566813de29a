"""How a value is made at one place: how much of it, by which choices, and inside of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .choices import Choices
from .constraints import Constraints, Pointers

# Below so many levels only what is required is made.
_DEEPEST_FULL = 6
# A way down that comes through the same schemas so often never ends.
_MOST_ROUNDS = 3
_DEEPEST = 80
_MOST_DRAWN = 3


class UnmadeError(Exception):
    """No value was found for some schemas, told by their pointers."""

    def __init__(self, pointers: Pointers) -> None:
        self.pointer = pointers[0] if pointers else ""
        super().__init__(self.pointer)


@dataclass(frozen=True, slots=True)
class Context:
    """`full` asks for what is optional too, `shows` for the values that schemas show.

    A `bare` way leads to no item that can be left out, and has no others beside it. `within` are
    the schemas of what is around.
    """

    full: bool
    chance: Choices
    shows: bool = True
    bare: bool = False
    within: tuple[frozenset[str], ...] = ()

    @property
    def whole(self) -> bool:
        """Whether optional parts are made here."""
        return self.full and len(self.within) <= _DEEPEST_FULL

    def inside(self, facts: Constraints) -> Context:
        """The way on inside of a value. Raises UnmadeError where it goes round in circles."""
        rounds = sum(1 for heads in self.within if heads == facts.heads)
        if rounds >= _MOST_ROUNDS or len(self.within) > _DEEPEST:
            raise UnmadeError(facts.pointers)
        full = self.full and not self.returns(facts)
        return replace(self, full=full, within=(*self.within, facts.heads))

    def returns(self, facts: Constraints) -> bool:
        """Whether schemas are those of something around."""
        return any(not heads.isdisjoint(facts.heads) for heads in self.within)

    def others(self) -> Iterator[Context]:
        """This way, and others to try where the value that it leads to is not valid."""
        yield self
        if self.bare:
            return
        lean = replace(self, full=False, bare=True)
        yield lean
        yield replace(lean, shows=False)
        for number in range(_MOST_DRAWN):
            chance = Choices(self.chance.bits(32, number))
            yield replace(lean, chance=chance)
            yield replace(self, chance=chance, bare=True)


class Maker(Protocol):
    """What makes the parts of a value."""

    def value(self, pointers: Pointers, way: Context) -> Any:
        """A value for schemas that all hold. Raises UnmadeError."""

    def spend(self, value: Any) -> None:
        """Count the parts of a value that is there once more."""

    def facts(self, pointers: Pointers) -> Constraints:
        """What schemas say together."""

    def fits(self, pointers: Pointers, value: Any) -> bool:
        """Whether a value is valid by all of some schemas."""

    def hidden(self, facts: Constraints) -> bool:
        """Whether a property goes the other way only (`readOnly`, `writeOnly`)."""
