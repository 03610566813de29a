"""The names that schemas give to elements and attributes (XML Object, OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...schema.subschemas import InstanceShape, Pointers, conjuncts
from .parsing import Name


@dataclass(frozen=True, slots=True)
class XmlName:
    """The name that a schema gives to its values, with empty parts where it gives none.

    `wrapped` is whether an array has an element around its items.
    """

    local: str
    prefix: str
    namespace: str
    attribute: bool
    wrapped: bool

    def matches(self, sent: Name, default: str) -> bool:
        """Whether a name that was sent is this one; `default` is the local name if it has none.

        A namespace counts where one is documented.
        """
        if self.namespace and sent.namespace != self.namespace:
            return False
        return sent.local == (self.local or default)

    def described(self, local: str) -> str:
        """The name as it is written in a message."""
        space = f" in the namespace {self.namespace}" if self.namespace else ""
        written = f"the attribute {local}" if self.attribute else f"<{local}>"
        return written + space


def xml_name(document: Mapping[str, Any], pointers: Pointers) -> XmlName:
    """The name that schemas give, those next to the value before those that they refer to.

    Alternatives do not rename their parent.
    """
    merged: dict[str, Any] = {}
    for schema, _ in conjuncts(document, *pointers):
        given = schema.get("xml")
        if isinstance(given, dict):
            merged = {**given, **merged}
    return XmlName(
        str(merged.get("name", "")),
        str(merged.get("prefix", "")),
        str(merged.get("namespace", "")),
        merged.get("attribute") is True,
        merged.get("wrapped") is True,
    )


class PropertyNames:
    """The properties of an object by their names in XML."""

    def __init__(
        self,
        shape: InstanceShape,
        shape_of: Callable[[Pointers], InstanceShape],
        name_of: Callable[[Pointers], XmlName],
    ) -> None:
        self._known: dict[tuple[bool, str], list[tuple[str, XmlName]]] = {}
        # Without an element around its items, an empty array looks like an absent property; a
        # required one is read as empty.
        self.never_absent: list[str] = []
        for name, pointers in shape.properties.items():
            xml, described = name_of(pointers), shape_of(pointers)
            if described.is_array and not xml.wrapped and not xml.attribute:
                xml = name_of(described.of_item(0))
                if name in shape.required:
                    self.never_absent.append(name)
            self._known.setdefault((xml.attribute, xml.local or name), []).append((name, xml))

    def find(self, sent: Name, is_attribute: bool) -> str | None:
        """The property that an element or attribute belongs to."""
        known = self._known.get((is_attribute, sent.local), ())
        return next((name for name, xml in known if xml.matches(sent, name)), None)
