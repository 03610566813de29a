"""Which elements and attributes the properties of an object are in XML (OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...schema.subschemas import InstanceShape, Pointers
from .names import XmlName
from .parsing import Name


@dataclass(frozen=True, slots=True)
class Field:
    """One property: what it is called in XML, and whether it is an array with no element around it.

    `local` is its name in XML without a prefix, that of its items for such an array.
    """

    name: str
    pointers: Pointers
    xml: XmlName
    local: str
    is_bare: bool

    def matches(self, sent: Name) -> bool:
        """Whether an element or attribute is the property."""
        return self.xml.matches(sent, self.name)


class Fields:
    """The properties of an object by their names in XML."""

    def __init__(
        self,
        shape_of: InstanceShape,
        describe: Callable[[Pointers], InstanceShape],
        name_of: Callable[[Pointers], XmlName],
    ) -> None:
        self._elements: dict[str, list[Field]] = {}
        self._attributes: dict[str, list[Field]] = {}
        # An array without any items and without an element around them leaves no trace.
        self.never_absent: list[str] = []
        for name, pointers in shape_of.properties.items():
            xml, described = name_of(pointers), describe(pointers)
            is_bare = described.is_array and not xml.wrapped and not xml.attribute
            if is_bare:
                xml = name_of(described.of_item(0))
                if name in shape_of.required:
                    self.never_absent.append(name)
            field = Field(name, pointers, xml, xml.local or name, is_bare)
            by_name = self._attributes if xml.attribute else self._elements
            by_name.setdefault(field.local, []).append(field)

    def of_element(self, name: Name) -> Field | None:
        """The property that an element is."""
        return _matching(self._elements.get(name.local, ()), name)

    def of_attribute(self, name: Name) -> Field | None:
        """The property that an attribute is."""
        return _matching(self._attributes.get(name.local, ()), name)


def _matching(fields: Iterable[Field], name: Name) -> Field | None:
    return next((field for field in fields if field.matches(name)), None)
