"""The records of one resource in memory, with an index for every way in which they are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product
from typing import Any

from sortedcontainers import SortedList

from ..state.merging import value_at
from ..state.record import Record, text_of
from ..state.store import Condition, Page, Query
from ..state.timestamps import moment

# The order pointer of a view and the pointers that its records are grouped by.
_Key = tuple[str, tuple[str, ...]]
# By the texts at these pointers, the places of the records in the order of the view.
_View = dict[tuple[str | None, ...], SortedList]
# Each takes some hundred bytes a record; those not used for longest are made again when needed.
_MOST_VIEWS = 16
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")


class Collection:
    """Records by id, and in the order of every kind of query that was made so far.

    A view is made when a query needs it first and then kept, so that a page costs no more among
    many records than among few.
    """

    def __init__(self) -> None:
        self.by_id: dict[str, Record] = {}
        # While there are views, which have the places of records.
        self._by_sequence: dict[int, Record] = {}
        self._views: dict[_Key, _View] = {}

    def put(self, record: Record, before: Record | None) -> None:
        """Add a record, or put it in the place of another."""
        if before is not None:
            self.remove(before)
        self.by_id[record.id] = record
        if self._views:
            self._by_sequence[record.sequence] = record
            for key, view in self._views.items():
                _add(key, view, record)

    def remove(self, record: Record) -> None:
        """Forget a record."""
        del self.by_id[record.id]
        self._by_sequence.pop(record.sequence, None)
        for (order, pointers), view in self._views.items():
            for texts in _texts(record, pointers):
                places = view[texts]
                places.remove(_place(order, record))
                if not places:
                    del view[texts]

    def page(self, query: Query) -> Page:
        """The records that a query asks for."""
        if query.id is not None:
            found = self.by_id.get(query.id)
            return Page((), 0) if found is None else Page((found,), 1)
        pointers = tuple(pointer for pointer, _ in query.equal)
        view = self._view((query.order, pointers))
        places = view.get(tuple(text for _, text in query.equal), ())
        if query.conditions:
            places = SortedList(p for p in places if _meets(self._of(p), query.conditions))
        total = len(places)
        start, end = _bounds(places, query) if total else (query.offset, 0)
        if start >= end:
            return Page((), total, start)
        chosen = places[total - end : total - start] if query.descending else places[start:end]
        if query.descending:
            chosen.reverse()
        return Page(tuple(map(self._of, chosen)), total, start)

    def _of(self, place: Any) -> Record:
        return self._by_sequence[place if isinstance(place, int) else place[-1]]

    def _view(self, key: _Key) -> _View:
        if not self._views:
            self._by_sequence = {record.sequence: record for record in self.by_id.values()}
        view = self._views.pop(key, None)
        if view is None:
            view = {}
            for record in self.by_id.values():
                _add(key, view, record)
            if len(self._views) >= _MOST_VIEWS:
                del self._views[next(iter(self._views))]
        self._views[key] = view
        return view


def _bounds(places: SortedList, query: Query) -> tuple[int, int]:
    """Which places in the order of a query it asks for."""
    total, start = len(places), query.offset
    size = total if query.limit is None else query.limit
    if query.place is not None:
        value, sequence = query.place
        place = (*_rank(value), sequence) if query.order else sequence
        is_first = query.descending == query.backwards
        start = places.bisect_right(place) if is_first else places.bisect_left(place)
        start = total - start if query.descending else start
        if query.backwards:
            return max(0, start - size), start
    return start, min(total, start + size)


def _add(key: _Key, view: _View, record: Record) -> None:
    order, pointers = key
    for texts in _texts(record, pointers):
        if texts not in view:
            view[texts] = SortedList()
        view[texts].add(_place(order, record))


def _texts(record: Record, pointers: tuple[str, ...]) -> Iterable[tuple[str | None, ...]]:
    """The texts that a record is found by; each of an array is one."""
    found = [_each(value_at(record.value, pointer)) for pointer in pointers]
    return dict.fromkeys(product(*(map(text_of, values) for values in found)))


def _place(order: str, record: Record) -> Any:
    return (*_rank(value_at(record.value, order)), record.sequence) if order else record.sequence


def _rank(value: Any) -> tuple[int, Any]:
    """Values of all types in one order: null, numbers, texts."""
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, int | float) else (2, text_of(value))


def _meets(record: Record, conditions: Iterable[Condition]) -> bool:
    return all(
        any(
            _matches(value, condition)
            for pointer in condition.pointers
            for value in _each(value_at(record.value, pointer))
        )
        for condition in conditions
    )


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _matches(value: Any, condition: Condition) -> bool:
    text = text_of(value)
    if text is None:
        return False
    if condition.match in ("from", "to"):
        return all(_in_range(value, condition.match, bound) for bound in condition.texts)
    if condition.match == "contains":
        return any(part.casefold() in text.casefold() for part in condition.texts)
    return text in condition.texts


def _in_range(value: Any, match: str, bound: str) -> bool:
    upper = match == "to"
    limit, own = moment(_number(bound), end_of_day=upper), moment(value)
    pair = (own, limit) if own is not None and limit is not None else (text_of(value), bound)
    return bool(pair[0] <= pair[1] if upper else pair[0] >= pair[1])  # type: ignore[operator]


def _number(text: str) -> float | str:
    return float(text) if _NUMBER.fullmatch(text) else text
