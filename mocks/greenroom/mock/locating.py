"""Where a value breaks its schema, and how, at the price of what is wrong with it.

jsonschema-rs says whether a value is valid in a microsecond, and takes ten to say what is wrong
with it, since every error carries copies and texts that nobody asks for here. So the objects and
arrays that a schema describes are walked by this module, which tells the commonest errors itself,
in the words of jsonschema-rs, and leaves it those parts that it alone understands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from json.encoder import encode_basestring as _quoted
from typing import Any

from ..contract import pointer as ptr
from ..contract.schemas import Schemas
from .keywords import LEADING, alone, apart, beside, is_simple, types_judged
from .violation import Violation

# Adds to a list where a value breaks a schema, and how. It takes the value, the location and the
# pointer at which that stands, and the list.
Finder = Callable[[Any, str, str, list[Violation]], None]
Test = Callable[[object], bool]

_KINDS: Mapping[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_EVERY_KIND = frozenset(kind for kinds in _KINDS.values() for kind in kinds)
_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    type(None): lambda value: "null",
    str: _quoted,
}
_ABSENT = object()
_MOST_INTRICATE = 8
# As Violation(...) does it, without what a call of Python's takes.
_violation = partial(tuple.__new__, Violation)


class IntricateError(Exception):
    """A schema that leads so far that taking it apart takes more than it saves."""


class Locator:
    """The schemas of a document, each taken apart when it first finds something wrong."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._nodes: dict[str, _Node] = {}
        self._intricate = 0

    def finder(self, pointer: str) -> Finder:
        """What finds out where a value breaks the schema at a pointer.

        It raises IntricateError, and RecursionError for values that are too deep for it.
        """
        return self.node(pointer).find

    def validator(self, pointer: str) -> Any:
        """The validator of the schema at a pointer. Raises IntricateError."""
        # Each is compiled with all that it refers to, as others that refer to the same are.
        if not is_simple(self.schemas.raw, pointer):
            self._intricate += 1
            if self._intricate > _MOST_INTRICATE:
                raise IntricateError
        return self.schemas.validator(pointer)

    def node(self, pointer: str) -> _Node:
        """The schema at a pointer, or the one that it is another name for."""
        if pointer not in self._nodes:
            deciding = apart(self.schemas.raw, pointer)
            if deciding is not None and deciding.keys() == {"$ref"}:
                self._nodes[pointer] = self.node(ptr.of_reference(deciding["$ref"]))
            else:
                self._nodes[pointer] = _Node(self, pointer, deciding)
        return self._nodes[pointer]


# A name, what is said where it is missing (empty where it may be), the step that it adds to a
# pointer, the types of what is right, what is said of others (empty where that takes looking), the
# test of what is right, and the schema.
_Property = tuple[str, str, str, frozenset[type], str, Test | None, "_Node"]


class _Node:
    """One schema: where it leads, and the `rest`, which jsonschema-rs judges.

    `kinds` are the types that a value may have in Python. All is rest where the keywords of the
    schema cannot be looked at one by one.
    """

    __slots__ = (
        "_beside",
        "_deciding",
        "_is_open",
        "_item_test",
        "_items",
        "_judged",
        "_kind",
        "_locator",
        "_others",
        "_pointer",
        "_properties",
        "_rest",
        "_unlike",
        "kinds",
    )

    def __init__(self, locator: Locator, pointer: str, deciding: Mapping[str, Any] | None) -> None:
        self._locator, self._pointer = locator, pointer
        self._deciding = deciding or {}
        self._is_open = False
        self.kinds = _EVERY_KIND
        self._kind: Any = None
        self._unlike = ""
        if "type" in self._deciding:
            given = self._deciding["type"]
            names = [given] if isinstance(given, str) else given
            self.kinds = frozenset(kind for name in names for kind in _KINDS[name])
            self._kind = locator.schemas.standing_alone({"type": given})
            self._unlike = f" is not of type {_quoted(names[0])}" if len(names) == 1 else ""
        kept = alone(self._deciding)
        self._rest: Any = locator.schemas.standing_alone(kept) if kept else None
        self._judged = frozenset(kind for name in types_judged(kept) for kind in _KINDS[name])
        if deciding is None:
            self._rest, self._judged = locator.validator(pointer), _EVERY_KIND

    def _open(self) -> None:
        """Look where the schema leads, which may be to itself."""
        deciding = self._deciding
        required = deciding.get("required", ())
        self._properties: list[_Property] = []
        for name in deciding.get("properties", ()):
            missing = f"{_quoted(name)} is a required property" if name in required else ""
            node, step = self._below("properties", name), ptr.step("", name)
            about = (node.kinds, node.all_unlike(), node.test())
            self._properties.append((name, missing, step, *about, node))
        says_items = deciding.get("items", True) is not True
        self._items = self._below("items") if says_items else None
        self._item_test = self._items.test() if self._items is not None else None
        says_others = isinstance(deciding.get("additionalProperties"), dict)
        self._others = self._below("additionalProperties") if says_others else None
        self._beside = [self._locator.node(where) for where in beside(deciding, self._pointer)]
        self._is_open = True

    def _below(self, *tokens: str) -> _Node:
        return self._locator.node(ptr.join(self._pointer, *tokens))

    def test(self) -> Test | None:
        """A test of values of the right type, None where there is nothing to test.

        What leads far, or back to itself, takes no value as it stands: testing it at each level
        would take longer than going down.
        """
        if self._deciding.keys().isdisjoint(LEADING):
            return self._rest.is_valid if self._rest is not None else None
        if not is_simple(self._locator.schemas.raw, self._pointer):
            return _never
        whole = self._locator.schemas.validator(self._pointer)
        return whole.is_valid  # type: ignore[no-any-return]

    def all_unlike(self) -> str:
        """All that is wrong with a value of another type, after the value itself.

        Empty where there may be more.
        """
        is_leaf = self._deciding.keys().isdisjoint(LEADING)
        return self._unlike if is_leaf and self._judged <= self.kinds else ""

    def find(self, value: Any, location: str, where: str, found: list[Violation]) -> None:
        """Add what is wrong with a value that stands at a pointer of a location."""
        if not self._is_open:
            self._open()
        kind = type(value)
        if kind not in self.kinds:
            if kind in _WRITTEN and self._unlike:
                message = _WRITTEN[kind](value) + self._unlike
                found.append(_violation((location, where, message)))
            else:
                # A float may be an integer, and an array is written out.
                _tell(self._kind, value, location, where, found)
        elif kind is dict:
            get = value.get
            for name, missing, step, kinds, unlike, is_valid, node in self._properties:
                entry = get(name, _ABSENT)
                if entry is _ABSENT:
                    if missing:
                        found.append(_violation((location, where, missing)))
                elif type(entry) not in kinds:
                    if unlike and type(entry) in _WRITTEN:
                        message = _WRITTEN[type(entry)](entry) + unlike
                        found.append(_violation((location, where + step, message)))
                    else:
                        node.find(entry, location, where + step, found)
                elif is_valid is not None and not is_valid(entry):
                    node.find(entry, location, where + step, found)
            if self._others is not None:
                self._find_others(value, location, where, found)
        elif kind is list and self._items is not None:
            node, is_valid = self._items, self._item_test
            kinds = node.kinds
            for index, entry in enumerate(value):
                if type(entry) not in kinds or (is_valid is not None and not is_valid(entry)):
                    node.find(entry, location, f"{where}/{index}", found)
        for node in self._beside:
            node.find(value, location, where, found)
        if kind in self._judged and not self._rest.is_valid(value):
            _tell(self._rest, value, location, where, found)

    def _find_others(
        self, value: Mapping[str, Any], location: str, where: str, found: list[Violation]
    ) -> None:
        described = self._deciding.get("properties", ())
        for name, entry in value.items():
            if self._others is not None and name not in described:
                self._others.find(entry, location, ptr.step(where, name), found)


def _never(value: object) -> bool:
    return False


def _tell(judge: Any, value: Any, location: str, where: str, found: list[Violation]) -> None:
    for error in judge.iter_errors(value):
        pointer = ptr.join(where, *error.instance_path)
        found.append(Violation(location, pointer, error.message))
