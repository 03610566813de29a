"""Plain data as trees of objects and arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def copied(node: Any) -> Any:
    """A deep copy in which nothing is shared, not even what YAML aliases refer to."""
    if isinstance(node, Mapping):
        return {key: copied(value) for key, value in node.items()}
    return [copied(entry) for entry in node] if isinstance(node, list) else node


def members(node: Any) -> list[tuple[str, Any]]:
    """The names and values of an object, as they are now; [] for any other value."""
    return list(node.items()) if isinstance(node, dict) else []
