"""What elements and attributes of XML are called (XML Object, OpenAPI 3.1, 4.8.26)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.subschemas import Pointers
from .parsing import Name


@dataclass(frozen=True, slots=True)
class XmlName:
    """The name of what describes a value: empty where the schema gives none of its own.

    `wrapped` says that an array has an element of its own around its items.
    """

    local: str
    namespace: str
    attribute: bool
    wrapped: bool

    def matches(self, sent: Name, local: str) -> bool:
        """Whether it is the name that was sent, where it is called `local` for want of its own.

        A namespace counts where one is documented.
        """
        if self.namespace and sent.namespace != self.namespace:
            return False
        return sent.local == (self.local or local)

    def described(self, local: str) -> str:
        """The name as a violation writes it."""
        space = f" in the namespace {self.namespace}" if self.namespace else ""
        written = f"the attribute {local}" if self.attribute else f"<{local}>"
        return written + space


def xml_name(document: Mapping[str, Any], pointers: Pointers) -> XmlName:
    """The name that schemas give, those next to the value before those that they refer to."""
    merged: dict[str, Any] = {}
    for schema in _composed(document, pointers):
        given = schema.get("xml")
        if isinstance(given, dict):
            merged = {**given, **merged}
    return XmlName(
        str(merged.get("name", "")),
        str(merged.get("namespace", "")),
        merged.get("attribute") is True,
        merged.get("wrapped") is True,
    )


def _composed(document: Mapping[str, Any], pointers: Pointers) -> Iterator[Mapping[str, Any]]:
    """Schemas and what they refer to, but for alternatives: those are called what they are in."""
    queue, seen = list(pointers), set()
    for pointer in queue:
        schema = ptr.look_up(document, pointer)
        if not isinstance(schema, dict) or pointer in seen:
            continue
        seen.add(pointer)
        yield schema
        if isinstance(schema.get("$ref"), str):
            queue.append(ptr.of_reference(schema["$ref"]))
        queue += [ptr.join(pointer, "allOf", i) for i in range(len(schema.get("allOf", ())))]
