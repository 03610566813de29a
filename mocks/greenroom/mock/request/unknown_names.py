"""Names in a request that its contract does not know: misspelt ones, which a vendor ignores.

Servers accept them (JSON Schema and OpenAPI allow what they do not name), so that they are warnings
and no violations, unless requests are validated strictly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import jsonschema_rs

from ...codec.interpretation import Interpretations
from ...contract.model import Operation
from ...schema import json_pointer as ptr
from ...schema.patterns import Patterns
from ...schema.subschemas import InstanceShape, Pointers
from ...schema.validators import SchemaSet
from ...schema.violation import Violation

# More than any real body has, and little work.
_MOST_PLACES = 500
# As many as a header field has room for.
_MOST_NAMES = 10
_LONGEST_NAME = 64
# In a larger body only the unknown names of one object are found: errors hold copies of its parts.
_SMALL = 64 * 1024


class PropertyNames:
    """The names that a body may have by the schema at a pointer.

    They are a JSON Schema of their own, which tells nothing but the names of the places in a value:
    that nearly every body satisfies it is found at little cost.
    """

    def __init__(self, schemas: SchemaSet, pointer: str) -> None:
        self._shape_of = Interpretations(schemas).shape_of
        self._root: Pointers = (pointer,)

    @cached_property
    def are_known(self) -> Callable[[Any], bool]:
        """Whether all names in a value are named by its schemas, or described in general."""
        found: Callable[[Any], bool] = self._validator.is_valid
        return found

    def unknown(self, value: Any, size: int) -> Iterator[Violation]:
        """The first unknown names in a value.

        `size` is the length in bytes of the text that the value was read from.
        """
        left = _MOST_NAMES
        for error in [] if self.are_known(value) else self._errors(value, size):
            schema = self._schema
            for step in error.schema_path[:-1]:
                schema = schema[str(step)]
            names = error.kind.unexpected[:left]  # type: ignore[attr-defined]
            left -= len(names)
            yield from _violations(names, schema["properties"], "body", error.instance_path)

    def _errors(self, value: Any, size: int) -> Iterable[jsonschema_rs.ValidationError]:
        if size <= _SMALL:
            return self._validator.iter_errors(value)  # type: ignore[no-any-return]
        try:
            self._validator.validate(value)
        except jsonschema_rs.ValidationError as error:
            return [error]
        return []

    @cached_property
    def _validator(self) -> Any:
        patterns = Patterns(self._schema)
        validator = jsonschema_rs.validator_for(self._schema, pattern_options=patterns.options)
        return patterns.bounded(validator)

    @cached_property
    def _schema(self) -> dict[str, Any]:
        places, queue = {self._root: "p0"}, [self._root]

        def below(pointers: Pointers) -> Any:
            """What is known of the names in a part; nothing where it has none, or too far below."""
            if self._shape_of(pointers).shapes == ["primitive"]:
                return {}
            if pointers not in places:
                if len(queue) == _MOST_PLACES:
                    return {}
                places[pointers] = f"p{len(queue)}"
                queue.append(pointers)
            return {"$ref": f"#/$defs/{places[pointers]}"}

        # The queue grows meanwhile.
        found = {places[place]: _names_at(self._shape_of(place), below) for place in queue}
        return {"$ref": "#/$defs/p0", "$defs": found}


def _names_at(shape: InstanceShape, below: Callable[[Pointers], Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    if shape.properties or shape.others:
        found["properties"] = {n: below(shape.of_property(n)) for n in shape.properties}
        # A property that matches may have schemas of its own too, and several patterns may match.
        found["patternProperties"] = {ptr.split(pointer)[-1]: {} for _, pointer in shape.patterns}
        found["additionalProperties"] = (
            below(shape.others) if shape.others else not is_closed(shape)
        )
    if shape.entries:
        found["prefixItems"] = [below(pointers) for pointers in shape.entries]
    return {**found, "items": below(shape.items)} if shape.items else found


def is_closed(shape: InstanceShape) -> bool:
    """Whether an object has named properties, and no schema says that it may have others."""
    return shape.others is None and bool(shape.properties)


def _violations(
    names: Iterable[str], known: Collection[str], location: str, path: Iterable[Any] = ()
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

    def unknown(self, query: Iterable[tuple[str, str]]) -> list[Violation]:
        """The first names in a query that are not documented."""
        others = {} if self._is_open else {n: None for n, _ in query if n not in self._known and n}
        found = [name for name in others if name.partition("[")[0] not in self._deep]
        return list(_violations(found[:_MOST_NAMES], self._known, "query"))
