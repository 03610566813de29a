"""A list with real pages, made from a documented example, and the same with drifts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from greenroom.contract.model import Paging
from greenroom.http.exchange import Request, Response
from greenroom.schema import json_pointer as ptr

from .mutation import NOTHING, Change, Mutation, json_of, succeeded, with_header, with_json
from .subject import Subject

# Enough for three pages of the smallest size.
_COUNT = 5
_EXAMPLE = "x-greenroom-example"


@dataclass(frozen=True, slots=True)
class Window:
    """The window of a request: number of items, offset, and number of the page."""

    size: int
    start: int
    page: int


def pages(subject: Subject) -> Iterator[Mutation]:
    """A size that is not respected, a page that comes twice, a total that is too small."""
    if (serve := _server(subject)) is None:
        return
    paging = subject.operation.paging
    assert paging is not None
    everything = serve(lambda window: replace(window, size=_COUNT, start=0))
    yield subject.mutation("paging-size-ignored", "all items on every page", everything)
    more = serve(lambda window: replace(window, size=window.size + 1))
    yield subject.mutation("paging-one-too-many", "one item more than requested", more)
    again = serve(lambda window: replace(window, start=0))
    yield subject.mutation("paging-first-page-again", "every page is the first", again)
    if paging.total is not None:
        few = serve(lambda window: window, total=0)
        yield subject.mutation("paging-total-too-small", "a total of 0", few)
    if paging.pages is not None:
        one = serve(lambda window: window, more_pages=3)
        yield subject.mutation("paging-pages-wrong", "three pages too many", one)
    if paging.more is not None:
        endless = serve(lambda window: window, endless=True)
        yield subject.mutation("paging-more-wrong", "more items after the last page", endless)


def paged(subject: Subject) -> Mutation | None:
    """The list in pages as its contract documents: no drift. None without a list."""
    serve = _server(subject)
    if serve is None:
        return None
    return subject.mutation("paging-server", "pages as documented", serve(lambda window: window))


def _server(subject: Subject) -> Callable[..., Change] | None:
    paging = subject.operation.paging
    if paging is None or subject.value is NOTHING:
        return None
    items = ptr.look_up(subject.value, paging.items)
    if not isinstance(items, list) or not items:
        return None
    collection = [_numbered(subject, paging, items[0], i) for i in range(_COUNT)]

    def serve(
        cut: Callable[[Window], Window],
        total: int = _COUNT,
        more_pages: int = 0,
        endless: bool = False,
    ) -> Change:
        def apply(request: Request, response: Response) -> Response:
            value = json_of(response) if succeeded(response) else NOTHING
            if value is NOTHING:
                return response
            requested = _window(paging, request)
            window = cut(requested)
            members = {
                paging.items: collection[window.start : window.start + window.size],
                paging.total: total,
                paging.pages: math.ceil(_COUNT / requested.size) + more_pages,
                paging.more: endless or requested.start + requested.size < _COUNT,
                paging.echoed_size: requested.size,
                paging.echoed_page: requested.page,
                paging.echoed_offset: requested.start,
            }
            for pointer, entry in members.items():
                if pointer is not None:
                    value = _put(value, ptr.split(pointer), entry)
            return with_json(with_header(response, _EXAMPLE, None), value)

        return apply

    return serve


def _window(paging: Paging, request: Request) -> Window:
    """The requested window; numbers without meaning are ignored."""
    numbers: dict[str, int] = {}
    for name, text in parse_qsl(request.query):
        if text.isdecimal() and text.isascii() and len(text) < 10:
            numbers[name] = int(text)
    size = numbers.get(paging.size) or paging.default or _COUNT
    first = 1 if paging.first is None else paging.first
    if paging.offset:
        return Window(size, numbers.get(paging.offset, 0), 0)
    page = max(first, numbers.get(paging.page, first))
    return Window(size, (page - first) * size, page)


def _numbered(subject: Subject, paging: Paging, item: Any, number: int) -> Any:
    """The item with a number in a string that may have any value."""
    # Identifiers last: further requests use them, perhaps in a stricter format.
    for path, text in sorted(_texts(item, ()), key=lambda one: _identifies(one[0])):
        changed = _put(item, path, f"{text}-{number}")
        body = _put(subject.value, (*ptr.split(paging.items), "0"), changed)
        if not subject.breaks(body):
            return changed
    raise AssertionError(f"{subject.operation.id} has no items that can be made different")


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _texts(entry, (*path, name))


def _identifies(path: tuple[str, ...]) -> bool:
    return bool(path) and path[-1].lower().endswith("id")


def _put(value: Any, path: tuple[str, ...], entry: Any) -> Any:
    """A copy of a value with another entry at a path that it has; the value itself if not."""
    if not path:
        return entry
    head, rest = path[0], path[1:]
    if isinstance(value, list) and head.isdecimal() and int(head) < len(value):
        i = int(head)
        return [*value[:i], _put(value[i], rest, entry), *value[i + 1 :]]
    if isinstance(value, dict) and head in value:
        return {**value, head: _put(value[head], rest, entry)}
    return value
