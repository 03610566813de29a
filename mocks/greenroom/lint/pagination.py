"""The rule for `x-pagination`: its parameters exist, and its places are in response examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..contract.extension_schemas import problems
from ..contract.model import Example, Operation
from ..contract.object_kinds import Part
from ..contract.pagination import KEY, POINTERS
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

# Keys that mean nothing without another one.
_NEEDS = {"first": "page", "echoed-page": "page", "echoed-offset": "offset"}


def described(document: Document) -> Messages:
    """x-pagination names query parameters, and places that an example of the response has."""
    for part, where in document.having(KEY, "operation"):
        messages = list(_well_formed(document, part, where))
        yield from messages or _in_examples(document, part)


def _well_formed(document: Document, part: Part, where: str) -> Messages:
    node = part.node[KEY]
    if ptr.split(part.pointer)[0] == "webhooks":
        yield where, "not for webhooks; leave it out"
        return
    yield from problems(KEY, part.node, part.pointer)
    if not isinstance(node, dict):
        return
    if ("page" in node) == ("offset" in node):
        yield where, "needs either 'page' or 'offset'"
    known = _query_parameters(document, part)
    for name in ("size", "page", "offset"):
        if name in node and node[name] not in known:
            message = f"{node[name]!r} is not a query parameter here; those are {listed(known)}"
            yield ptr.join(where, name), message
    for name, needed in _NEEDS.items():
        if name in node and needed not in node:
            yield ptr.join(where, name), f"has no meaning without {needed!r}"


def _query_parameters(document: Document, part: Part) -> list[str]:
    operation = _operation(document, part)
    return [p.name for p in operation.parameters if p.location == "query"] if operation else []


def _in_examples(document: Document, part: Part) -> Messages:
    """Each place is in some example of the lowest 2XX, and has the right type in all of them."""
    operation = _operation(document, part)
    examples = list(_success_examples(operation)) if operation else []
    for name in POINTERS:
        if name not in part.node[KEY]:
            continue
        place = part.node[KEY][name]
        values = list(_values(examples, place))
        where = ptr.join(part.pointer, KEY, name)
        if not values:
            yield where, f"no example of the lowest 2XX response has anything at {place!r}"
        kind, is_valid = _TYPES[name]
        for example, value in values:
            if not is_valid(value):
                yield where, f"not {kind} at {place!r} of the example {example.name}"


def _operation(document: Document, part: Part) -> Operation | None:
    operations = document.contract.operations
    return next((o for o in operations if o.pointer == part.pointer), None)


def _success_examples(operation: Operation) -> Iterator[Example]:
    successes = [r for r in operation.responses if r.status.startswith("2")]
    for response in sorted(successes, key=lambda r: r.status)[:1]:
        for media in response.content:
            yield from media.examples if media.is_json else ()


def _values(examples: list[Example], place: str) -> Iterator[tuple[Example, Any]]:
    for example in examples:
        try:
            yield example, ptr.look_up(example.value, place)
        except LookupError:
            continue


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_COUNT: tuple[str, Callable[[Any], bool]] = ("a whole number from 0", _is_count)
_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(POINTERS, _COUNT),
    "items": ("a list", lambda value: isinstance(value, list)),
    "more": ("true or false", lambda value: isinstance(value, bool)),
}
