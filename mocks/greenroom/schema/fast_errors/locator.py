"""Where a value breaks its schema, and how, at the price of what is wrong with it.

jsonschema-rs says whether a value is valid in a microsecond, and takes ten to say what is wrong
with it, since every error carries copies and texts that nobody asks for here. So the objects and
arrays that a schema describes are taken apart by this module, which tells the commonest errors
itself, in the words of jsonschema-rs, and leaves it those parts that it alone understands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring as _quoted
from typing import Any

from .. import json_pointer as ptr
from ..validators import SchemaSet
from ..violation import Violation
from . import finders
from .finders import Finder, Member, Test
from .keywords import LEADING, alone, apart, beside, is_simple, types_judged

_KINDS: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_MOST_INTRICATE = 8
# Taking apart each of them takes a fifth of a millisecond.
_MOST_MEMBERS = 1_000


class IntricateError(Exception):
    """A schema that leads so far that taking it apart takes more than it saves."""


class Locator:
    """The schemas of a document, each taken apart when it first finds something wrong."""

    def __init__(self, schemas: SchemaSet) -> None:
        self.schemas = schemas
        self._nodes: dict[str, Node] = {}
        self._intricate = 0

    def finder(self, pointer: str) -> Finder:
        """What finds out where a value breaks the schema at a pointer.

        Making it and calling it raises IntricateError, calling it with a value that is too deep
        RecursionError.
        """
        node = self.node(pointer)
        node.open()
        return node.find

    def validator(self, pointer: str) -> Any:
        """The validator of the schema at a pointer. Raises IntricateError."""
        # Each is compiled with all that it refers to, as others that refer to the same are.
        if not is_simple(self.schemas.document, pointer):
            self._intricate += 1
            if self._intricate > _MOST_INTRICATE:
                raise IntricateError
        return self.schemas.validator(pointer)

    def node(self, pointer: str) -> Node:
        """The schema at a pointer, or the one that it is another name for."""
        if pointer not in self._nodes:
            deciding = apart(self.schemas.document, pointer)
            if deciding is not None and deciding.keys() == {"$ref"}:
                self._nodes[pointer] = self.node(ptr.of_reference(deciding["$ref"]))
            else:
                self._nodes[pointer] = Node(self, pointer, deciding)
        return self._nodes[pointer]


class Node:
    """One schema, which is taken apart when its `find` is first called.

    `deciding` is None where its keywords cannot be looked at one by one, so that all of it is left
    to jsonschema-rs.
    """

    __slots__ = (
        "_deciding", "_judged", "_locator", "_pointer", "_rest", "find", "kinds", "leads", "unlike",
    )  # fmt: skip

    def __init__(self, locator: Locator, pointer: str, deciding: Mapping[str, Any] | None) -> None:
        self._locator, self._pointer, self._deciding = locator, pointer, deciding
        kept = alone(deciding or {})
        self._judged = _kinds(types_judged(kept))
        self._rest: Any = None
        if deciding is None:
            self._rest = locator.validator(pointer)
        elif kept:
            self._rest = locator.schemas.standing_alone(kept)
        self.find: Finder = self._first
        self.kinds = _kinds(_types(kept))
        self.leads = deciding is None or not deciding.keys().isdisjoint(LEADING)
        self.unlike = finders.UNSAID if self.leads else self._unlike()

    @property
    def test(self) -> Test | None:
        """A test that those values of the right type pass in which nothing is to be found.

        Where a schema leads far, or back to itself, no value does: testing it at each level would
        take longer than going down.
        """
        if self._deciding is None:
            return self._rest.is_valid  # type: ignore[no-any-return]
        if not self.leads:
            return self._rest.is_valid if self._deciding.keys() - {"type"} else None
        if not is_simple(self._locator.schemas.document, self._pointer):
            return _never
        whole = self._locator.schemas.validator(self._pointer)
        return whole.is_valid  # type: ignore[no-any-return]

    def open(self) -> None:
        """Make `find` what it is from now on."""
        deciding = self._deciding
        self.find = finders.told(self._rest) if deciding is None else self._compile(deciding)

    def _first(self, value: Any, location: str, where: str, found: list[Violation]) -> None:
        self.open()
        self.find(value, location, where, found)

    def _unlike(self) -> finders.Unlike:
        return finders.unlike(_types(self._deciding or {}), self.kinds, self._judged)

    def _compile(self, deciding: Mapping[str, Any]) -> Finder:
        found: Finder = finders.nothing
        judged = self._judged
        if self._rest is not None:
            found = finders.itself(self._unlike(), self.kinds - judged, self._rest)
        properties, required = deciding.get("properties", {}), deciding.get("required", ())
        if len(properties) > _MOST_MEMBERS:
            raise IntricateError
        if properties and dict in self.kinds:
            said = {name: f"{_quoted(name)} is a required property" for name in required}
            parts = {name: self._child("properties", name) for name in properties}
            # What leads nowhere is the cheaper to test.
            described = [
                Member(name, said.get(name, ""), parts[name])
                for name in sorted(parts, key=lambda name: parts[name].leads)
            ]
            found = finders.members(described, found, dict in judged)
        if list in self.kinds and deciding.get("items", True) is not True:
            found = finders.items(self._child("items"), found, list in judged)
        others = []
        if dict in self.kinds and isinstance(deciding.get("additionalProperties"), dict):
            others = [finders.others(properties, self._child("additionalProperties"))]
        nodes = [self._locator.node(where) for where in beside(deciding, self._pointer)]
        return finders.every([found, *others], nodes) if others or nodes else found

    def _child(self, *tokens: str) -> Node:
        return self._locator.node(ptr.join(self._pointer, *tokens))


def _types(deciding: Mapping[str, Any]) -> Sequence[str]:
    """The types that a schema allows."""
    given = deciding.get("type", tuple(_KINDS))
    return [given] if isinstance(given, str) else given


def _kinds(types: Iterable[str]) -> frozenset[type]:
    """What values of some types of JSON are in Python."""
    return frozenset(kind for name in types for kind in _KINDS[name])


def _never(value: object) -> bool:
    return False
