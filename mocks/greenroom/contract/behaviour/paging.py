"""How lists are paged, as the names of parameters and of members of the response imply it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import words
from ...schema.subschemas import Pointers, in_place_subschemas
from ..model import Operation, Paging, Parameter
from ..pagination import OFFSETS, PAGES, POSITIONS, SIZES, read_paging
from .drafts import OperationDraft
from .story import Place, Story, examples, success

_DEEPEST = 3
# Statuses that may be of an invalid request.
_REFUSALS = frozenset(("400", "422", "4XX", "default"))
_NUMERIC = frozenset(("integer", "number"))
# Names as one word. After these a cursor may also be the identifier of a record.
_AFTER = frozenset(("startingafter", "startafter", "after", "pageafter"))
_CURSORS = _AFTER | {
    "cursor", "pagetoken", "nexttoken", "nextcursor", "nextpagetoken", "startcursor", "pagecursor",
    "continuationtoken", "paginationtoken", "paginationkey", "paginationcursor", "starttoken",
}  # fmt: skip
_BEFORE = frozenset(("endingbefore", "endbefore", "before", "pagebefore"))
# Keys of the extension, the types of what it names, and the names of that.
_PARAMETERS = (
    ("size", _NUMERIC, SIZES | {"count"}),
    ("page", _NUMERIC, PAGES),
    ("offset", _NUMERIC, OFFSETS),
    ("cursor", frozenset(("string",)), _CURSORS),
    ("before", frozenset(("string",)), _BEFORE),
)
_MEMBERS = (
    ("more", "boolean", ("hasmore", "more", "hasnext", "hasnextpage", "hasmorepages")),
    ("total", "integer", ("total", "totalcount", "totalitems", "totalelements", "totalresults")),
    ("pages", "integer", ("pages", "totalpages", "pagecount", "pagestotal")),
    ("echoed-size", "integer", SIZES),
    ("echoed-page", "integer", PAGES | {"currentpage"}),
    ("echoed-offset", "integer", OFFSETS),
)
_WAYS = {"next": "next", "previous": "previous", "prev": "previous"}
# What a way leads to, and what says that it does so by an address.
_ADDRESS = frozenset(("url", "uri", "link", "links", "href"))
_LED_TO = _ADDRESS | {"page", "cursor", "token", "key", "id", "start", "results", "records"}


class PagingReader:
    """Reads how operations page their lists; with `needs_proof` only what they declare."""

    def __init__(self, story: Story, needs_proof: bool) -> None:
        self._story, self._needs_proof = story, needs_proof

    def paging(self, draft: OperationDraft, place: Place | None) -> Paging | None:
        """How a list is paged whose items are at a place; an inferred one has no `pointer`."""
        operation = draft.operation
        if operation.paging is not None or self._needs_proof or place is None or not place.many:
            return operation.paging
        ignored = draft.node.get("filter", {})
        parameters = [p for p in operation.parameters if p.name not in ignored]
        asked, told = self._asked(parameters), self._told(operation)
        cursor = asked.get("cursor", "")
        # The cursor of the next page may have the name of its parameter.
        for pointer, schemas in self._members(operation) if cursor else ():
            if words(ptr.split(pointer)[-1]) == words(cursor) and self._is_text(schemas):
                told.setdefault("next", pointer)
        name = "".join(words(cursor))
        is_by_record = name in _AFTER and len(draft.resource.identifiers) == 1
        if "next" in told or "next-url" in told:
            by = "cursor"
        else:
            by = "cursor" if is_by_record and ("more" in told or name != "after") else ""
        by = by if by in asked else next((key for key in ("page", "offset") if key in asked), "")
        # Pages that cursors lead to have no numbers.
        kept = ("size", by, "before") if by == "cursor" else ("size", by)
        unfit = ("echoed-page", "echoed-offset") if by == "cursor" else ()
        node: dict[str, Any] = {key: told[key] for key in told if key not in unfit}
        node.update({key: asked[key] for key in kept if key in asked}, items=place.pointer)
        pages = tuple(p.schema for p in parameters if p.schema and p.name == node.get("page"))
        known = [each.get(key) for key in ("default", "minimum") for each in self._described(pages)]
        node["first"] = next((number for number in known if number in (0, 1)), None)
        found = read_paging(self._story.contract.document, node, "", parameters)
        refuses = not _REFUSALS.isdisjoint(response.status for response in operation.responses)
        return None if found is None else replace(found, refuses=refuses)

    def _asked(self, parameters: Sequence[Parameter]) -> dict[str, str]:
        """The parameters that choose a page, by the key of the extension."""
        found: dict[str, str] = {}
        for parameter in parameters:
            schemas = (parameter.schema,) if parameter.schema else ()
            for key, types, names in _PARAMETERS if parameter.location == "query" else ():
                fits = types & self._story.shape(schemas).types if schemas else key in POSITIONS
                fits = fits and (types <= _NUMERIC or self._is_text(schemas))
                if fits and "".join(words(parameter.name)) in names:
                    found.setdefault(key, parameter.name)
        return found

    def _told(self, operation: Operation) -> dict[str, str]:
        """What the response tells of its page, by the key of the extension."""
        found: dict[str, str] = {}
        for pointer, schemas in self._members(operation):
            *above, last = map(words, ptr.split(pointer))
            # In links an object may be around each address.
            way = above[-1] if last == ("href",) and above else last
            types = self._story.shape(schemas).types
            for key, kind, names in _MEMBERS:
                if kind in types and "".join(last) in names:
                    found.setdefault(key, pointer)
            if way and way[0] in _WAYS and _LED_TO.issuperset(way[1:]) and "string" in types:
                near = {*last, *(word for each in above for word in each)}
                is_url = not near.isdisjoint(_ADDRESS) or self._has_url(operation, pointer, schemas)
                if is_url or self._is_text(schemas):
                    found.setdefault(f"{_WAYS[way[0]]}{'-url' if is_url else ''}", pointer)
        return found

    def _members(self, operation: Operation) -> Iterator[tuple[str, Pointers]]:
        sent = success(operation)
        schema = sent[1].schema if sent else None
        return self._inside((schema,), "", 0) if schema else iter(())

    def _inside(self, schemas: Pointers, at: str, depth: int) -> Iterator[tuple[str, Pointers]]:
        for name, inner in self._story.shape(schemas).properties.items():
            yield ptr.join(at, name), inner
            if depth < _DEEPEST and self._story.shape(inner).is_object:
                yield from self._inside(inner, ptr.join(at, name), depth + 1)

    def _described(self, schemas: Pointers) -> Iterator[dict[str, Any]]:
        document = self._story.contract.document
        return (schema for each in schemas for schema, _ in in_place_subschemas(document, each))

    def _is_text(self, schemas: Pointers) -> bool:
        """Whether any text may be at a place."""
        bound = ("format", "pattern", "enum", "const")
        return all(each.get(key) is None for each in self._described(schemas) for key in bound)

    def _has_url(self, operation: Operation, pointer: str, schemas: Pointers) -> bool:
        described = [*self._described(schemas)]
        shown = [each.get("example") for each in described]
        for example in examples(operation):
            try:
                shown.append(ptr.look_up(example.value, pointer))
            except LookupError:
                continue
        formats = [each.get("format") for each in described]
        return "uri" in formats or any(
            isinstance(value, str) and value.startswith(("http://", "https://", "/"))
            for value in shown
        )
