"""Rules for times in examples of requests that must lie ahead when the request is sent."""

from __future__ import annotations

import re

from ..contract.effects import READ
from ..contract.extension_schemas import problems
from ..schema import json_pointer as ptr
from ..schema.name_words import words
from .document import Document, Messages, examples_of
from .example_texts import texts

_RELATIVE = "x-relative-time"
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}\S*)?")
# Names and descriptions of what lies ahead. A start or an end may be that of a past period.
_AHEAD = frozenset((
    "schedule", "scheduled", "expiry", "expires", "expire", "expiration", "deadline", "due",
    "until", "reminder",
))  # fmt: skip
_FUTURE = re.compile(r"\b(in the future|not (lie )?in the past|later than now)\b", re.IGNORECASE)


def relative(document: Document) -> Messages:
    """x-relative-time is on an example of a request, and leads to dates and times in its value."""
    bodies = (e for o in document.contract.operations for e in examples_of(o.body))
    requests = {example.pointer for example in bodies}
    for part, where in document.having(_RELATIVE, "example"):
        found = list(problems(_RELATIVE, part.node, part.pointer))
        yield from found
        if part.pointer not in requests:
            yield where, "not an example of a request body, so nobody sends it; leave it out"
        values = dict(ptr.walk(part.node.get("value")))
        for place in part.node[_RELATIVE] if not found else ():
            value = values.get(place)
            if not isinstance(value, str) or not _TIME.fullmatch(value):
                yield ptr.join(where, place), "no date or date-time at this place of the value"


def ahead(document: Document) -> Messages:
    """A time of a request that must lie ahead, by its name or description, is a relative one."""
    for operation in document.contract.operations:
        for text in texts(document, operation.body) if operation.effects != (READ,) else ():
            must = _FUTURE.search(text.description) or not _AHEAD.isdisjoint(words(text.name))
            node = ptr.look_up(document.document, text.example.pointer)
            relative = node.get(_RELATIVE)
            is_relative = isinstance(relative, dict) and text.path in relative
            if must and _TIME.fullmatch(text.value) and not is_relative:
                message = f"{text.name} must lie ahead, and {text.value} does not for ever; write "
                yield text.pointer, f"{message}{_RELATIVE}: {{{text.path}: P2D}} in the example"
