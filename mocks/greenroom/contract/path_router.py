"""Matching a path with path templates, concrete before templated (OpenAPI 3.1, 4.8.8.2).

The cost depends on the length of the path and not on the number of templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Generic, TypeVar
from urllib.parse import unquote

Leaf = TypeVar("Leaf")
_NOTHING: Mapping[str, str] = {}
_EXPRESSION = re.compile(r"\{([^{}]+)\}")


class _Node(Generic[Leaf]):
    __slots__ = ("leaf", "literal", "mixed", "names", "parameter")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[Leaf]] = {}
        # Segments with text around expressions, those with more text first.
        self.mixed: list[tuple[int, re.Pattern[str], _Node[Leaf]]] = []
        self.parameter: _Node[Leaf] | None = None
        self.leaf: Leaf | None = None
        self.names: tuple[str, ...] = ()


class Router(Generic[Leaf]):
    """Path templates, each with a leaf."""

    def __init__(self) -> None:
        self._concrete: dict[str, Leaf] = {}
        self._root: _Node[Leaf] = _Node()

    def add(self, template: str, leaf: Leaf) -> None:
        """Add a path template. Of two that match the same paths, the first wins."""
        if "{" not in template:
            self._concrete.setdefault(template, leaf)
        node = self._root
        names: list[str] = []
        for segment in template.split("/")[1:]:
            found = _EXPRESSION.findall(segment)
            names += found
            if not found:
                node = node.literal.setdefault(unquote(segment), _Node())
            elif segment == "{" + found[0] + "}":
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = _mixed(node, segment)
        if node.leaf is None:
            node.leaf, node.names = leaf, tuple(names)

    def match(self, path: str) -> tuple[Leaf, Mapping[str, str]] | None:
        """The leaf for a raw path, with the raw text of each path parameter; None without one."""
        leaf = self._concrete.get(path)
        if leaf is not None:
            return leaf, _NOTHING
        values: list[str] = []
        node = _descend(self._root, path.split("/"), 1, values)
        if node is None or node.leaf is None:
            return None
        return node.leaf, dict(zip(node.names, values, strict=True))


def _descend(
    node: _Node[Leaf], segments: list[str], depth: int, values: list[str]
) -> _Node[Leaf] | None:
    if depth == len(segments):
        return node if node.leaf is not None else None
    segment = segments[depth]
    plain = unquote(segment) if "%" in segment else segment
    child = node.literal.get(plain)
    if child is not None and (found := _descend(child, segments, depth + 1, values)):
        return found
    if not segment:
        return None
    before = len(values)
    for _, pattern, child in node.mixed:
        if matched := pattern.match(segment):
            values.extend(matched.groups())
            if found := _descend(child, segments, depth + 1, values):
                return found
            del values[before:]
    if node.parameter is not None:
        values.append(segment)
        if found := _descend(node.parameter, segments, depth + 1, values):
            return found
        del values[before:]
    return None


def _mixed(node: _Node[Leaf], segment: str) -> _Node[Leaf]:
    pattern = _pattern(segment)
    for _, known, child in node.mixed:
        if known.pattern == pattern:
            return child
    child = _Node()
    text = len(_EXPRESSION.sub("", segment))
    node.mixed.append((text, re.compile(pattern, re.DOTALL), child))
    node.mixed.sort(key=lambda entry: -entry[0])
    return child


def _pattern(segment: str) -> str:
    """A pattern for a segment with several expressions, or with text around one.

    Each expression matches as little as possible, and all but the last are atomic. A longer match
    of one would only leave less to the next, which matches any text, so nothing is lost, and the
    time is linear in the length of the segment.
    """
    head, *rest = _EXPRESSION.split(segment)
    literals = [re.escape(literal) for literal in rest[1::2]]
    inner = "".join(f"(?>(.+?){literal})" for literal in literals[:-1])
    last = f"(.+?){literals[-1]}" if literals[-1] else "(.+)"
    return f"{re.escape(head)}{inner}{last}\\Z"
