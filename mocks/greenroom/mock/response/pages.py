"""Pages after the last documented item, so that a client that reads page by page comes to an end.

The examples of a list are its first page, whichever page is requested. A page that would begin
after all of their items (`x-pagination`) has the documented shape without items.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from ...codec.bodies.serializing import to_json
from ...contract.model import Operation, Paging
from ...http import media_type
from ...http.json_decoding import MalformedError, decode_json
from ...schema import json_pointer as ptr
from ..pipeline import RequestContext, Step
from .generator import ResponseGenerator
from .prepared import PreparedResponse, prepare

# Longer numbers are no pages.
_DIGITS = rb"=([0-9]{1,9})(?:&|$)"


def compile_pages(operation: Operation, generator: ResponseGenerator) -> Step | None:
    """A responder for the pages after the last one; None for an operation that has no pages."""
    paging = operation.paging
    return None if paging is None or paging.cursor else _Pages(operation, paging, generator).respond


class _Pages:
    def __init__(self, operation: Operation, paging: Paging, generator: ResponseGenerator) -> None:
        self._operation, self._paging, self._generator = operation, paging, generator
        self._number = _parameter(paging.page or paging.offset)
        self._size = _parameter(paging.size)

    def respond(self, context: RequestContext) -> PreparedResponse | None:
        """The response to a request for a page after the last one, None for any other."""
        found = self._number.search(context.query) if context.query else None
        if found is None:
            return None
        number, paging = int(found[1]), self._paging
        before = number if paging.offset else number - (1 if paging.first is None else paging.first)
        if before <= 0:
            return None
        selected = context.selected
        count = self._count(selected.body)
        sized = self._size.search(context.query)
        size = int(sized[1]) if sized else None
        if not paging.offset:
            # Without any size the documented items are taken for a page.
            before *= paging.default or count if size is None else size
        return self._empty(selected, number, size) if 0 < count <= before else None

    def _count(self, body: bytes) -> int:
        """How many items a body has; 0 where it has no list of them."""
        try:
            items = ptr.look_up(decode_json(body), self._paging.items)
        except (LookupError, MalformedError):
            return 0
        return len(items) if isinstance(items, list) else 0

    def _empty(
        self, selected: PreparedResponse, number: int, size: int | None
    ) -> PreparedResponse | None:
        """The page without items that follows from the first; None where that is not valid."""
        paging = self._paging
        value = ptr.with_value(decode_json(selected.body), paging.items, [])
        told = (
            (paging.more, False), (paging.echoed_size, size),
            (paging.echoed_page or paging.echoed_offset, number),
        )  # fmt: skip
        for pointer, new in told:
            if pointer is not None and new is not None and _has(value, pointer, type(new)):
                value = ptr.with_value(value, pointer, new)
        schema = self._schema(selected)
        if schema is not None and not self._generator.accepts(schema, value):
            return None
        body = to_json(value)
        fields = ((name, v) for name, v in selected.headers if name != b"content-length")
        length = (b"content-length", b"%d" % len(body))
        decision = selected.decision._replace(basis="inferred")
        return prepare(selected.status, (*fields, length), body, decision)

    def _schema(self, selected: PreparedResponse) -> str | None:
        """The pointer of the schema of a response."""
        kind = media_type.essence(
            dict(selected.headers).get(b"content-type", b"").decode("latin-1")
        )
        found = (
            media.schema
            for response in self._operation.successes
            for media in response.content
            if response.status in (str(selected.status), "2XX")
            and media_type.essence(media.name) == kind
        )
        return next(found, None)


def _parameter(name: str) -> re.Pattern[bytes]:
    """Finds the number that a query parameter has, its name encoded or not."""
    names = (re.escape(text).encode() for text in {name, quote(name, safe="")})
    return re.compile(rb"(?i)(?:^|&)(?:" + b"|".join(names) + rb")" + _DIGITS)


def _has(value: Any, pointer: str, kind: type) -> bool:
    return type(ptr.value_at(value, pointer)) is kind
