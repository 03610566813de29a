"""How a list is paged: parameters that exist, and places that the examples of the answer have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..contract.model import Example, Operation
from ..contract.object_kinds import Part
from ..contract.pagination import KEY, POINTERS
from ..contract.provenance import KEY as PROVENANCE
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

_WAYS = ("page", "offset")
_KEYS = ("size", *_WAYS, "first", *POINTERS, PROVENANCE)
# Keys that mean nothing without another.
_BESIDE = {"first": "page", "echoed-page": "page", "echoed-offset": "offset"}


def described(document: Document) -> Iterator[Found]:
    """x-pagination names query parameters, and places that some example of the answer has."""
    for part in document.of_kind("operation"):
        if KEY in part.node:
            found = list(_well_formed(document, part))
            yield from found or _shown(document, part)


def _well_formed(document: Document, part: Part) -> Iterator[Found]:
    said, where = part.node[KEY], ptr.join(part.pointer, KEY)
    if not isinstance(said, dict):
        yield where, "not a map such as {size: limit, page: page, first: 1, items: /data}"
        return
    if ptr.split(part.pointer)[0] == "webhooks":
        yield where, "nobody calls a webhook; leave x-pagination out"
        return
    for name in said:
        if name not in _KEYS:
            yield ptr.join(where, name), f"not a key here; known: {listed(_KEYS)}"
    if "size" not in said or "items" not in said or sum(way in said for way in _WAYS) != 1:
        yield where, "needs 'size', 'items', and one of 'page' and 'offset'"
    for name in ("size", *_WAYS):
        if name in said and said[name] not in (known := _queried(document, part)):
            right = f"those are {listed(known)}"
            yield ptr.join(where, name), f"{said[name]!r} is no query parameter; {right}"
    for name, needed in _BESIDE.items():
        if name in said and needed not in said:
            yield ptr.join(where, name), f"means nothing without {needed!r}"
    first = said.get("first", 0)
    if isinstance(first, bool) or first not in (0, 1):
        yield ptr.join(where, "first"), "0 or 1; left out where no source says"
    for name in POINTERS:
        value = said.get(name, "")
        if not isinstance(value, str) or (value and not value.startswith("/")):
            yield ptr.join(where, name), f"{value!r} is no JSON pointer, such as /data/items"


def _queried(document: Document, part: Part) -> list[str]:
    operation = _operation(document, part)
    return [p.name for p in operation.parameters if p.location == "query"] if operation else []


def _shown(document: Document, part: Part) -> Iterator[Found]:
    """Each place is in an example of the lowest 2XX, and wherever it is holds what it should."""
    operation = _operation(document, part)
    answers = list(_answers(operation)) if operation else []
    for name in POINTERS:
        if name not in part.node[KEY]:
            continue
        place = part.node[KEY][name]
        values = list(_values(answers, place))
        where = ptr.join(part.pointer, KEY, name)
        if not values:
            yield where, f"no example of a success has anything at {place!r}"
        for example, value in values:
            right, holds = _RIGHT[name]
            if not holds(value):
                yield where, f"not {right} at {place!r} of the example {example.name}"


def _operation(document: Document, part: Part) -> Operation | None:
    operations = document.contract.operations
    return next((o for o in operations if o.pointer == part.pointer), None)


def _answers(operation: Operation) -> Iterator[Example]:
    successes = [r for r in operation.responses if r.status.startswith("2")]
    for response in sorted(successes, key=lambda r: r.status)[:1]:
        for media in response.content:
            yield from media.examples if media.is_json else ()


def _values(answers: list[Example], place: str) -> Iterator[tuple[Example, Any]]:
    for example in answers:
        try:
            yield example, ptr.look_up(example.value, place)
        except LookupError:
            continue


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_COUNT: tuple[str, Callable[[Any], bool]] = ("a whole number", _is_count)
_RIGHT: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(POINTERS, _COUNT),
    "items": ("a list", lambda value: isinstance(value, list)),
    "more": ("true or false", lambda value: isinstance(value, bool)),
}
