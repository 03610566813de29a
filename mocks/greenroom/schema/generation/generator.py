"""One value for a schema: candidates by its constraints, validated where these are not enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice, product
from typing import Any

from ..validators import SchemaSet
from . import scalars
from .constraint_reader import ConstraintReader
from .constraints import TYPES, Alternatives, Constraints, Pointers
from .containers import ContainerGenerator
from .context import Context, NoValueError

# After this many parts of one value only required ones are generated.
_MANY = 2_000
_MOST_CHOICES = 64
# Parts that the search for a value that does not depend on formats may take.
_MOST_SEARCHED = 500
_MOST_CLOSE = 4
_UNEXPECTED: tuple[Any, ...] = (False, "text", {}, [])
_MOST_CANDIDATES = 12
_NONE = object()


class Generator(ContainerGenerator):
    """Generates one value of a limited number of parts."""

    def __init__(
        self, reader: ConstraintReader, schemas: SchemaSet, left_out: str, most: int
    ) -> None:
        super().__init__(reader, schemas, left_out, most)
        # The options that led to a value, so that no search is repeated.
        self._chosen: dict[tuple[Pointers, frozenset[str]], tuple[Pointers, ...]] = {}
        # Where no value was found that is also valid if formats are not asserted.
        self._by_formats: set[tuple[Pointers, frozenset[str]]] = set()

    def value(
        self, pointers: Pointers, context: Context, decided: frozenset[str] = frozenset()
    ) -> Any:
        """A value that is valid by all schemas, if possible whether or not formats are asserted.

        Raises NoValueError and ExhaustedError.
        """
        self.count_parts(1)
        if self.count > _MANY and not context.minimal:
            context = replace(context, full=False, minimal=True)
        constraints = self._reader.constraints(pointers, decided)
        if constraints.is_unsatisfiable:
            raise NoValueError(pointers)
        found = self._valid(constraints, context)
        first = next(found, _NONE)
        if first is _NONE:
            raise NoValueError(pointers)
        key = pointers, decided
        if not constraints.depends_on_formats or key in self._by_formats:
            return first
        most = min(self.count + _MOST_SEARCHED, self._most // 2)
        for value in chain([first], found):
            if self.is_valid(pointers, value, formats=False):
                return value
            if self.count > most:
                break
        self._by_formats.add(key)
        self._chosen.pop(key, None)
        return first

    def _valid(self, constraints: Constraints, context: Context) -> Iterator[Any]:
        """Valid values, the likeliest first."""
        for candidate in self._candidates(constraints, context):
            if self.is_valid(constraints.pointers, candidate):
                yield candidate
        if constraints.enumerated() is not None:
            return
        if constraints.alternatives:
            yield from self._choose(constraints, context)
            return
        for kind, other in _attempts(constraints, context):
            try:
                value = self._of_type(kind, constraints, other)
            except NoValueError:
                continue
            if constraints.needs_no_validation or self.is_valid(constraints.pointers, value):
                yield value

    def _candidates(self, constraints: Constraints, context: Context) -> Iterator[Any]:
        """Enumerated values, or examples and defaults; random choices use no examples."""
        listed = constraints.enumerated()
        if listed is not None:
            yield from context.choices.ordered(listed)
        elif context.use_examples and not context.choices.are_random:
            yield from islice(constraints.examples(), _MOST_CANDIDATES)

    def _choose(self, constraints: Constraints, context: Context) -> Iterator[Any]:
        """Values by the options that lead to one, the first options first."""
        key = constraints.pointers, constraints.decided
        decided = constraints.decided.union(one.pointer for one in constraints.alternatives)
        known = (
            () if context.choices.are_random or key not in self._chosen else (self._chosen[key],)
        )
        for options in (*known, *self._options(constraints.alternatives, context)):
            added = (pointer for option in options for pointer in option)
            pointers = tuple(dict.fromkeys((*constraints.pointers, *added)))
            try:
                value = self.value(pointers, context, decided)
            except NoValueError:
                continue
            if self.is_valid(constraints.pointers, value):
                self._chosen[key] = options
                yield value
        for one in constraints.alternatives[: 0 if context.minimal else None]:
            for value in self._distinguishable(one, context):
                if self.is_valid(constraints.pointers, value):
                    yield value

    def _distinguishable(self, one: Alternatives, context: Context) -> Iterator[dict[str, Any]]:
        """Objects that are valid by one option and not by another, as `oneOf` requires.

        An option that requires nothing accepts the objects of any other. A property that it names,
        with a value that it does not allow, makes the difference.
        """
        named = [self._reader.constraints(option).property_names() for option in one.options]
        for option in sorted(one.options, key=self.is_left_out)[:_MOST_CLOSE]:
            try:
                value = self.value(option, context)
            except NoValueError:
                continue
            for name in dict.fromkeys(name for names in named for name in names):
                if isinstance(value, dict) and name not in value:
                    yield from ({**value, name: odd} for odd in _UNEXPECTED)

    def _options(
        self, alternatives: tuple[Alternatives, ...], context: Context
    ) -> Iterator[tuple[Pointers, ...]]:
        """Combinations of options, the first options first, up to a limit."""

        def later(option: Pointers) -> tuple[bool, bool]:
            # Recursive schemas come last, after them those that are left out.
            return self.is_left_out(option), context.is_recursive(self._reader.constraints(option))

        ordered = [sorted(context.choices.ordered(one.options), key=later) for one in alternatives]
        return islice(product(*ordered), _MOST_CHOICES)

    def _of_type(self, kind: str, constraints: Constraints, context: Context) -> Any:
        if kind == "object":
            return self.build_object(constraints, context)
        if kind == "array":
            return self.build_array(constraints, context)
        if kind == "null":
            return None
        if kind == "boolean":
            return context.choices.pick((True, False))
        found = (
            scalars.texts(constraints, context.choices)
            if kind == "string"
            else scalars.numbers(constraints, context.choices, whole=kind == "integer")
        )
        for candidate in islice(found, _MOST_CANDIDATES):
            if self.is_valid(constraints.pointers, candidate):
                return candidate
        raise NoValueError(constraints.pointers)


def _attempts(constraints: Constraints, context: Context) -> Iterator[tuple[str, Context]]:
    """The types that a value may have, each with contexts to try, the likeliest first."""
    kinds = constraints.types()
    if context.choices.are_random:
        kinds = context.choices.ordered(kinds)
        # Null says least about a schema, so it is mostly last.
        if context.choices.keep_optional():
            kinds.sort(key=lambda kind: kind == "null")
    for other in (context,) if constraints.needs_no_validation else context.attempts():
        yield from ((kind, other) for kind in kinds)
    # Keywords that apply to one type allow any value of another.
    if not constraints.all("type"):
        minimal = replace(context, full=False, minimal=True)
        yield from ((kind, minimal) for kind in TYPES if kind not in kinds)
