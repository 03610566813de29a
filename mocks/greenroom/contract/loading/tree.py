"""Plain data as trees of objects and lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def copied(node: Any) -> Any:
    """A copy of a value in which nothing is shared: what YAML aliases share becomes several."""
    if isinstance(node, Mapping):
        return {key: copied(value) for key, value in node.items()}
    return [copied(entry) for entry in node] if isinstance(node, list) else node


def members(node: Any) -> list[tuple[str, Any]]:
    """Names and values of an object, [] of what is none; the object may change meanwhile."""
    return list(node.items()) if isinstance(node, dict) else []
