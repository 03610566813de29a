"""What is found out about resources and operations before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model import Operation
from .evidence import Evidence
from .story import Place


@dataclass(slots=True)
class ResourceDraft:
    """A resource: its fullest place, what identifies it, and its `x-resource` as far as declared.

    `schemas` are the names of the component schemas that describe it.
    """

    name: str
    place: Place
    identifiers: list[str]
    evidence: Evidence
    keys: list[str] = field(default_factory=list)
    schemas: set[str] = field(default_factory=set)
    singleton: bool = False
    node: dict[str, Any] = field(default_factory=dict)

    def describes(self, place: Place) -> bool:
        """Whether the things at a place are of this resource, by their schemas."""
        known = {self.name, *self.schemas}
        return not known.isdisjoint(place.names) or (place.name in self.place.names[1:])


@dataclass(slots=True)
class OperationDraft:
    """What an operation does, and its `x-resource-operation` as far as declared."""

    operation: Operation
    resource: ResourceDraft
    kind: str
    evidence: Evidence
    node: dict[str, Any] = field(default_factory=dict)
