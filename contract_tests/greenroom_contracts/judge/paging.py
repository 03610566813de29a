"""Lists that are asked for page by page: each answer by itself, and one page after another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from greenroom.contract.model import Operation, Paging
from greenroom.http import exchange as ex
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.schema import json_pointer as ptr

from ..finding import Finding
from .location import Site

_WHERE = "response body"
# A documented example is the same whatever page is asked for; only a mock without state says so.
_EXAMPLE = "x-greenroom-example"
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Page:
    """One answer as its contract lets it be read; None for what it does not tell.

    `size` is the most items that it may have and `start` the number of items before it, both by
    what the answer tells, else by what was asked for or is the default.
    """

    items: tuple[Any, ...]
    size: int | None
    start: int | None
    total: int | None
    pages: int | None
    more: bool | None


def paged(operation: Operation) -> list[dict[str, int]]:
    """What to ask for to see pages: the smallest first page, then the one after it.

    Values of query parameters by name; nothing for an operation without `x-pagination`.
    """
    paging = operation.paging
    if paging is None:
        return []
    size = paging.least
    # Where no source says which page is the first, 1 and 2 follow each other all the same.
    first = 1 if paging.first is None else paging.first
    steps = (0, size) if paging.offset else (first, first + 1)
    return [{paging.size: size, paging.offset or paging.page: step} for step in steps]


def consistency(
    document: Mapping[str, Any], operation: Operation, exchange: ex.Exchange
) -> list[Finding]:
    """What of a page contradicts itself, or the parameters that it was asked for with.

    An answer that is a documented example is judged by itself alone.
    """
    paging, answer = operation.paging, _answer(operation, exchange)
    if paging is None or answer is None:
        return []
    said = _Said(document, operation.id, paging)
    asked = _asked(paging, exchange)
    page = _page(paging, answer, asked)
    # What is made up may ask for more than any server gives at once.
    is_made_up = exchange.purpose in (ex.GENERATED, *ex.BROKEN)
    echoes = [] if is_made_up else list(_echoed(said, paging, answer, asked))
    # What was told wrongly is not held against the rest as well.
    return echoes or list(_counted(said, paging, page))


def walk(
    document: Mapping[str, Any], operation: Operation, first: ex.Exchange, second: ex.Exchange
) -> list[Finding]:
    """What is wrong with a page and the one after it, both asked for as `paged` says.

    Documented examples stand for no particular page, so nothing is wrong with them.
    """
    paging = operation.paging
    answers = [_answer(operation, exchange) for exchange in (first, second)]
    if paging is None or any(answer is None for answer in answers):
        return []
    if _is_example(first) or _is_example(second):
        return []
    said = _Said(document, operation.id, paging)
    one, two = (
        _page(paging, answer, _asked(paging, exchange))
        for answer, exchange in zip(answers, (first, second), strict=True)
    )
    return list(_followed(said, paging, one, two))


@dataclass(frozen=True, slots=True)
class _Said:
    document: Mapping[str, Any]
    operation: str
    paging: Paging

    def finding(self, about: str, message: str, *, at: str, expected: str, seen: str) -> Finding:
        site = Site(self.document, self.operation, _WHERE)
        where = self.paging.pointer
        return site.finding(
            "paging", where, message, at=at, expected=expected, seen=seen, detail=about
        )


def _counted(said: _Said, paging: Paging, page: Page) -> Iterator[Finding]:
    """Numbers of one page that contradict each other."""
    count, start, total = len(page.items), page.start, page.total
    if page.size is not None and count > page.size:
        yield said.finding(
            "size", f"{count} items on a page of {page.size}", at=paging.items,
            expected=f"at most {page.size} items", seen=f"{count} items",
        )  # fmt: skip
    if total is None:
        return
    before = start if start is not None and count else 0
    if total < before + count:
        yield said.finding(
            "total", f"{total} items in all, {before + count} up to the end of this page",
            at=str(paging.total), expected=f"{before + count} or more", seen=str(total),
        )  # fmt: skip
        return
    if page.pages is not None and page.size is not None:
        right = -(-total // page.size)
        # An empty list may well be called one page, and is by many.
        if page.pages != right and not (total == 0 and page.pages == 1):
            yield said.finding(
                "pages", f"{page.pages} pages for {total} items, {page.size} on each",
                at=str(paging.pages), expected=str(right), seen=str(page.pages),
            )  # fmt: skip
    if page.more is not None and start is not None and page.size is not None:
        # An example may leave items out, so either of the two ends counts as the end of the page.
        ends = {start + count < total, start + page.size < total}
        if page.more not in ends:
            yield said.finding(
                "more", f"{_word(page.more)} more after item {start + count} of {total}",
                at=str(paging.more), expected=json.dumps(not page.more), seen=json.dumps(page.more),
            )  # fmt: skip


def _echoed(
    said: _Said, paging: Paging, answer: Any, asked: Mapping[str, int]
) -> Iterator[Finding]:
    """Parameters that the answer tells otherwise than they were sent."""
    echoes = (
        (paging.size, paging.echoed_size),
        (paging.page, paging.echoed_page),
        (paging.offset, paging.echoed_offset),
    )
    for name, pointer in echoes:
        told = _whole(answer, pointer)
        if pointer is not None and told is not None and name in asked and told != asked[name]:
            yield said.finding(
                name, f"{told} is told as {name}, which is {asked[name]}", at=pointer,
                expected=str(asked[name]), seen=str(told),
            )  # fmt: skip


def _followed(said: _Said, paging: Paging, one: Page, two: Page) -> Iterator[Finding]:
    ends = one.total is not None and two.start is not None and one.total <= two.start
    if ends:
        # What is beyond the end is for a server to choose.
        return
    known = {_text(item) for item in one.items}
    repeated = [i for i, item in enumerate(two.items) if _text(item) in known]
    if repeated:
        yield said.finding(
            "next page", "the second page repeats the first",
            at=ptr.join(paging.items, repeated[0]), expected="items that were not on the first",
            seen=f"{len(repeated)} of {len(two.items)} items again",
        )  # fmt: skip
    elif one.items and not two.items and one.total is not None and two.start is not None:
        yield said.finding(
            "next page", f"the second page is empty, though there are {one.total} items",
            at=paging.items, expected=f"items after the first {two.start}", seen="none",
        )  # fmt: skip


def _page(paging: Paging, answer: Any, asked: Mapping[str, int]) -> Page:
    size = _first(_whole(answer, paging.echoed_size), asked.get(paging.size))
    if paging.offset:
        start = _first(_whole(answer, paging.echoed_offset), asked.get(paging.offset))
    else:
        number = _first(_whole(answer, paging.echoed_page), asked.get(paging.page))
        start = _before(number, size, paging.first)
    return Page(
        items=tuple(_look_up(answer, paging.items)),
        # Zero or less may mean anything, and there are servers that take it for all.
        size=size if size is not None and size > 0 else None,
        start=start if start is not None and start >= 0 else None,
        total=_whole(answer, paging.total),
        pages=_whole(answer, paging.pages),
        more=_boolean(answer, paging.more),
    )


def _before(number: int | None, size: int | None, first: int | None) -> int | None:
    """How many items are on the pages before one."""
    if number is None or size is None or first is None:
        return None
    return (number - first) * size


def _asked(paging: Paging, exchange: ex.Exchange) -> dict[str, int]:
    """The paging parameters of a request, with documented defaults; none for an example's."""
    if _is_example(exchange):
        return {}
    defaults = {paging.size: paging.default, paging.offset: 0, paging.page: paging.first}
    asked = {name: value for name, value in defaults.items() if name and value is not None}
    for name, text in parse_qsl(exchange.request.query, keep_blank_values=True):
        if name in (paging.size, paging.offset, paging.page):
            asked.pop(name, None)
            if text.isdecimal() and text.isascii() and len(text) < 10:
                asked[name] = int(text)
    # A size of nothing is no size, and before the first page there is none.
    if asked.get(paging.size) == 0:
        del asked[paging.size]
    if paging.page in asked and asked[paging.page] < (paging.first or 0):
        del asked[paging.page]
    return asked


def _answer(operation: Operation, exchange: ex.Exchange) -> Any:
    """The decoded answer of a success with a list where its contract has it, else None."""
    response = exchange.response
    if operation.paging is None or response is None or not exchange.succeeded:
        return None
    if not response.media_type.endswith("json"):
        return None
    try:
        value = decode_json(response.body)
    except MalformedError:
        return None
    return value if isinstance(_look_up(value, operation.paging.items), list) else None


def _is_example(exchange: ex.Exchange) -> bool:
    return exchange.response is not None and exchange.response.header(_EXAMPLE) is not None


def _look_up(value: Any, pointer: str | None) -> Any:
    try:
        return _ABSENT if pointer is None else ptr.look_up(value, pointer)
    except LookupError:
        return _ABSENT


def _whole(value: Any, pointer: str | None) -> int | None:
    found = _look_up(value, pointer)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _boolean(value: Any, pointer: str | None) -> bool | None:
    found = _look_up(value, pointer)
    return found if isinstance(found, bool) else None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _word(more: bool) -> str:
    return "there is said to be" if more else "there is said to be no"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
