"""Values of a request and of records, by the runtime expressions of a contract's behaviour."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ..contract.behaviour.binding import Projection
from ..contract.behaviour.resource import Set, Value
from ..contract.pagination import POINTERS
from ..contract.runtime_expressions import NOTHING, Message, parse
from ..mock.response.candidates import ResponseCandidate
from ..mock.response.prepared import PreparedResponse
from .merging import copied, put, remove, tokens, value_at
from .shape import Shape

SIMULATED = "simulated"
# Most spaces have one seed.
_MOST_SEEDS = 16
# What a response may have although its example, that of a last page, has not.
_LEADING_ON = ("more", "next", "next-url", "previous", "previous-url")
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")
_ROOT = re.compile(r"\$(resource|parent|item|list|event|subscription)(?:#(.*))?", re.DOTALL)


@dataclass(slots=True)
class Scope:
    """What expressions address, each NOTHING where there is none.

    `list` has the numbers that a response tells: `total`, `count`, and those of its page.
    """

    request: Message
    resource: Any = NOTHING
    parent: Any = NOTHING
    item: Any = NOTHING
    list: Any = NOTHING
    event: Any = NOTHING
    subscription: Any = NOTHING


Evaluate = Callable[[Scope], Any]
# A pointer, and the name if it is that of a property; what is written there, and the name of the
# property of a record if it is that.
_Pair = tuple[str, str | None, Evaluate, str | None]


def compiled(value: Value) -> Evaluate:
    """A function that gives the value in a scope, NOTHING where the scope lacks it."""
    text = value.expression
    if not text:
        return lambda scope: value.constant
    if text.startswith("$"):
        return _expression(text)
    parts = _EMBEDDED.split(text)
    inner = [_expression(part) for part in parts[1::2]]

    def embedded(scope: Scope) -> Any:
        found = [evaluate(scope) for evaluate in inner]
        if any(each is NOTHING for each in found):
            return NOTHING
        texts = [each if isinstance(each, str) else json.dumps(each) for each in found]
        return "".join(map("".join, zip(parts[::2], [*texts, ""], strict=True)))

    return embedded


def _expression(text: str) -> Evaluate:
    if (root := _ROOT.fullmatch(text)) is not None:
        pointer = root[2] or ""
        if root[1] == "resource" and len(tokens(pointer)) == 1:
            return partial(_member, tokens(pointer)[0])
        return partial(_in_root, root[1], pointer)
    expression = parse(text)
    if (expression.source, expression.part) == ("request", "body"):
        return lambda scope: value_at(scope.request.request_body, expression.name, NOTHING)

    def of_request(scope: Scope) -> Any:
        try:
            return expression.value(scope.request)
        except LookupError:
            return NOTHING

    return of_request


def _member(name: str, scope: Scope) -> Any:
    return scope.resource.get(name, NOTHING)


def _in_root(name: str, pointer: str, scope: Scope) -> Any:
    return value_at(getattr(scope, name), pointer, NOTHING)


def where(value: Value) -> str:
    """The place of a request that a value is from, as violations name it: `body /posting_id`."""
    _, _, rest = value.expression.partition(".")
    location, _, name = rest.partition("#" if rest.startswith("body") else ".")
    return f"{location} {name}" if name else f"body {value.expression.partition('#')[2]}".strip()


class Projector:
    """Makes the value of a documented response from records."""

    def __init__(
        self, projection: Projection, hidden: frozenset[str], paging: Any, shape: Shape
    ) -> None:
        self.projection = projection
        self._shape = shape
        self._hidden = hidden
        self._numbers = tuple(
            (pointer, key)
            for key, field in POINTERS.items()
            if paging is not None and key != "items" and (pointer := getattr(paging, field))
        )
        self._pairs = tuple(self._compiled(pair) for pair in projection.pairs)
        self._item_pairs = tuple(self._compiled(pair) for pair in projection.item_pairs)
        self._at_item = f"{projection.items}/0"
        lists = projection.items is not None
        shown = shape.sample(full=lists) if projection.value is None else projection.value
        elements = value_at(shown, projection.items or "", ())
        is_list = isinstance(elements, list) and bool(elements)
        self._element = elements[0] if projection.items is not None and is_list else {}
        self._body = {} if shown is None else copied(shown)
        for pointer, *_ in self._pairs:
            # It gets another value, so that nothing large is copied in vain.
            if value_at(self._body, pointer) is not None:
                self._body = put(self._body, pointer, None)
        self._is_flat = isinstance(self._body, dict) and not any(
            isinstance(value, dict | list) for value in self._body.values()
        )
        pointers = [pair.pointer for pair in (*projection.pairs, *projection.item_pairs)]
        # Places within what comes from a record must not be written to the record.
        self._nested = any(a.startswith(f"{b}/") for a in pointers for b in pointers)
        # A response of a record alone is the same until the record changes.
        roots = [pair.value.expression for pair in (*projection.pairs, *projection.item_pairs)]
        self.is_of_record = all(text.startswith("$resource") or not text for text in roots)

    def members(self, varying: frozenset[str]) -> list[tuple[str, str]] | None:
        """The members of the body that show varying members of a record, each as it is.

        Pairs of names, there and in the record. None where the body shows more than that.
        """
        found = []
        if self.projection.items is not None or self._numbers or self._nested:
            return None
        for pair, (_, name, _, source) in zip(self.projection.pairs, self._pairs, strict=True):
            if (expression := pair.value.expression) and not expression.startswith("$resource#/"):
                return None
            if expression and tokens(expression.removeprefix("$resource#"))[0] in varying:
                if name is None or source is None:
                    return None
                found.append((name, source))
        return found

    def _compiled(self, pair: Set) -> _Pair:
        path = tokens(pair.pointer)
        name = path[0] if len(path) == 1 else None
        evaluate = compiled(pair.value)
        if pair.value.expression in ("$resource", "$resource#") and self._hidden:
            evaluate = self._shown
        source = None
        if isinstance(evaluate, partial) and evaluate.func is _member:
            source = evaluate.args[0]
        return pair.pointer, name, evaluate, source

    def _shown(self, scope: Scope) -> Any:
        return {k: v for k, v in scope.resource.items() if k not in self._hidden}

    def value(self, scope: Scope, records: list[Any]) -> Any:
        """The body in a scope; `records` are the values of those that a list shows."""
        body = dict(self._body) if self._is_flat else copied(self._body)
        for pointer, key in self._numbers:
            found = scope.list.get(key, NOTHING)
            if found is None and not self._shape.takes_null(pointer):
                # In links an object is around an address.
                around = pointer.removesuffix("/href")
                self._shape.forget(body, around)
                found = NOTHING if value_at(body, around) is None else ""
            if found is not NOTHING and (
                key in _LEADING_ON or value_at(body, pointer, NOTHING) is not NOTHING
            ):
                put(body, pointer, found)
        body = self._written(body, "", self._pairs, scope)
        if self.projection.items is None:
            return body
        elements = []
        for record in records:
            scope.resource = record
            element = copied(self._element)
            elements.append(self._written(element, self._at_item, self._item_pairs, scope))
        return put(body, self.projection.items, elements)

    def _written(self, value: Any, base: str, pairs: tuple[_Pair, ...], scope: Scope) -> Any:
        """A value with its pairs; null is left out where the response may not have it."""
        for pointer, name, evaluate, source in pairs:
            found = evaluate(scope) if source is None else scope.resource.get(source, NOTHING)
            if found is None and not self._shape.takes_null(f"{base}{pointer}"):
                found = NOTHING
            if found is NOTHING:
                remove(value, pointer)
            elif name is not None and not self._nested and type(value) is dict:
                value[name] = found
            else:
                value = put(value, pointer, copied(found) if self._nested else found)
        return value


@dataclass(slots=True, eq=False)
class Form:
    """A documented response, and what puts the values of records into it, if anything does."""

    candidate: ResponseCandidate
    projector: Projector | None
    heads: dict[int | str, PreparedResponse] = field(default_factory=dict)

    def head(self, seed: int | str) -> PreparedResponse:
        """What is the same in all of its JSON responses: the head, without the length."""
        made = self.heads.get(seed)
        if made is None:
            made = self.candidate.of_value({}, SIMULATED, str(seed))
            made.head = made.head.replace(b"content-length: 2\r\n", b"")
            if len(self.heads) < _MOST_SEEDS:
                self.heads[seed] = made
        return made
