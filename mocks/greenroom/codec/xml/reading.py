"""XML elements to the values that a schema means, by its `xml` objects (OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.subschemas import InstanceShape, Pointers, Types
from ...schema.validators import SchemaSet
from .. import coercion
from ..interpretation import Interpretations
from .names import XmlName, xml_name
from .parsing import INSTANCE, XML, Element
from .properties import Fields

# Where below a value, and what is wrong there.
Fault = tuple[str, str]
# What describes no value of a contract: `xsi:type`, `xml:lang` and the like.
_FOREIGN = (INSTANCE, XML)
_STRUCTURES = frozenset(("array", "object"))
_ARRAY = frozenset(("array",))


@dataclass(frozen=True, slots=True)
class Reading:
    """A value, and what of the document has no place in it."""

    value: Any
    faults: tuple[Fault, ...] = ()

    def below(self, name: str | int) -> Iterator[Fault]:
        """The faults as those of what the value is part of."""
        for where, message in self.faults:
            yield ptr.join("", name) + where, message


# The reading of an element, by its identity and its schemas.
_Known = dict[tuple[int, Pointers], Reading]


class XmlReader:
    """Reads elements by the schemas of one document."""

    def __init__(self, schemas: SchemaSet) -> None:
        self._document = schemas.document
        self._interpretations = Interpretations(schemas)
        self._names: dict[Pointers, XmlName] = {}
        self._fields: dict[int, Fields] = {}

    def document(self, root: Element, pointers: Pointers) -> Reading:
        """What the root element of a document means."""
        name = self._name(pointers)
        reading = self._read(root, pointers, {})
        # The name of an array is that of an element only where one is around it.
        is_array = self._interpretations.shape_of(pointers).is_array
        if is_array and not name.wrapped:
            return reading
        if name.matches(root.name, root.name.local):
            return reading
        documented = name.described(name.local or root.name.local)
        fault = "", f"the root element is <{root.name.written}>; documented: {documented}"
        return Reading(reading.value, (fault, *reading.faults))

    def _read(self, element: Element, pointers: Pointers, known: _Known) -> Reading:
        """The first reading that keeps to the schemas, else the first of all."""
        # Elements are read again for every alternative of what they are in.
        key = id(element), pointers
        if key not in known:
            readings = self._readings(element, pointers, known)
            first, second = next(readings), next(readings, None)
            if second is None:
                known[key] = first
            else:
                several = chain((first, second), readings)
                known[key] = next((r for r in several if self._is_good(r, pointers)), first)
        return known[key]

    def _is_good(self, reading: Reading, pointers: Pointers) -> bool:
        return not reading.faults and self._interpretations.is_valid(reading.value, pointers)

    def _readings(self, element: Element, pointers: Pointers, known: _Known) -> Iterator[Reading]:
        if element.is_nil:
            yield Reading(None)
            return
        for shape_of in self._interpretations.shapes_of(pointers):
            if shape_of.is_array:
                yield self._array(element, shape_of, pointers, known)
            if shape_of.is_object:
                yield self._object(element, shape_of, known)
            if shape_of.types - _STRUCTURES:
                yield from map(Reading, _interpretations(element.text, shape_of.types))
            elif not shape_of.is_array and not shape_of.is_object:
                has_parts = element.children or element.attributes
                yield self._object(element, shape_of, known) if has_parts else Reading(element.text)

    def _array(
        self, wrapper: Element, shape_of: InstanceShape, pointers: Pointers, known: _Known
    ) -> Reading:
        """The items within an element of their own."""
        around = self._name(pointers).local or wrapper.name.local
        values: list[Any] = []
        faults: list[Fault] = []
        for child in wrapper.children:
            described = shape_of.of_item(len(values))
            name = self._name(described)
            if not name.matches(child.name, around):
                documented = name.described(name.local or around)
                faults.append(("", f"holds <{child.name.written}>; documented: {documented}"))
                continue
            reading = self._read(child, described, known)
            faults += reading.below(len(values))
            values.append(reading.value)
        return Reading(values, tuple(faults))

    def _object(self, element: Element, shape_of: InstanceShape, known: _Known) -> Reading:
        fields = self._fields_of(shape_of)
        sent: dict[str, list[Element]] = {}
        others: dict[str, list[Reading]] = {}
        faults: list[Fault] = []
        found: dict[str, Reading] = {}
        for child in element.children:
            name = child.name.local
            field = fields.of_element(child.name)
            if field is not None:
                sent.setdefault(field.name, []).append(child)
            elif name in shape_of.properties:
                faults.append(self._misnamed(name, f"<{child.name.written}>", shape_of))
            else:
                reading = self._read(child, shape_of.of_property(name), known)
                others.setdefault(name, []).append(reading)
        for given, text in element.attributes:
            name = given.local
            field = fields.of_attribute(given)
            if field is not None:
                found[field.name] = Reading(
                    self._interpretations.best(text.strip(), field.pointers)
                )
            elif name in shape_of.properties:
                faults.append(self._misnamed(name, f"the attribute {given.written}", shape_of))
            elif given.namespace not in _FOREIGN:
                value = self._interpretations.best(text.strip(), shape_of.of_property(name))
                others.setdefault(name, []).append(Reading(value))
        for name in (*sent, *fields.never_absent):
            if name not in found:
                found[name] = self._property(sent.get(name, ()), shape_of.properties[name], known)
        found |= {name: _together(readings) for name, readings in others.items()}
        faults += (fault for name, reading in found.items() for fault in reading.below(name))
        return Reading({name: reading.value for name, reading in found.items()}, tuple(faults))

    def _property(self, sent: Sequence[Element], pointers: Pointers, known: _Known) -> Reading:
        """What the elements of a property mean together."""
        shape_of = self._interpretations.shape_of(pointers)
        if not shape_of.is_array or self._name(pointers).wrapped:
            return _together([self._read(child, pointers, known) for child in sent])
        readings = [self._read(child, shape_of.of_item(i), known) for i, child in enumerate(sent)]
        items = _listed(readings)
        # It may be an array, or one value of another type.
        if len(sent) == 1 and shape_of.types - _ARRAY and not self._is_good(items, pointers):
            alone = self._read(sent[0], pointers, known)
            return alone if self._is_good(alone, pointers) else items
        return items

    def _misnamed(self, name: str, written: str, shape_of: InstanceShape) -> Fault:
        """The violation of what is named like a property that is written otherwise."""
        documented = self._name(shape_of.properties[name]).described(name)
        return ptr.join("", name), f"is sent as {written}; documented: {documented}"

    def _fields_of(self, shape_of: InstanceShape) -> Fields:
        # Shapes are kept, so that none of them has the identity of another.
        key = id(shape_of)
        if key not in self._fields:
            self._fields[key] = Fields(shape_of, self._interpretations.shape_of, self._name)
        return self._fields[key]

    def _name(self, pointers: Pointers) -> XmlName:
        if pointers not in self._names:
            self._names[pointers] = xml_name(self._document, pointers)
        return self._names[pointers]


def _together(readings: Sequence[Reading]) -> Reading:
    """One reading of a property, or the list of several, which no schema of one value allows."""
    return readings[0] if len(readings) == 1 else _listed(readings)


def _listed(readings: Sequence[Reading]) -> Reading:
    faults = tuple(fault for i, reading in enumerate(readings) for fault in reading.below(i))
    return Reading([reading.value for reading in readings], faults)


def _interpretations(text: str, types: Types) -> Iterator[Any]:
    """What the text of an element can mean; white space around it counts in a string only."""
    stripped = text.strip()
    *meant, _ = coercion.meanings(stripped, types)
    yield from meant
    yield text if "string" in types else stripped
