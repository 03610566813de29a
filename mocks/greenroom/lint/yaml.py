"""Rules for the text: no values that YAML 1.1 reads differently, no anchors, no long lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

import yaml

from ..contract.loading.yaml12 import Loader
from ..schema import json_pointer as ptr
from .document import Document, Messages

_Yaml11Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LONGEST_LINE = 140
_LONGEST_WORD = 60
_TEXT = "tag:yaml.org,2002:str"


def _nodes(text: str, loader: Any) -> Iterator[tuple[str, Any, bool]]:
    """The pointer and the node of each value and key of a YAML text; whether it is a key."""
    stack: list[tuple[str, Any, bool]] = [("", yaml.compose(text, Loader=loader), False)]
    while stack:
        where, node, is_key = stack.pop()
        yield where, node, is_key
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
    in_11 = (node.tag for _, node, _ in _nodes(document.text, _Yaml11Loader))
    for (where, node, is_key), tag in zip(nodes, in_11, strict=True):
        type_11 = tag.rpartition(":")[2]
        if is_key and tag != _TEXT:
            yield where, f"the key {node.value} is of type {type_11} in YAML; quote it"
        elif not is_key and node.tag != tag:
            yield where, f"{node.value} is of type {type_11} in YAML 1.1; quote it"


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
    for where, node, _ in _nodes(document.text, Loader):
        if (name := marks.pop(node.start_mark.index, None)) is not None:
            yield where, f"the anchor &{name}; repeat the part or make it a component"


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
    keys = [
        (node.start_mark.line, where)
        for where, node, is_key in _nodes(document.text, Loader)
        if is_key
    ]
    for number in too_long:
        _, nearest = keys[max(bisect_right(keys, number, key=itemgetter(0)) - 1, 0)]
        message = f"line {number + 1} has {len(lines[number])} characters; break it at about 120"
        yield nearest, message
