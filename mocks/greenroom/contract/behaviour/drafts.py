"""What is found out about resources and operations before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..model import Operation
from .evidence import Evidence
from .story import Place


@dataclass(slots=True)
class ResourceDraft:
    """A resource: its fullest place, what identifies it, and its `x-resource`."""

    name: str
    place: Place
    identifiers: list[str]
    evidence: Evidence
    keys: list[str] = field(default_factory=list)
    singleton: bool = False
    node: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class OperationDraft:
    """What an operation does, and its `x-resource-operation`."""

    operation: Operation
    resource: ResourceDraft
    kind: str
    evidence: Evidence
    node: dict[str, Any] = field(default_factory=dict)
