"""XML elements to the values that a schema means, by its `xml` objects (OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.subschemas import InstanceShape, Pointers, Types
from ...schema.validators import SchemaSet
from ..interpretation import Interpretations, meanings
from .names import PropertyNames, xml_name
from .parsing import INSTANCE, XML, Element, Name

# A JSON pointer into a value, and which element or attribute should not be there.
Misplaced = tuple[str, str]
# `xsi:type`, `xml:lang` and the like are never part of a documented value.
_FOREIGN = (INSTANCE, XML)
_STRUCTURES = frozenset(("array", "object"))
_ARRAY = frozenset(("array",))


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a document, and the elements and attributes that have no place in it."""

    value: Any
    misplaced: tuple[Misplaced, ...] = ()

    def below(self, name: str | int) -> Iterator[Misplaced]:
        """The misplaced parts, with pointers into the array or object that holds the value."""
        for pointer, message in self.misplaced:
            yield ptr.join("", name) + pointer, message


# An element, or the text of an attribute.
_Sent = Element | str
# The reading of an element, by its identity and its schemas.
_Known = dict[tuple[int, Pointers], Reading]


class XmlReader:
    """Reads elements by the schemas of one document."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._interpretations = Interpretations(schemas)
        self._name = cache(partial(xml_name, schemas.document))
        self._property_names: dict[int, PropertyNames] = {}

    def document(self, root: Element, pointers: Pointers) -> Reading:
        """The value of a document, given its root element."""
        name = self._name(pointers)
        reading = self._read(root, pointers, {})
        # An array has an element, and so a name, only where it is wrapped.
        is_array = self._interpretations.shape_of(pointers).is_array
        if is_array and not name.wrapped:
            return reading
        if name.matches(root.name, root.name.local):
            return reading
        documented = name.described(name.local or root.name.local)
        message = f"the root element is <{root.name.written}>; documented: {documented}"
        return Reading(reading.value, (("", message), *reading.misplaced))

    def _read(self, part: _Sent, pointers: Pointers, known: _Known) -> Reading:
        """The first reading that is valid, else the first of all."""
        if isinstance(part, str):
            return Reading(self._interpretations.best(part.strip(), pointers))
        # Elements are read again for every alternative of the schemas around them.
        key = id(part), pointers
        if key not in known:
            readings = self._readings(part, pointers, known)
            first, second = next(readings), next(readings, None)
            if second is None:
                known[key] = first
            else:
                several = chain((first, second), readings)
                known[key] = next((r for r in several if self._is_good(r, pointers)), first)
        return known[key]

    def _is_good(self, reading: Reading, pointers: Pointers) -> bool:
        return not reading.misplaced and self._interpretations.is_valid(reading.value, pointers)

    def _readings(self, element: Element, pointers: Pointers, known: _Known) -> Iterator[Reading]:
        if element.is_nil:
            yield Reading(None)
            return
        for shape in self._interpretations.shapes_of(pointers):
            if shape.is_array:
                yield self._array(element, shape, pointers, known)
            if shape.is_object:
                yield self._object(element, shape, known)
            if shape.types - _STRUCTURES:
                yield from map(Reading, _meanings(element.text, shape.types))
            elif not shape.is_array and not shape.is_object:
                has_parts = element.children or element.attributes
                yield self._object(element, shape, known) if has_parts else Reading(element.text)

    def _array(
        self, wrapper: Element, shape: InstanceShape, pointers: Pointers, known: _Known
    ) -> Reading:
        """The items within an element around them."""
        around = self._name(pointers).local or wrapper.name.local
        values: list[Any] = []
        misplaced: list[Misplaced] = []
        for child in wrapper.children:
            described = shape.of_item(len(values))
            name = self._name(described)
            if not name.matches(child.name, around):
                documented = name.described(name.local or around)
                misplaced.append(("", f"holds <{child.name.written}>; documented: {documented}"))
                continue
            reading = self._read(child, described, known)
            misplaced += reading.below(len(values))
            values.append(reading.value)
        return Reading(values, tuple(misplaced))

    def _object(self, element: Element, shape: InstanceShape, known: _Known) -> Reading:
        names = self._names_of(shape)
        documented: dict[str, list[_Sent]] = {}
        others: dict[str, list[Reading]] = {}
        misplaced: list[Misplaced] = []
        sent_parts: list[tuple[Name, _Sent]] = [*element.attributes]
        sent_parts += ((child.name, child) for child in element.children)
        for sent, part in sent_parts:
            is_attribute, local = isinstance(part, str), sent.local
            name = names.find(sent, is_attribute)
            if name is not None:
                documented.setdefault(name, []).append(part)
            elif local in shape.properties:
                misplaced.append(self._misnamed(sent, is_attribute, shape.properties[local]))
            elif not (is_attribute and sent.namespace in _FOREIGN):
                reading = self._read(part, shape.of_property(local), known)
                others.setdefault(local, []).append(reading)
        for name in names.never_absent:
            documented.setdefault(name, [])
        found = {
            name: self._property(parts, shape.properties[name], known)
            for name, parts in documented.items()
        }
        found |= {name: _together(readings) for name, readings in others.items()}
        misplaced += chain.from_iterable(reading.below(name) for name, reading in found.items())
        return Reading({name: reading.value for name, reading in found.items()}, tuple(misplaced))

    def _property(self, sent: Sequence[_Sent], pointers: Pointers, known: _Known) -> Reading:
        """The value of a property, given all its elements, or its attribute."""
        shape, name = self._interpretations.shape_of(pointers), self._name(pointers)
        if not shape.is_array or name.wrapped or name.attribute:
            return _together([self._read(part, pointers, known) for part in sent])
        readings = [self._read(part, shape.of_item(i), known) for i, part in enumerate(sent)]
        items = _listed(readings)
        # It may be an array, or one value of another type.
        if len(sent) == 1 and shape.types - _ARRAY and not self._is_good(items, pointers):
            alone = self._read(sent[0], pointers, known)
            return alone if self._is_good(alone, pointers) else items
        return items

    def _misnamed(self, sent: Name, is_attribute: bool, pointers: Pointers) -> Misplaced:
        """The message for a part that is named like a property that is written otherwise."""
        written = f"the attribute {sent.written}" if is_attribute else f"<{sent.written}>"
        documented = self._name(pointers).described(sent.local)
        return ptr.join("", sent.local), f"is sent as {written}; documented: {documented}"

    def _names_of(self, shape: InstanceShape) -> PropertyNames:
        # `Interpretations` keeps its shapes, so that none of them has the identity of another.
        key = id(shape)
        if key not in self._property_names:
            names = PropertyNames(shape, self._interpretations.shape_of, self._name)
            self._property_names[key] = names
        return self._property_names[key]


def _together(readings: Sequence[Reading]) -> Reading:
    """One reading of a property, or the list of several, which no schema of one value allows."""
    return readings[0] if len(readings) == 1 else _listed(readings)


def _listed(readings: Sequence[Reading]) -> Reading:
    misplaced = tuple(m for i, reading in enumerate(readings) for m in reading.below(i))
    return Reading([reading.value for reading in readings], misplaced)


def _meanings(text: str, types: Types) -> Iterator[Any]:
    """The values that the text of an element can mean; only strings keep white space around it."""
    stripped = text.strip()
    *meant, _ = meanings(stripped, types)
    yield from meant
    yield text if "string" in types else stripped
