"""Matching a path with path templates, concrete before templated (OpenAPI 3.1, 4.8.8.2).

The cost depends on the length of the path and not on the number of templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Generic, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")
_NOTHING: Mapping[str, str] = {}
_EXPRESSION = re.compile(r"\{([^{}]+)\}")


class _Node(Generic[Target]):
    __slots__ = ("literal", "mixed", "names", "parameter", "target")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[Target]] = {}
        # Segments with text around expressions, those with more text first.
        self.mixed: list[tuple[int, re.Pattern[str], _Node[Target]]] = []
        self.parameter: _Node[Target] | None = None
        self.target: Target | None = None
        self.names: tuple[str, ...] = ()


class Router(Generic[Target]):
    """Path templates, each with a target."""

    def __init__(self) -> None:
        self._concrete: dict[str, Target] = {}
        self._root: _Node[Target] = _Node()

    def add(self, template: str, target: Target) -> None:
        """Add a path template. Of two that match the same paths, the first wins."""
        if "{" not in template:
            self._concrete.setdefault(template, target)
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
        if node.target is None:
            node.target, node.names = target, tuple(names)

    def match(self, path: str) -> tuple[Target, Mapping[str, str]] | None:
        """The target for a raw path, with the raw text of each path parameter; None without one."""
        target = self._concrete.get(path)
        if target is not None:
            return target, _NOTHING
        values: list[str] = []
        node = _descend(self._root, path.split("/"), 1, values)
        if node is None or node.target is None:
            return None
        # A keyword argument would take as long as all the rest.
        return node.target, dict(zip(node.names, values))  # noqa: B905


def _descend(
    node: _Node[Target], segments: list[str], depth: int, values: list[str]
) -> _Node[Target] | None:
    if depth == len(segments):
        return node if node.target is not None else None
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


def _mixed(node: _Node[Target], segment: str) -> _Node[Target]:
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
