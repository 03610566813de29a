"""Names in a request that its contract does not know: misspelt ones, which a vendor ignores.

Servers accept them (JSON Schema and OpenAPI allow what they do not name), so that they are warnings
and no violations, unless requests are validated strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import cache, partial
from typing import Any

from ...codec.interpretation import Interpretations
from ...contract.model import Operation
from ...http.pairs import query_pairs
from ...schema import json_pointer as ptr
from ...schema.subschemas import InstanceShape, Pointers
from ...schema.validators import SchemaSet
from ...schema.violation import Violation

# Enough for any real body, and little work for one that is made of unknown names.
_MOST_PARTS = 5_000
_MOST_NAMES = 20
_LONGEST_NAME = 64


# The only names of an object, None for any; those of its properties that may be arrays or objects,
# and those of its items.
_Known = tuple[
    frozenset[str] | None,
    tuple[tuple[str, Callable[[], "_Known"]], ...],
    Callable[[], "_Known"] | None,
]
_UNSURE: _Known = frozenset(), (), None
# Larger bodies are searched at a bounded cost only.
_SMALL = 64 * 1024


class PropertyNames:
    """The names that a body may have by the schema at a pointer."""

    def __init__(self, schemas: SchemaSet, pointer: str) -> None:
        self._root: Pointers = (pointer,)
        self._shape_of = Interpretations(schemas).shape_of
        self._known = cache(self._known_by)

    def unknown(self, value: Any, size: int) -> list[Violation]:
        """The names in a value that its schemas neither name nor describe in general.

        `size` is the length in bytes of the text that the value was read from.
        """
        if type(value) is not dict and type(value) is not list:
            return []
        if size <= _SMALL and _has_known_names(value, self._known(self._root)):
            return []
        found: list[Violation] = []
        rest: list[tuple[Any, Pointers, tuple[Any, ...]]] = [(value, self._root, ())]
        left = _MOST_PARTS
        while rest and left > 0:
            node, pointers, path = rest.pop()
            shape = self._shape_of(pointers)
            parts: Iterable[tuple[Any, Any]] = ()
            if type(node) is dict:
                parts = node.items()
                if is_closed(shape) and not node.keys() <= shape.properties.keys():
                    names = [name for name in node if not shape.names(name)]
                    found += unknown_names(names, shape.properties, "body", path)
                    if len(found) >= _MOST_NAMES:
                        break
            elif type(node) is list:
                parts = enumerate(node)
            left -= len(node) if parts else 1
            for key, part in parts:
                if type(part) is dict or type(part) is list:
                    below = shape.of_property(key) if type(node) is dict else shape.of_item(key)
                    rest.append((part, below, (*path, key)))
        return found

    def _known_by(self, pointers: Pointers) -> _Known:
        shape = self._shape_of(pointers)
        if shape.others or shape.patterns or shape.entries:
            return _UNSURE
        structures = (
            (name, partial(self._known, schemas))
            for name, schemas in shape.properties.items()
            if self._shape_of(schemas).shapes != ["primitive"]
        )
        names = frozenset(shape.properties) if is_closed(shape) else None
        return names, tuple(structures), partial(self._known, shape.items)

    def unknown_fields(self, names: Iterable[str]) -> Iterator[Violation]:
        """The names of fields of a form that are unknown."""
        shape = self._shape_of(self._root)
        if is_closed(shape):
            yield from unknown_names(
                (name for name in names if not shape.names(name)), shape.properties, "body"
            )


def _has_known_names(value: Any, known: _Known) -> bool:
    """Whether a value has no unknown name. Nearly every body has none, and this is found fast."""
    names, structures, items = known
    if type(value) is dict:
        if names is not None and not value.keys() <= names:
            return False
        for name, below in structures:
            part = value.get(name)
            if (type(part) is dict or type(part) is list) and not _has_known_names(part, below()):
                return False
    elif items is None:
        return False
    else:
        of_items = items()
        for part in value:
            if (type(part) is dict or type(part) is list) and not _has_known_names(part, of_items):
                return False
    return True


def is_closed(shape: InstanceShape) -> bool:
    """Whether an object has named properties, and no schema says that it may have others."""
    return shape.others is None and bool(shape.properties)


def unknown_names(
    names: Iterable[str], known: Collection[str], location: str, path: tuple[Any, ...] = ()
) -> Iterator[Violation]:
    """Unknown names of a place in a request, each with the known one that is meant, if any."""
    kind = "property" if location == "body" else "parameter"
    for name in names:
        close = get_close_matches(name[:_LONGEST_NAME], known, 1)
        hint = f"; is {close[0]!r} meant?" if close else ""
        yield location, ptr.join("", *path, name), f"is not a documented {kind}{hint}"


class QueryNames:
    """The names that the query of an operation may have."""

    def __init__(self, operation: Operation, schemas: SchemaSet) -> None:
        self._is_open = False
        self._deep: set[str] = set()
        self._known = {
            requirement.scheme.parameter
            for all_of in operation.security
            for requirement in all_of
            if requirement.scheme.location == "query"
        }
        shape_of = Interpretations(schemas).shape_of
        for parameter in operation.parameters:
            if parameter.location != "query":
                continue
            self._known.add(parameter.name)
            if parameter.style == "deepObject":
                self._deep.add(parameter.name)
            elif parameter.explode and parameter.schema is not None:
                shape = shape_of((parameter.schema,))
                self._known |= shape.properties.keys()
                self._is_open |= shape.is_object and not is_closed(shape)

    def unknown(self, query: bytes) -> list[Violation]:
        """The names in a raw query that are not documented."""
        if self._is_open:
            return []
        names = dict.fromkeys(name for name, _ in query_pairs(query) if name)
        if names.keys() <= self._known:
            return []
        others = [
            name
            for name in names
            if name not in self._known and name.partition("[")[0] not in self._deep
        ]
        return list(unknown_names(others[:_MOST_NAMES], self._known, "query"))
