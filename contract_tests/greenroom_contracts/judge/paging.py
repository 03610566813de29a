"""Findings about lists in pages: within one page, and between a page and the next one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from greenroom.contract.model import Operation, Paging
from greenroom.http import exchange as ex
from greenroom.http.json_decoding import json_or
from greenroom.schema import json_pointer as ptr
from greenroom.state.merging import value_at

from ..finding import Finding
from .location import Location

# Marks a documented example of a mock, which is the same whatever page is requested, unless it is
# only the form of a simulated response.
_EXAMPLE, _BASIS = "x-greenroom-example", "x-greenroom-basis"
_Value = TypeVar("_Value")
# Makes a finding from its message and the keyword arguments of Location.finding.
_Reporter = Callable[..., Finding]


@dataclass(frozen=True, slots=True)
class Page:
    """One page as its contract describes it; None for unknown values.

    `size` is the maximum number of its items and `start` the number of items before it, both from
    the response, else from the request or its defaults.
    """

    items: tuple[Any, ...]
    size: int | None
    start: int | None
    total: int | None
    pages: int | None
    more: bool | None


def page_findings(
    location: Location, operation: Operation, exchange: ex.Exchange, compared: bool | None = None
) -> list[Finding]:
    """Contradictions within a page, and between the page and its request.

    Whether it is compared with that is up to the page, unless it is given: a documented example is
    not.
    """
    paging, body = operation.paging, _body(operation, exchange)
    if paging is None or body is None:
        return []
    compared = not _is_example(exchange) if compared is None else compared
    requested = _requested(paging, exchange) if compared else {}
    report, page = _reporter(location, paging), _page(paging, body, requested)
    if not compared and not page.items:
        # A mock sends it after its last documented item, with the totals of its example.
        return []
    # A generated request may have a page size that no server allows.
    is_generated = exchange.purpose in (ex.GENERATED, *ex.BROKEN)
    echoes = [] if is_generated else list(_echoes(report, paging, body, requested))
    # A wrong echo would make the other numbers of the page look wrong too.
    return echoes or list(_counts(report, paging, page))


def is_excused(location: Location, operation: Operation, exchange: ex.Exchange) -> bool:
    """Whether a page is not what was requested, and has no finding since it is an example."""
    if operation.paging is None or not _is_example(exchange):
        return False
    asked = exchange.purpose == ex.PAGED
    return asked or bool(page_findings(location, operation, exchange, compared=True))


def page_sequence_findings(
    location: Location, operation: Operation, first: ex.Exchange, second: ex.Exchange
) -> list[Finding]:
    """Findings about two pages, requested with the two `page_parameters`; none for examples."""
    paging = operation.paging
    bodies = [_body(operation, exchange) for exchange in (first, second)]
    if paging is None or None in bodies or _is_example(first) or _is_example(second):
        return []
    one, two = (
        _page(paging, body, _requested(paging, exchange))
        for body, exchange in zip(bodies, (first, second), strict=True)
    )
    return list(_sequence(_reporter(location, paging), paging, one, two))


def next_page(operation: Operation, first: ex.Exchange) -> dict[str, str] | None:
    """The further parameters of the page after a first one; None where that tells of none.

    A cursor is where the contract says; where it says nothing, it is the `id` of the last item.
    """
    paging, body = operation.paging, _body(operation, first)
    if paging is None or not paging.cursor:
        return {}
    found = _value(body, paging.next, str)
    if found is None and paging.next_url is not None:
        url = _value(body, paging.next_url, str) or ""
        found = dict(parse_qsl(urlsplit(url).query)).get(paging.cursor)
    elif found is None and paging.next is None and _value(body, paging.more, bool) is not False:
        items = _value(body, paging.items, list) or [None]
        found = items[-1].get("id") if isinstance(items[-1], dict) else None
    return {paging.cursor: str(found)} if found else None


def _reporter(location: Location, paging: Paging) -> _Reporter:
    return partial(replace(location, where="response body").finding, "paging", paging.pointer)


def _counts(report: _Reporter, paging: Paging, page: Page) -> Iterator[Finding]:
    """Numbers of one page that contradict each other."""
    count, start, total = len(page.items), page.start, page.total
    if page.size is not None and count > page.size:
        yield report(
            f"{count} items on a page of {page.size}", at=paging.items,
            expected=f"at most {page.size} items", seen=f"{count} items", detail="size",
        )  # fmt: skip
    if total is None:
        return
    before = start if start is not None and count else 0
    if total < before + count:
        yield report(
            f"{total} items in total, but {before + count} up to the end of this page",
            at=str(paging.total), expected=f"{before + count} or more", seen=str(total),
            detail="total",
        )  # fmt: skip
        return
    if page.pages is not None and page.size is not None:
        right = -(-total // page.size)
        # Many servers count one page for an empty list.
        if page.pages != right and not (total == 0 and page.pages == 1):
            yield report(
                f"{page.pages} pages for {total} items, {page.size} on each",
                at=str(paging.pages), expected=str(right), seen=str(page.pages), detail="pages",
            )  # fmt: skip
    if page.more is not None and start is not None and page.size is not None:
        # An example may leave items out, so the page may end after its items or after its size.
        ends = {start + count < total, start + page.size < total}
        if page.more not in ends:
            flag = json.dumps(page.more)
            yield report(
                f"the flag for more items is {flag} after item {start + count} of {total}",
                at=str(paging.more), expected=json.dumps(not page.more), seen=flag, detail="more",
            )  # fmt: skip


def _echoes(
    report: _Reporter, paging: Paging, body: Any, requested: Mapping[str, int]
) -> Iterator[Finding]:
    """Parameters of the request that the response repeats with another value."""
    echoes = (
        (paging.size, paging.echoed_size),
        (paging.page, paging.echoed_page),
        (paging.offset, paging.echoed_offset),
    )
    for name, pointer in echoes:
        echo, sent = _value(body, pointer, int), requested.get(str(name))
        if echo is not None and sent is not None and echo != sent:
            yield report(
                f"{name} is {sent} in the request, but {echo} in the response", at=str(pointer),
                expected=str(sent), seen=str(echo), detail=str(name),
            )  # fmt: skip


def _sequence(report: _Reporter, paging: Paging, one: Page, two: Page) -> Iterator[Finding]:
    remaining = None if one.total is None or two.start is None else one.total - two.start
    if remaining is not None and remaining <= 0:
        # A server may return anything beyond the last page.
        return
    # As JSON texts, since 1 equals True in Python.
    first, second = ([json.dumps(item, sort_keys=True) for item in p.items] for p in (one, two))
    known = set(first)
    repeated = [i for i, item in enumerate(second) if item in known]
    if repeated:
        yield report(
            "the second page repeats the first", detail="next page",
            at=ptr.join(paging.items, repeated[0]), expected="items that are not on the first page",
            seen=f"{len(repeated)} of {len(two.items)} items repeated",
        )  # fmt: skip
    elif first and not second and remaining is not None:
        yield report(
            f"the second page is empty, but there are {one.total} items", detail="next page",
            at=paging.items, expected=f"items after the first {two.start}", seen="no items",
        )  # fmt: skip


def _page(paging: Paging, body: Any, requested: Mapping[str, int]) -> Page:
    def number(pointer: str | None, parameter: str | None) -> int | None:
        echo = _value(body, pointer, int)
        return requested.get(str(parameter)) if echo is None else echo

    size = number(paging.echoed_size, paging.size)
    start = number(paging.echoed_offset, paging.offset) if paging.offset else None
    if not paging.offset:
        page = number(paging.echoed_page, paging.page)
        if page is not None and size is not None and paging.first is not None:
            start = (page - paging.first) * size
    return Page(
        items=tuple(_value(body, paging.items, list) or ()),
        # Zero or less may mean anything; for some servers it means all items.
        size=size if size is not None and size > 0 else None,
        start=start if start is not None and start >= 0 else None,
        total=_value(body, paging.total, int),
        pages=_value(body, paging.pages, int),
        more=_value(body, paging.more, bool),
    )


def _requested(paging: Paging, exchange: ex.Exchange) -> dict[str, int]:
    """The paging parameters of a request, or their defaults."""
    defaults = {paging.size: paging.default, paging.offset: 0, paging.page: paging.first}
    found = {name: value for name, value in defaults.items() if name and value is not None}
    for name, text in parse_qsl(exchange.request.query, keep_blank_values=True):
        if name in (paging.size, paging.offset, paging.page):
            found.pop(name, None)
            if text.isdecimal() and text.isascii() and len(text) < 10:
                found[name] = int(text)
    # A size of zero is not a size, and a page before the first does not exist.
    if found.get(paging.size) == 0:
        del found[paging.size]
    if paging.page in found and found[paging.page] < (paging.first or 0):
        del found[paging.page]
    return found


def _body(operation: Operation, exchange: ex.Exchange) -> Any:
    """The JSON body of a success that has the documented list, else None."""
    response = exchange.response
    if operation.paging is None or response is None or not exchange.succeeded:
        return None
    if not response.media_type.endswith("json"):
        return None
    value = json_or(None, response.body)
    return value if _value(value, operation.paging.items, list) is not None else None


def _is_example(exchange: ex.Exchange) -> bool:
    response = exchange.response
    if response is None or response.header(_BASIS) == "simulated":
        return False
    return response.header(_EXAMPLE) is not None


def _value(body: Any, pointer: str | None, kind: type[_Value]) -> _Value | None:
    """The value at a pointer if it has exactly this type: True is not an integer."""
    found = None if pointer is None else value_at(body, pointer)
    return found if type(found) is kind else None
