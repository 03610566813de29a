"""What a list is asked for: filters, order and page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..contract.behaviour.binding import Binding
from ..contract.behaviour.resource import Resource
from ..contract.model import Paging
from ..schema import json_pointer as ptr
from .merging import value_at
from .record import text_of
from .store import Condition, Page, Query

_DIGITS = 18
_DESCENDING = ("desc", "descending", "-1")


class Listing:
    """Makes the query of a list from the parameters of a request, by name and typed."""

    def __init__(self, binding: Binding, resource: Resource, paging: Paging | None) -> None:
        self._binding = binding
        self._resource = resource.name
        self._paging = paging
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


def numbers_of(page: Page, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers that the response to a list tells, of a page that was asked for."""
    size, offset = asked.get("echoed-size"), asked.get("echoed-offset", 0)
    pages = -(-page.total // size) if size else int(page.total > 0)
    count = len(page.records)
    more = offset + count < page.total
    return {**asked, "total": page.total, "count": count, "pages": pages, "more": more}


def _number(value: Any, default: int | None) -> int | None:
    """A whole number, also one that is a text because no schema says what it is."""
    if isinstance(value, str) and value.isdecimal() and len(value) < _DIGITS:
        value = int(value)
    return max(0, value) if isinstance(value, int) else default
