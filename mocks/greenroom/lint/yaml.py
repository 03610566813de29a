"""Rules for the text: no values that YAML 1.1 reads differently, no anchors, no long lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from ..contract.loading.yaml12 import Loader
from ..schema import json_pointer as ptr
from .document import Document, Messages

_Yaml11Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST_LINE = 140
_LONGEST_WORD = 60
_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class _TextNode:
    pointer: str
    line: int
    index: int
    text: str
    tag: str
    is_key: bool = False


def _nodes(text: str, loader: Any) -> Iterator[_TextNode]:
    stack: list[tuple[str, Any, bool]] = [("", yaml.compose(text, Loader=loader), False)]
    while stack:
        where, node, is_key = stack.pop()
        mark = node.start_mark
        scalar = node.value if isinstance(node, yaml.ScalarNode) else ""
        yield _TextNode(where, mark.line, mark.index, scalar, node.tag, is_key)
        children: list[tuple[str, Any, bool]] = []
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                place = ptr.join(where, str(key.value))
                children += [(place, key, True), (place, value, False)]
        elif isinstance(node, yaml.SequenceNode):
            children += [(ptr.join(where, i), entry, False) for i, entry in enumerate(node.value)]
        stack.extend(children[::-1])


def ambiguous_values(document: Document) -> Messages:
    """Keys and values mean the same in YAML 1.1 and 1.2; others are quoted."""
    if document.text is None:
        return
    nodes = _nodes(document.text, Loader)
    for node, in_11 in zip(nodes, _nodes(document.text, _Yaml11Loader), strict=True):
        type_11 = in_11.tag.rpartition(":")[2]
        if node.is_key and in_11.tag != _TEXT:
            yield node.pointer, f"the key {node.text} is of type {type_11} in YAML; quote it"
        elif not node.is_key and node.tag != in_11.tag:
            yield node.pointer, f"{node.text} is of type {type_11} in YAML 1.1; quote it"


def anchors(document: Document) -> Messages:
    """There are no anchors and aliases, so that every part can be read on its own."""
    if document.text is None:
        return
    events: Iterable[Any] = yaml.parse(document.text, Loader=_Yaml11Loader)
    marks = {
        event.start_mark.index: event.anchor
        for event in events
        if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent)
    }
    if not marks:
        return
    for node in _nodes(document.text, Loader):
        if (name := marks.pop(node.index, None)) is not None:
            yield node.pointer, f"the anchor &{name}; repeat the part or make it a component"


def line_length(document: Document) -> Messages:
    """No line is longer than 140 characters, except one with a word of over 60."""
    if document.text is None:
        return
    lines = document.text.splitlines()
    too_long = [
        number
        for number, line in enumerate(lines)
        if len(line) > _LONGEST_LINE and max(map(len, line.split())) <= _LONGEST_WORD
    ]
    if not too_long:
        return
    nodes = [node for node in _nodes(document.text, Loader) if node.is_key]
    starts = [node.line for node in nodes]
    for number in too_long:
        nearest = nodes[max(bisect_right(starts, number) - 1, 0)]
        message = f"line {number + 1} has {len(lines[number])} characters; break it at about 120"
        yield nearest.pointer, message
