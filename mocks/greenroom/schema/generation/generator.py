"""One value for a schema: candidates made by what it says, each judged where that is not enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

from ..validators import SchemaSet
from . import scalars
from .constraint_reader import Reader
from .constraints import TYPES, Constraints, Group, Pointers
from .containers import build_array, build_object
from .context import Context, UnmadeError

RESPONSE, REQUEST = "response", "request"
_HIDING = {RESPONSE: "writeOnly", REQUEST: "readOnly"}

# After so many values for one answer only what is required is made.
_MANY = 2_000
_MOST_CHOICES = 64
_MOST_CLOSE = 4
_ODD: tuple[Any, ...] = (False, "text", {}, [])
_MOST_CANDIDATES = 12


class ExhaustedError(Exception):
    """More was made for one value than is made for any."""


class Generator:
    """Makes one value, of which it gives up what takes more than so many parts.

    `count` is the number of parts made so far.
    """

    def __init__(self, reader: Reader, schemas: SchemaSet, direction: str, most: int) -> None:
        self._reader = reader
        self._schemas = schemas
        self._hiding = _HIDING[direction]
        self._most = most
        self.count = 0
        # Which options served for schemas that leave a choice, so that none is searched for twice.
        self._chosen: dict[tuple[Pointers, frozenset[str]], tuple[Pointers, ...]] = {}

    def facts(self, pointers: Pointers) -> Constraints:
        """What schemas say together."""
        return self._reader.facts(pointers)

    def fits(self, pointers: Pointers, value: Any) -> bool:
        """Whether a value is valid by all of some schemas; a schema that is none judges nothing."""
        try:
            return all(self._schemas.validator(pointer).is_valid(value) for pointer in pointers)
        except ValueError:
            return True

    def spend(self, value: Any) -> None:
        """Count the parts of a value that is there once more. Raises ExhaustedError."""
        rest = [value]
        for part in rest:
            if isinstance(part, (dict, list)):
                rest += part.values() if isinstance(part, dict) else part
            if len(rest) > self._most:
                raise ExhaustedError
        self._count(len(rest))

    def hidden(self, facts: Constraints) -> bool:
        """Whether a property goes the other way only (`readOnly`, `writeOnly`)."""
        return facts.sets(self._hiding)

    def value(self, pointers: Pointers, way: Context, decided: frozenset[str] = frozenset()) -> Any:
        """A value for schemas that all hold. Raises UnmadeError, and ExhaustedError."""
        self._count(1)
        if self.count > _MANY and not way.bare:
            way = replace(way, full=False, bare=True)
        facts = self._reader.facts(pointers, decided)
        if facts.never:
            raise UnmadeError(pointers)
        for candidate in self._candidates(facts, way):
            if self.fits(pointers, candidate):
                return candidate
        if facts.listed() is None:
            if facts.groups:
                return self._choose(facts, way)
            for kind, other in _tries(facts, way):
                try:
                    value = self._of_type(kind, facts, other)
                except UnmadeError:
                    continue
                if facts.unjudged or self.fits(pointers, value):
                    return value
        raise UnmadeError(pointers)

    def _count(self, parts: int) -> None:
        self.count += parts
        if self.count > self._most:
            raise ExhaustedError

    def _candidates(self, facts: Constraints, way: Context) -> Iterator[Any]:
        """What the schemas list or show; a value that is drawn is like none of those shown."""
        listed = facts.listed()
        if listed is not None:
            yield from way.chance.ordered(listed)
        elif way.shows and not way.chance.drawn:
            yield from islice(facts.named(), _MOST_CANDIDATES)

    def _choose(self, facts: Constraints, way: Context) -> Any:
        """The first of the options that leads to a value."""
        key = facts.pointers, facts.decided
        decided = facts.decided.union(group.pointer for group in facts.groups)
        known = () if way.chance.drawn or key not in self._chosen else (self._chosen[key],)
        for options in (*known, *self._options(facts.groups, way)):
            added = (pointer for option in options for pointer in option)
            pointers = tuple(dict.fromkeys((*facts.pointers, *added)))
            try:
                value = self.value(pointers, way, decided)
            except UnmadeError:
                continue
            if self.fits(facts.pointers, value):
                self._chosen[key] = options
                return value
        for group in facts.groups[: 0 if way.bare else None]:
            for value in self._marked(group, way):
                if self.fits(facts.pointers, value):
                    return value
        raise UnmadeError(facts.pointers)

    def _marked(self, group: Group, way: Context) -> Iterator[dict[str, Any]]:
        """Objects of one option that are not what another describes, as `oneOf` asks.

        An option that requires nothing accepts what any other describes. A property that it names,
        with a value that it does not allow, tells them apart.
        """
        named = [self._reader.facts(option).names() for option in group.options]
        for option in group.options[:_MOST_CLOSE]:
            try:
                value = self.value(option, way)
            except UnmadeError:
                continue
            for name in dict.fromkeys(name for names in named for name in names):
                if isinstance(value, dict) and name not in value:
                    yield from ({**value, name: odd} for odd in _ODD)

    def _options(self, groups: tuple[Group, ...], way: Context) -> Iterator[tuple[Pointers, ...]]:
        """Combinations of options: the first of each, then all others as far as they go."""

        def later(option: Pointers) -> bool:
            # What leads round in circles comes last.
            return way.returns(self._reader.facts(option))

        ordered = [sorted(way.chance.ordered(group.options), key=later) for group in groups]
        return islice(product(*ordered), _MOST_CHOICES)

    def _of_type(self, kind: str, facts: Constraints, way: Context) -> Any:
        if kind == "object":
            return build_object(self, facts, way)
        if kind == "array":
            return build_array(self, facts, way)
        if kind == "null":
            return None
        if kind == "boolean":
            return way.chance.pick((True, False))
        found = (
            scalars.texts(facts, way.chance)
            if kind == "string"
            else scalars.numbers(facts, way.chance, whole=kind == "integer")
        )
        for candidate in islice(found, _MOST_CANDIDATES):
            if self.fits(facts.pointers, candidate):
                return candidate
        raise UnmadeError(facts.pointers)


def _tries(facts: Constraints, way: Context) -> Iterator[tuple[str, Context]]:
    """The types that a value may have and the ways to it, the most_likely first."""
    kinds = facts.types()
    if way.chance.drawn:
        # Null says the least, and stays the last.
        kinds = sorted(way.chance.ordered(kinds), key=lambda kind: kind == "null")
    for other in (way,) if facts.unjudged else way.others():
        yield from ((kind, other) for kind in kinds)
    # What applies to one type only says nothing against a value of another.
    if not facts.all("type"):
        lean = replace(way, full=False, bare=True)
        yield from ((kind, lean) for kind in TYPES if kind not in kinds)
