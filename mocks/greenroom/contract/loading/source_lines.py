"""The lines of a contract's file that a JSON pointer leads to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from ...schema import json_pointer as ptr
from .yaml12 import Loader

# Composing takes about 0.2 s per million characters.
_LARGEST = 5_000_000


def lines_of(text: str, pointers: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The first and the last line, counted from 1, of the value at each pointer, with its key.

    `text` is of a contract that was read, so that its depth is bounded. A pointer that leads
    nowhere has the lines of the last value that it leads through. Empty for JSON that YAML cannot
    read, and for a text that is too large to be read only for this.
    """
    try:
        root = yaml.compose(text, Loader=Loader) if len(text) <= _LARGEST else None
    except (yaml.YAMLError, RecursionError):
        root = None
    lines = text.splitlines()
    return {} if root is None else {each: _lines(root, each, lines) for each in set(pointers)}


def _lines(root: Any, pointer: str, lines: list[str]) -> tuple[int, int]:
    node, first = root, root.start_mark.line
    for name in ptr.split(pointer):
        found = next((pair for pair in _children(node) if pair[0] == name), None)
        if found is None:
            break
        _, first, node = found
    last = max(first + 1, node.end_mark.line + (node.end_mark.column > 0))
    while last > first + 1 and not lines[last - 1].strip():
        last -= 1
    return first + 1, last


def _children(node: Any) -> Iterable[tuple[str, int, Any]]:
    """The name, first line and node of each member or item."""
    if isinstance(node, yaml.MappingNode):
        return ((str(key.value), key.start_mark.line, value) for key, value in node.value)
    if isinstance(node, yaml.SequenceNode):
        return ((str(i), each.start_mark.line, each) for i, each in enumerate(node.value))
    return ()
