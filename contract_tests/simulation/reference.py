"""What a space has to hold, kept as plain lists: no index, no page, no code of the simulation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

MISSING = object()


def at(value: Any, pointer: str) -> Any:
    """The value at a JSON pointer without escapes, MISSING where there is none."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return MISSING
    return value


def text(value: Any) -> str:
    """How a value is written in a path or a query."""
    return {True: "true", False: "false"}.get(value, str(value)) if value != 1 else "1"


@dataclass
class Thing:
    """One thing: its identifier as text, and its value."""

    id: str
    value: Any


@dataclass
class Reference:
    """The things of each resource in the order of their creation, and how they live."""

    things: dict[str, list[Thing]] = field(default_factory=dict)
    life: Any = None

    def of(self, resource: str) -> list[Thing]:
        """The things of a resource."""
        return self.things.setdefault(resource, [])

    def get(self, resource: str, id: str) -> Thing | None:
        """A thing by its identifier."""
        return next((thing for thing in self.of(resource) if thing.id == id), None)

    def keep(self, resource: str, id: str, value: Any) -> None:
        """Add a thing, or change the one with that identifier, which keeps its place."""
        known = self.get(resource, id)
        if known is None:
            self.of(resource).append(Thing(id, deepcopy(value)))
        else:
            known.value = deepcopy(value)

    def drop(self, resource: str, id: str) -> None:
        """Delete a thing."""
        self.things[resource] = [thing for thing in self.of(resource) if thing.id != id]

    def having(self, resource: str, pointer: str, value: Any) -> list[Thing]:
        """The things with a value at a pointer."""
        return [t for t in self.of(resource) if _is(at(t.value, pointer), value)]

    def listed(
        self,
        resource: str,
        belongs: Mapping[str, Any],
        filters: Iterable[tuple[Sequence[str], str, Sequence[Any]]],
        by: str | None = None,
        backwards: bool = False,
    ) -> list[Thing]:
        """The things that belong, pass all filters, in order."""
        found = [
            thing
            for thing in self.of(resource)
            if all(_is(at(thing.value, pointer), value) for pointer, value in belongs.items())
            and all(
                any(_passes(at(thing.value, p), match, values) for p in pointers)
                for pointers, match, values in filters
            )
        ]
        if by is not None:
            # Stable, so that equal ones stay in the order of creation.
            found.sort(key=lambda thing: _rank(at(thing.value, by)))
        return found[::-1] if backwards else found


def _is(found: Any, wanted: Any) -> bool:
    if isinstance(found, list):
        return any(_is(each, wanted) for each in found)
    return found is not MISSING and found is not None and text(found) == text(wanted)


def _passes(found: Any, match: str, values: Sequence[Any]) -> bool:
    if isinstance(found, list):
        return any(_passes(each, match, values) for each in found)
    if found is MISSING or found is None:
        return False
    if match == "contains":
        return any(text(value).lower() in text(found).lower() for value in values)
    if match == "from":
        return all(found >= value for value in values)
    if match == "to":
        return all(found <= value for value in values)
    return any(text(found) == text(value) for value in values)


def _rank(value: Any) -> tuple[int, Any]:
    if value is MISSING or value is None:
        return (0, 0)
    return (1, value) if isinstance(value, int | float) else (2, value)
