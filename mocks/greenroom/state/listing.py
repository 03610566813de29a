"""What a list is asked for: filters, order and page."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import quote, unquote_plus

from pydantic_core import from_json, to_json

from ..contract.behaviour.binding import Binding
from ..contract.behaviour.resource import Resource
from ..mock.response.refusals import INVALID
from ..schema import json_pointer as ptr
from .finding import RefusedError
from .merging import value_at
from .record import Record, text_of
from .store import Condition, Page, Query

_DIGITS = 18
# Bytes that tie a cursor to its list.
_CHECKED = 6
_DESCENDING = ("desc", "descending", "-1")


class Listing:
    """Makes the query of a list from the parameters of a request, by name and typed."""

    def __init__(self, binding: Binding, resource: Resource) -> None:
        self._binding = binding
        self._resource = resource.name
        self._paging = paging = binding.paging
        cursors = paging and (paging.next, paging.next_url, paging.previous, paging.previous_url)
        self._leads_on = any(cursors or ())
        # Where no response has a cursor, the identifiers of the records that it shows are some.
        self.is_by_record = bool(paging and paging.cursor and not self._leads_on)
        created = resource.created[0].pointer if resource.created else ""
        self._order = created if resource.sort else ""
        self._descending = resource.sort.startswith("-")
        self._properties = resource.properties
        self._size = None if paging is None else paging.default
        if paging is not None and paging.default is None and paging.echoed_size:
            shown = (value_at(p.value, paging.echoed_size) for p in binding.projections)
            self._size = next((size for size in shown if isinstance(size, int)), None)

    def query(
        self, given: Mapping[str, Any], belongs: Mapping[str, str]
    ) -> tuple[Query, dict[str, Any], list[str]]:
        """The query for parameters, the numbers of its page, and the parameters without effect.

        `belongs` are texts that the records have at pointers in any case.
        """
        equal, conditions, ignored = dict(belongs), [], []
        for about in self._binding.filters:
            value = given.get(about.parameter)
            if value is None:
                continue
            if about.pointer is None:
                ignored.append(about.parameter)
                continue
            values = value if isinstance(value, list) else [value]
            texts = tuple(text for each in values if (text := text_of(each)) is not None)
            is_only = len(texts) == 1 and not about.also and about.pointer not in equal
            if about.match == "equal" and is_only:
                equal[about.pointer] = texts[0]
            else:
                pointers = (about.pointer, *about.also)
                conditions.append(Condition(pointers, about.match, texts))
        order, descending = self._ordered(given)
        numbers = self._page(given)
        query = Query(
            self._resource,
            equal=tuple(sorted(equal.items())),
            conditions=tuple(conditions),
            order=order,
            descending=descending,
            offset=numbers.get("echoed-offset", 0),
            limit=numbers.get("echoed-size"),
        )
        return query, numbers, ignored

    def cursor(self, given: Mapping[str, Any]) -> tuple[str, str] | None:
        """The parameter with a cursor and the text of that, None without one."""
        names = (self._paging.cursor, self._paging.before) if self._paging is not None else ()
        found = ((name, text_of(given.get(name))) for name in names if name)
        return next(((name, text) for name, text in found if text), None)

    def turned(
        self, query: Query, name: str, text: str, record: Record | None, warnings: list[str]
    ) -> Query:
        """The query for the page of a cursor, which may be the identifier of a record.

        Raises RefusedError for a cursor of nothing; where it is not refused, a warning is added.
        """
        try:
            if record is not None:
                query = query._replace(place=_place_of(query, record))
            else:
                query = _placed(query, "" if self.is_by_record else text)
        except (ValueError, TypeError) as error:
            reason = f"query {name}: {text!r} is no cursor of this list with its filters and order"
            if self._paging is None or self._paging.refuses:
                raise RefusedError(INVALID, reason) from error
            warnings.append(f"{reason}; this is the first page")
            return query
        is_before = self._paging is not None and name == self._paging.before
        return query._replace(backwards=query.backwards or is_before)

    def numbers(
        self, page: Page, asked: Mapping[str, Any], query: Query, url: str
    ) -> dict[str, Any]:
        """What the response tells of a page that was asked for, also the ways to those beside it.

        These are null where there is none.
        """
        size, count = asked.get("echoed-size"), len(page.records)
        pages = -(-page.total // size) if size else int(page.total > 0)
        is_left = page.start > 0
        more = page.start + count < page.total
        found = {**asked, "total": page.total, "count": count, "pages": pages, "more": more}
        if self.is_by_record and query.backwards:
            found["more"] = is_left
        paging = self._paging
        if paging is None or not self._leads_on:
            return found
        name = paging.cursor or paging.page or paging.offset
        for key, is_there, way in (("next", more, 1), ("previous", is_left, -1)):
            at: Any = None
            if is_there and paging.cursor and count:
                at = _cursor(query, page.records[-1 if way > 0 else 0], backwards=way < 0)
            elif is_there and not paging.cursor:
                at = asked["echoed-page"] + way
                at = at if paging.page else max(0, page.start + way * (size or 0))
            found[key] = at
            url_of = _url_with(url, name, str(at), paging.before)
            found[f"{key}-url"] = None if at is None else url_of
        return found

    def _ordered(self, given: Mapping[str, Any]) -> tuple[str, bool]:
        by, direction = self._binding.order or ("", "")
        name = given.get(by)
        if isinstance(name, str) and name.lstrip("-+") in self._properties:
            downwards = str(given.get(direction, "")).lower() in _DESCENDING or name[0] == "-"
            return ptr.step("", name.lstrip("-+")), downwards
        return self._order, self._descending

    def _page(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The numbers of the page that is asked for; {} for all records."""
        paging = self._paging
        size = None if paging is None else _number(given.get(paging.size), self._size)
        if paging is None or size is None:
            return {}
        first = 1 if paging.first is None else paging.first
        page = max(first, _number(given.get(paging.page), first) or 0)
        offset = (page - first) * size
        if paging.offset:
            offset = _number(given.get(paging.offset), 0) or 0
        page = page if paging.page else offset // max(size, 1) + first
        return {"echoed-size": size, "echoed-page": page, "echoed-offset": offset}


def _number(value: Any, default: int | None) -> int | None:
    """A whole number, also one that is a text because no schema says what it is."""
    if isinstance(value, str) and value.isdecimal() and len(value) < _DIGITS:
        value = int(value)
    return max(0, value) if isinstance(value, int) else default


def _place_of(query: Query, record: Record) -> tuple[Any, int]:
    """The place of a record in the order of a query."""
    return value_at(record.value, query.order) if query.order else None, record.sequence


def _cursor(query: Query, record: Record, backwards: bool = False) -> str:
    """The cursor of the page after a record, or before it, among those that a query selects."""
    place = to_json([*_place_of(query, record), backwards])
    return urlsafe_b64encode(_digest(query, place) + place).rstrip(b"=").decode()


def _placed(query: Query, text: str) -> Query:
    """The query for the page of a cursor. Raises ValueError for one of another list, or of none."""
    read = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    place = read[_CHECKED:]
    if read[:_CHECKED] != _digest(query, place):
        raise ValueError(text)
    value, sequence, backwards = from_json(place, allow_inf_nan=False)
    # Whoever knows this code can make any.
    if type(sequence) is not int or type(backwards) is not bool:
        raise ValueError(text)
    return query._replace(place=(value, sequence), backwards=backwards)


def _digest(query: Query, place: bytes) -> bytes:
    """What ties a place to a list: its filters and its order, but not the size of its pages."""
    return blake2b(place + repr(query[:6]).encode(), digest_size=_CHECKED).digest()


def _url_with(url: str, name: str, value: str, without: str = "") -> str:
    """A URL with one value for a query parameter, and none for another."""
    path, _, query = url.partition("?")
    pairs = (pair for pair in query.split("&") if pair)
    kept = [p for p in pairs if unquote_plus(p.partition("=")[0]) not in (name, without)]
    return f"{path}?{'&'.join((*kept, f'{quote(name)}={quote(value)}'))}"
