"""The text itself: no YAML 1.1 accident, no anchors, no endless lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ..contract.loading.yaml12 import Loader
from ..schema import json_pointer as ptr
from .document import Document, Found

_Stock: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST_LINE = 140
_LONGEST_WORD = 60
_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class _Node:
    pointer: str
    line: int
    index: int
    text: str
    tag: str
    is_key: bool = False


def _nodes(text: str, loader: Any) -> Iterator[_Node]:
    stack: list[tuple[str, Any, bool]] = [("", yaml.compose(text, Loader=loader), False)]
    while stack:
        where, node, is_key = stack.pop()
        mark = node.start_mark
        scalar = node.value if isinstance(node, yaml.ScalarNode) else ""
        yield _Node(where, mark.line, mark.index, scalar, node.tag, is_key)
        below: list[tuple[str, Any, bool]] = []
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                place = ptr.join(where, str(key.value))
                below += [(place, key, True), (place, value, False)]
        elif isinstance(node, yaml.SequenceNode):
            below += [(ptr.join(where, i), entry, False) for i, entry in enumerate(node.value)]
        stack.extend(below[::-1])


def accidents(document: Document) -> Iterator[Found]:
    """YAML 1.1 and 1.2 read every key and value alike: quote what one takes for something else."""
    if document.text is None:
        return
    ours = _nodes(document.text, Loader)
    for mine, stock in zip(ours, _nodes(document.text, _Stock), strict=True):
        is_word = stock.tag.rpartition(":")[2]
        if mine.is_key and stock.tag != _TEXT:
            yield mine.pointer, f"the key {mine.text} is {is_word} to YAML; quote it"
        elif not mine.is_key and mine.tag != stock.tag:
            yield mine.pointer, f"{mine.text} is {is_word} to YAML 1.1; quote it"


def anchors(document: Document) -> Iterator[Found]:
    """No anchors and aliases: every part can be read where it stands."""
    if document.text is None:
        return
    events: Iterable[Any] = yaml.parse(document.text, Loader=_Stock)
    marks = {
        event.start_mark.index: event.anchor
        for event in events
        if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent)
    }
    if not marks:
        return
    for node in _nodes(document.text, Loader):
        if (name := marks.pop(node.index, None)) is not None:
            yield node.pointer, f"the anchor &{name}; write the part out or make it a component"


def line_length(document: Document) -> Iterator[Found]:
    """No line is longer than 140 characters, unless one word in it is."""
    if document.text is None:
        return
    lines = document.text.splitlines()
    long = [
        number
        for number, line in enumerate(lines)
        if len(line) > _LONGEST_LINE and max(map(len, line.split())) <= _LONGEST_WORD
    ]
    if not long:
        return
    nodes = [node for node in _nodes(document.text, Loader) if node.is_key]
    starts = [node.line for node in nodes]
    for number in long:
        at = max(bisect_right(starts, number) - 1, 0)
        message = f"line {number + 1} has {len(lines[number])} characters; fold it at about 120"
        yield nodes[at].pointer, message
