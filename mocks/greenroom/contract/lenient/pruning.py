"""Leaving things out of a document: what has to go for a fault to be gone, and taking it out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ..loading.companion_files import KEY as GRAPHQL
from ..loading.tree import copied
from ..object_kinds import DATA, child_kind, is_reference, kind_at
from ..validation.problem import Fault

# What can go without anything else becoming invalid or meaning something else.
_FREE = frozenset(("example", "link", "callback", "header", "encoding", "external documentation"))
_ALONE = _FREE | {
    "parameter", "schema", "security scheme", "server", "tag", "operation", "path item",
}  # fmt: skip
# What a request or an answer is judged by goes with the whole operation.
_WHOLE = frozenset(("operation", "path item"))
_NEEDED = frozenset(("", "/openapi", "/info", "/paths"))
# A rule whose pointers lead to what goes, or so many steps below that.
_STEPS = {"operation-id": 0, "tag": 0, "parameter": 0, "path": 0, "path-parameter": 0,
          "example": 0, "component": 0, "server": 1, "security": 1}  # fmt: skip


class Pruning:
    """A document that things are left out of. The one given is left as it is.

    It remembers what is gone, and the pointers that things had when they were first written.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._is_own = False
        self._gone: set[str] = set()
        self._indices: dict[int, list[int]] = {}

    def first_written(self, pointer: str) -> str:
        """The pointer of something before anything was left out; lists have become shorter."""
        node: Any = self.document
        where = ""
        for token in ptr.split(pointer):
            below = None
            if isinstance(node, list) and token.isdecimal() and int(token) < len(node):
                below = node[int(token)]
                kept = self._indices.get(id(node))
                token = str(kept[int(token)]) if kept else token
            elif isinstance(node, dict):
                below = node.get(token)
            where = ptr.step(where, token)
            node = below
        return where

    def cut(self, pointers: Iterable[str]) -> bool:
        """Leave out what stands at pointers; those that lead nowhere (any more) are passed over.

        Whether there was anything.
        """
        found = False
        # From behind, so that what is still to go is where it was.
        for pointer in sorted(set(pointers), key=_descending, reverse=True):
            above, _, token = pointer.rpartition("/")
            try:
                holder = ptr.look_up(self._own(), above)
                ptr.look_up(self.document, pointer)
            except LookupError:
                continue
            found = True
            if isinstance(holder, list):
                kept = self._indices.setdefault(id(holder), list(range(len(holder))))
                del holder[int(token)], kept[int(token)]
            else:
                self._gone.add(pointer)
                del holder[ptr.split(f"/{token}")[0]]
        return found

    def is_gone(self, pointer: str) -> bool:
        """Whether something at a pointer, or around it, was left out."""
        while pointer and pointer not in self._gone:
            pointer = _above(pointer, 1)
        return bool(pointer)

    def fill(self, pointer: str, values: Mapping[str, Any]) -> None:
        """Give the object at a pointer what it is missing."""
        ptr.look_up(self._own(), pointer).update(values)

    def _own(self) -> Mapping[str, Any]:
        if not self._is_own:
            self.document, self._is_own = copied(self.document), True
        return self.document


def to_leave_out(document: Mapping[str, Any], fault: Fault, cascades: bool) -> list[str]:
    """The pointers of what has to go for a fault to be gone, [] for what the document needs.

    `cascades` says that a reference leads to what was left out itself.
    """
    found = list(_to_leave_out(document, fault, cascades))
    return found if _NEEDED.isdisjoint(found) else []


def _to_leave_out(document: Mapping[str, Any], fault: Fault, cascades: bool) -> Iterator[str]:
    pointer = fault.pointer
    if fault.rule in _STEPS:
        yield _above(pointer, _STEPS[fault.rule])
    elif fault.rule == "reference":
        site = _above(pointer, 1)
        free = kind_at(site) in _FREE or (cascades and kind_at(site) == "parameter")
        yield site if free else _nearest(pointer, _FREE | _WHOLE)
    elif fault.rule == "schema":
        yield _keyword(document, pointer)
    elif fault.rule in ("file", "graphql") or pointer.endswith(f"/{GRAPHQL}"):
        yield _nearest(pointer, _WHOLE)
    elif fault.unexpected:
        yield from (ptr.step(pointer, name) for name in fault.unexpected)
    elif _is_value(pointer):
        yield pointer
    else:
        yield _nearest(pointer, _ALONE)


def _above(pointer: str, steps: int) -> str:
    for _ in range(steps):
        pointer = pointer.rpartition("/")[0]
    return pointer


def _is_value(pointer: str) -> bool:
    """Whether a pointer leads to a value or a collection, and not to an object with a kind."""
    kind = kind_at(pointer)
    return kind in (DATA, "extension") or kind[0] in "{["


def _nearest(pointer: str, kinds: frozenset[str] | set[str]) -> str:
    """The nearest thing of some kinds at or around a pointer; a component is always one."""
    while pointer:
        place = ptr.split(pointer)
        if kind_at(pointer) in kinds or (place[0] == "components" and len(place) == 3):
            return pointer
        pointer = _above(pointer, 1)
    return pointer


def _keyword(document: Mapping[str, Any], pointer: str) -> str:
    """The keyword of a schema that a fault at or below it is in, or one entry of that keyword."""
    kind, node = "document", document
    schema, rest = "", list(ptr.split(pointer))
    tokens = list(rest)
    where = ""
    for i, token in enumerate(tokens):
        kind, where = child_kind(kind, token), ptr.step(where, token)
        try:
            node = ptr.look_up(node, ptr.join("", token))
        except LookupError:
            break
        if kind == "schema" and isinstance(node, dict):
            schema, rest = where, tokens[i + 1 :]
    if not rest:
        return pointer
    inside = child_kind("schema", rest[0])
    return ptr.join(schema, *rest[: 2 if inside[0] in "{[" else 1])


def _descending(pointer: str) -> tuple[tuple[int, str], ...]:
    tokens = ptr.split(pointer)
    return tuple((int(t), "") if t.isdecimal() else (-1, t) for t in tokens)


def refers_to(document: Mapping[str, Any], fault: Fault) -> str | None:
    """The pointer that a reference at fault leads to, None where it is none within the document."""
    try:
        node = ptr.look_up(document, _above(fault.pointer, 1))
    except LookupError:
        return None
    if not is_reference(node) or not node["$ref"].startswith("#/"):
        return None
    return ptr.of_reference(node["$ref"])
