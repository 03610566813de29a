"""Where responses show things, and which values stand for the same identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import ends_in_id, words
from ...schema.subschemas import InstanceShape, Pointers, in_place_subschemas, shape_of
from ..links import target_parameter
from ..model import Contract, Example, MediaType, Operation, Response
from ..runtime_expressions import expressions

_COMPONENTS = "/components/schemas/"
_DEEPEST = 2
_INDEX = re.compile(r"/\d+$")
_NAME = re.compile(r"\{[^/]*?\}")
# A parameter or a property that holds an identifier: its kind, its owner, its name.
Slot = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """An object in a body, or with `many` an array of objects; `pointer` is where it is.

    `names` are the component schemas that describe the object, its own first. An object that none
    describes, and that has an identifier, is named like the collection that the path leads to.
    """

    pointer: str
    many: bool
    names: tuple[str, ...]
    schema: str
    properties: Mapping[str, Pointers]

    @property
    def name(self) -> str:
        """The name of its own schema."""
        return self.names[0] if self.names else ""

    def things(self, body: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects here in the value of a body, each with its pointer."""
        found = ptr.value_at(body, self.pointer)
        for i, entry in enumerate(found) if self.many and isinstance(found, list) else ():
            if isinstance(entry, dict):
                yield ptr.join(self.pointer, i), entry
        if not self.many and isinstance(found, dict):
            yield self.pointer, found


class Story:
    """The responses and links of a contract, read once."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._places: dict[str, tuple[Place, ...]] = {}
        self._shapes: dict[Pointers, InstanceShape] = {}
        self._same: dict[Slot, Slot] = {}
        self.linked: set[Slot] = set()
        self._operations = {operation.id: operation for operation in contract.operations}
        for operation in contract.operations:
            for response in operation.responses:
                for link in response.links:
                    self._read_link(operation, link.operation_id, link.parameters, link.body)

    # Identifiers

    def join(self, one: Slot, other: Slot) -> None:
        """Let two slots stand for the same identifier."""
        self._same[self.root(one)] = self.root(other)

    def root(self, slot: Slot) -> Slot:
        """The slot that represents all that stand for the same identifier."""
        while (parent := self._same.get(slot, slot)) != slot:
            slot = parent
        return slot

    def is_same(self, one: Slot, other: Slot) -> bool:
        """Whether two slots stand for the same identifier."""
        return self.root(one) == self.root(other)

    def _read_link(
        self, source: Operation, target_id: str, parameters: Mapping[str, Any], body: Any
    ) -> None:
        target = self._operations[target_id]
        found = [
            (parameter_slot(target, parameter.location, parameter.name), str(value))
            for key, value in parameters.items()
            if (parameter := target_parameter(target, key))
        ]
        found += [
            # An item of an array stands for all of them.
            (("body", target.id, _INDEX.sub("", where)), value)
            for where, value in expressions(body)
        ]
        for slot, expression in found:
            given = self._given(source, expression)
            if given is not None:
                self.join(given, slot)
                self.linked |= {given, slot}

    def _given(self, operation: Operation, expression: str) -> Slot | None:
        """The slot that an expression of a link from an operation takes its value from."""
        if expression.startswith("$request.path."):
            return parameter_slot(operation, "path", expression.removeprefix("$request.path."))
        where = expression.removeprefix("$response.body#")
        best = None
        for place in self.places(operation) if where != expression else ():
            rest = where.removeprefix(place.pointer).split("/")[1:]
            rest = rest[1:] if place.many else rest
            if where.startswith(f"{place.pointer}/") and rest and rest[0] in place.properties:
                best = property_slot(place, rest[0])
        return best

    # Places

    def shape(self, pointers: Pointers) -> InstanceShape:
        """The shape of a value by its schemas."""
        if pointers not in self._shapes:
            self._shapes[pointers] = shape_of(self.contract.document, pointers)
        return self._shapes[pointers]

    def places(self, operation: Operation) -> tuple[Place, ...]:
        """The places of the response with things, outer ones first."""
        if operation.id not in self._places:
            sent = success(operation)
            schema = sent[1].schema if sent else None
            inside = self._inside((schema,), "", 0, _segment(operation)) if schema else ()
            self._places[operation.id] = tuple(inside)
        return self._places[operation.id]

    def place_of(self, schema: str) -> Place:
        """The place of a body that a schema describes."""
        return self._place((schema,), "", self.shape((schema,)), "", many=False)

    def body_place(self, operation: Operation, pointer: str = "") -> Place | None:
        """The place of the request's body at a pointer, None without such an object or array."""
        content = operation.body.content if operation.body else ()
        schema = next((m.schema for m in content if m.schema and not m.is_patch), None)
        inside = self._inside((schema,), "", 0, _segment(operation)) if schema else ()
        return next((place for place in inside if place.pointer == pointer), None)

    def _inside(self, schemas: Pointers, pointer: str, depth: int, owner: str) -> Iterator[Place]:
        shape = self.shape(schemas)
        if shape.is_array:
            item = self.shape(shape.items)
            if item.properties:
                yield self._place(shape.items, pointer, item, owner, many=True)
        elif shape.is_object:
            yield self._place(schemas, pointer, shape, owner, many=False)
            for name, inner in shape.properties.items() if depth < _DEEPEST else ():
                yield from self._inside(inner, ptr.join(pointer, name), depth + 1, owner)

    def _place(
        self, schemas: Pointers, pointer: str, shape: InstanceShape, owner: str, many: bool
    ) -> Place:
        described = [w for s in schemas for _, w in in_place_subschemas(self.contract.document, s)]
        # An alternative that says more comes first, and a schema before those that it extends.
        components = [where for where in described if _is_component(where)]
        components.sort(key=lambda where: -len(self.shape((where,)).properties))
        names = tuple(dict.fromkeys(ptr.split(where)[-1] for where in components))
        if not names and any(is_own_identifier(name, owner) for name in shape.properties):
            names = (owner,)
        schema = (components or described)[0]
        return Place(pointer, many, names, schema, shape.properties)


def _segment(operation: Operation) -> str:
    return collection(operation.path)


def collection(path: str) -> str:
    """The last part of a path that is no parameter, empty where there is none."""
    return next((part for part in path.split("/")[::-1] if part and "{" not in part), "")


def success(operation: Operation) -> tuple[Response, MediaType] | None:
    """The first success with a JSON body, None without one."""
    return next(((r, m) for r in answers(operation) for m in r.content if m.is_json), None)


def answers(operation: Operation) -> tuple[Response, ...]:
    """The 2XX responses, the lowest first; of an operation without one, the default response."""
    others = tuple(response for response in operation.responses if response.status == "default")
    return operation.successes or others


def examples(operation: Operation) -> tuple[Example, ...]:
    """The examples of the first success with a JSON body."""
    sent = success(operation)
    return sent[1].examples if sent else ()


def parameter_slot(operation: Operation, location: str, name: str) -> Slot:
    """A parameter; one of the path is the same in all paths that begin alike."""
    if location != "path":
        return location, operation.id, name
    before, found, _ = operation.path.partition(f"{{{name}}}")
    return "path", _NAME.sub("{}", before + found), ""


def property_slot(place: Place, name: str) -> Slot:
    """A property of the things at a place."""
    return "property", place.name or place.schema, name


def names(prop: str, parameter: str, owner: str) -> bool:
    """Whether a parameter may name things by a property: `petId` or `pet` by `id`."""
    found, given = words(prop), words(parameter)
    is_end = bool(found) and given[-len(found) :] == found
    is_whole = found == ("id",) and given == words(owner)
    return is_end or is_whole or found == (*words(owner), *given)


def is_own_identifier(prop: str, owner: str) -> bool:
    """Whether a property identifies its owner: `id`, `interview_id` of a new interview.

    An owner may be named like a collection: `userId` of `users`, `companyId` of `companies`.
    """
    of = [form for word in words(owner) for form in (word, *_singular(word))]
    return ends_in_id(prop) and set(words(prop)[:-1]) <= set(of)


def _singular(word: str) -> tuple[str, ...]:
    return (word[:-1], f"{word[:-3]}y") if word.endswith("s") else ()


def _is_component(pointer: str) -> bool:
    return pointer.startswith(_COMPONENTS) and pointer.count("/") == _COMPONENTS.count("/")
