"""The extension `x-pagination`: how an operation pages a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..schema import json_pointer as ptr
from ..schema.name_words import words
from .model import Operation, Paging, Parameter

PAGINATION_KEY = "x-pagination"
# Keys of the extension that are JSON pointers into the response body, and their field of Paging.
POINTERS = {
    "items": "items",
    "total": "total",
    "pages": "pages",
    "more": "more",
    "echoed-size": "echoed_size",
    "echoed-page": "echoed_page",
    "echoed-offset": "echoed_offset",
    "next": "next",
    "next-url": "next_url",
    "previous": "previous",
    "previous-url": "previous_url",
}
# Keys that name the query parameter by which a page is chosen.
POSITIONS = ("page", "offset", "cursor")
# The usual names of parameters, as one word.
SIZES = frozenset(("limit", "size", "pagesize", "perpage", "pagelimit", "maxresults"))
PAGES = frozenset(("page", "pagenumber", "pageno", "pageindex", "pagenum"))
OFFSETS = frozenset(("offset", "skip", "startindex", "pageoffset"))


def read_paging(
    document: Mapping[str, Any], node: Any, pointer: str, parameters: Iterable[Parameter]
) -> Paging | None:
    """The pagination of an operation with these parameters; None without the extension.

    Also None for a value of another form: other tools may use the same key, and a house rule
    reports mistakes.
    """
    queried = {p.name: p for p in parameters if p.location == "query"}
    if not isinstance(node, dict):
        return None
    named = {key: node[key] for key in ("size", "before", *POSITIONS) if node.get(key, "") != ""}
    known = all(isinstance(name, str) and name in queried for name in named.values())
    is_one = len(named.keys() & set(POSITIONS)) == 1 and ("size" in named or "cursor" in named)
    if not known or not is_one or not _is_pointer(node.get("items")):
        return None
    pointers = {POINTERS[key]: node[key] for key in POINTERS if _is_pointer(node.get(key))}
    size = named.pop("size", "")
    limits = _schema(document, queried[size]) if size else {}
    least, default = _integer(limits.get("minimum")), _integer(limits.get("default"))
    return Paging(
        pointer=pointer,
        size=size,
        **named,
        first=_integer(node.get("first")),
        default=default,
        least=max(1, least or 1),
        **pointers,
    )


def page_parameters(document: Mapping[str, Any], operation: Operation) -> list[dict[str, int]]:
    """The query parameters of two pages: the smallest first page, and the one after it.

    Without the extension they are those of a later page, by the usual names of parameters: the
    contract does not say what these do. Empty for an operation without either.
    """
    paging = operation.paging
    if paging is not None and paging.cursor:
        # The response to the first says what the other begins after.
        return [{paging.size: paging.least}] * 2 if paging.size else [{}, {}]
    if paging is not None:
        # If the number of the first page is unknown, 2 still comes after 1.
        first = 1 if paging.first is None else paging.first
        steps = (0, paging.least) if paging.offset else (first, first + 1)
        name = paging.offset or paging.page
        return [{paging.size: paging.least, name: step} for step in steps]
    sizes: dict[str, int] = {}
    starts: dict[str, int] = {}
    for parameter in (p for p in operation.parameters if p.location == "query"):
        name, limits = "".join(words(parameter.name)), _schema(document, parameter)
        least, default = _integer(limits.get("minimum")), _integer(limits.get("default"))
        if limits.get("type") == "integer" and name in SIZES:
            sizes = sizes or {parameter.name: max(1, least or 1)}
        elif limits.get("type") == "integer" and name in PAGES | OFFSETS:
            known = (n for n in (default, least) if n is not None)
            starts = starts or {parameter.name: 1 + next(known, int(name in PAGES))}
    return [{**sizes, **starts}] if starts else []


def _schema(document: Mapping[str, Any], parameter: Parameter) -> Mapping[str, Any]:
    if parameter.schema is None:
        return {}
    node, _ = ptr.resolve(document, ptr.look_up(document, parameter.schema), parameter.schema)
    return node if isinstance(node, dict) else {}


def _is_pointer(value: Any) -> bool:
    return isinstance(value, str) and (not value or value.startswith("/"))


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
