"""Pages of lists, each compared with the page that plain lists have."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from greenroom.contract.behaviour.binding import Binding, Filter
from greenroom.contract.behaviour.resource import Resource
from greenroom.contract.model import Operation
from greenroom.schema import json_pointer as ptr
from wire import Reply

from .reference import MISSING, Thing, at
from .requests import Requests


class Lists(Requests):
    """Asks for lists, filtered and in orders."""

    def _list(self, data: st.DataObject, chosen: Binding | None = None) -> None:
        """A page of a list with filters: that of the reference.

        With a `chosen` list, it is asked for in a way that tells its things apart, if there is one.
        """
        self._advance(timedelta())
        # A list of several things tells more than one of none.
        several = [
            name
            for name in self.listing
            if len(self.reference.of(self.behaviour.bindings[name].resource)) > 1
        ]
        binding = chosen or self._drawn(
            data, (several if data.draw(st.booleans()) else []) or self.listing
        )
        operation = self.operations[binding.operation]
        scopes = self._scopes(data, binding)
        query: dict[str, Any] = {}
        filters: list[Any] = []
        order: tuple[str | None, bool] | None = None
        ways = self._ways(binding, operation, scopes) if chosen else []
        if ways:
            query, filters, order = deepcopy(data.draw(st.sampled_from(ways)))
        else:
            query, filters = self._filters(data, binding, operation)
            order = self._order(data, binding, operation, query)
        page = self._page(data, operation, query)
        reply = self._request(operation, scopes, query, None)
        self.steps["list"] += 1
        self._unchanged()
        if not self._is_found(binding, scopes):
            assert (reply.status, reply.kind) == (404, "unknown-resource"), reply
            return
        self._is_simulated(reply)
        resource = self.behaviour.resources[binding.resource]
        belongs = self._belongs(binding, scopes)
        by, backwards = order or self._default_order(resource)
        things = self.reference.listed(resource.name, belongs, filters, by, backwards)
        self._is_page(reply, binding, operation, resource, things, page)

    def _ways(
        self, binding: Binding, operation: Operation, scopes: Mapping[str, Any]
    ) -> list[tuple[dict[str, Any], list[Any], tuple[str | None, bool] | None]]:
        """The orders and filters of a list that show its things otherwise than without."""
        resource = self.behaviour.resources[binding.resource]
        if not self._is_found(binding, scopes):
            return []
        belongs = self._belongs(binding, scopes)
        usual = self._default_order(resource)
        plain = self.reference.listed(resource.name, belongs, [], *usual)
        ways: list[tuple[dict[str, Any], list[Any], tuple[str | None, bool] | None]] = []
        by, direction = binding.order or ("", "")
        for name in self._allowed(operation, by) if by else []:
            for way in self._allowed(operation, direction) if direction else [""]:
                query = {by: name, **({direction: way} if way else {})}
                order = self._ordered(binding, query)
                if self.reference.listed(resource.name, belongs, [], *order) != plain:
                    ways.append((query, [], order))
        for each in binding.filters:
            if each.match == "equal" or each.pointer is None:
                continue
            for value in self._known(each, plain):
                found = self._filter(each, operation, value, [value])
                if found and found[1] and len(found[1][0][2]) == 1:
                    shown = self.reference.listed(resource.name, belongs, found[1], *usual)
                    if shown and shown != plain:
                        ways.append((*found, None))
        return ways

    def _known(self, each: Filter, things: list[Thing]) -> list[Any]:
        """The values that a filter can find in things."""
        pointers = [p for p in (each.pointer, *each.also) if p is not None]
        known = [at(thing.value, p) for thing in things for p in pointers]
        flat = [v for k in known for v in (k if isinstance(k, list) else [k])]
        return [v for v in flat if isinstance(v, str | int | float)]

    def _filter(
        self, each: Filter, operation: Operation, value: Any, more: list[Any]
    ) -> tuple[dict[str, Any], list[Any]] | None:
        """The query of a filter by a value, or with `more` by several; None for an invalid one."""
        parameter = next(p for p in operation.parameters if p.name == each.parameter)
        is_valid = self.schemas.validator(parameter.schema or "").is_valid
        pointers = [p for p in (each.pointer, *each.also) if p is not None]
        if is_valid([value]):
            values, sent = more, more
        elif is_valid(value):
            if each.match == "contains" and isinstance(value, str):
                value = value[: max(1, len(value) // 2)].upper()
            values, sent = [value], value
        else:
            return None
        return {each.parameter: sent}, [(pointers, each.match, values)] if pointers else []

    def _filters(
        self, data: st.DataObject, binding: Binding, operation: Operation
    ) -> tuple[dict[str, Any], list[Any]]:
        query: dict[str, Any] = {}
        filters = []
        indexes = st.integers(0, max(0, len(binding.filters) - 1))
        for index in data.draw(st.lists(indexes, max_size=2, unique=True)):
            if not binding.filters:
                break
            each = binding.filters[index]
            options = self._known(each, self.reference.of(binding.resource)) or ["none"]
            value: Any = data.draw(st.sampled_from(options))
            more = [value, data.draw(st.sampled_from(options))]
            found = self._filter(each, operation, value, more)
            if found is not None:
                query.update(found[0])
                filters += found[1]
        return query, filters

    def _order(
        self, data: st.DataObject, binding: Binding, operation: Operation, query: dict[str, Any]
    ) -> tuple[str | None, bool] | None:
        if binding.order is None or data.draw(st.booleans()):
            return None
        by, direction = binding.order
        names: list[str] = self._allowed(operation, by)
        if not names:
            return None
        query[by] = data.draw(st.sampled_from(names))
        if direction and data.draw(st.booleans()):
            query[direction] = data.draw(st.sampled_from(self._allowed(operation, direction)))
        return self._ordered(binding, query)

    def _ordered(self, binding: Binding, query: Mapping[str, Any]) -> tuple[str | None, bool]:
        """What a query orders a list by, and whether backwards."""
        assert binding.order is not None
        by, direction = binding.order
        resource = self.behaviour.resources[binding.resource]
        if query[by] not in resource.properties:
            return self._default_order(resource)
        return f"/{query[by]}", str(query.get(direction, "")).lower() == "desc"

    def _allowed(self, operation: Operation, name: str) -> list[Any]:
        parameter = next(p for p in operation.parameters if p.name == name)
        node = ptr.look_up(self.contract.document, parameter.schema or "")
        found: list[Any] = node.get("enum", [])
        return found

    def _default_order(self, resource: Resource) -> tuple[str | None, bool]:
        by = resource.created[0].pointer if resource.created and resource.sort else None
        return by, resource.sort.startswith("-")

    def _page(
        self, data: st.DataObject, operation: Operation, query: dict[str, Any]
    ) -> tuple[int | None, int]:
        """The size of the page, None for all, and how many things are before it."""
        paging = operation.paging
        if paging is None:
            return None, 0
        size = data.draw(st.sampled_from([None, 1, 2, 3, 20]))
        required = any(p.name == paging.size and p.required for p in operation.parameters)
        if size is None and required:
            size = 2
        if size is not None:
            query[paging.size] = size
        number = data.draw(st.integers(0, 3))
        first = 1 if paging.first is None else paging.first
        asked = data.draw(st.booleans()) or any(
            p.name == paging.page and p.required for p in operation.parameters
        )
        if asked and paging.page:
            query[paging.page] = first + number
        if asked and paging.offset:
            query[paging.offset] = number
        if size is None:
            size = self._default_size(operation)
        if size is None:
            return None, 0
        before = number if paging.offset else number * size
        return size, before if asked else 0

    def _default_size(self, operation: Operation) -> int | None:
        assert operation.paging is not None
        if operation.paging.default is not None:
            return operation.paging.default
        shown = operation.paging.echoed_size
        example = operation.successes[0].content[0].examples[0].value if shown else {}
        found = at(example, shown) if shown else MISSING
        return found if isinstance(found, int) else None

    def _is_page(
        self,
        reply: Reply,
        binding: Binding,
        operation: Operation,
        resource: Resource,
        things: list[Thing],
        page: tuple[int | None, int],
    ) -> None:
        """Whether a response shows the right page of the right things, with the right numbers."""
        size, before = page
        shown = things[before:] if size is None else things[before : before + size]
        projection = next(
            p for p in binding.projections if p.example == reply.headers["x-greenroom-example"]
        )
        assert projection.items is not None
        items = at(reply.json, projection.items)
        assert len(items) == len(shown), (items, [thing.id for thing in shown])
        pairs = [
            (pair.pointer, pair.value.expression.removeprefix("$resource#"))
            for pair in projection.item_pairs
            if pair.value.expression.startswith("$resource#")
        ]
        for item, thing in zip(items, shown, strict=True):
            for pointer, own in pairs:
                kept = at(thing.value, own)
                seen = at(item, pointer)
                assert seen == kept or (kept is None and seen is MISSING), (pointer, seen, kept)
        paging = operation.paging
        numbers = {} if paging is None else {paging.total: len(things)}
        if paging is not None and size is not None:
            numbers[paging.pages] = -(-len(things) // size)
            numbers[paging.more] = before + len(shown) < len(things)
            numbers[paging.echoed_size] = size
        declared = {pair.pointer for pair in projection.pairs}
        for pointer, expected in numbers.items():
            if pointer is not None and pointer not in declared:
                assert at(reply.json, pointer) == expected, (pointer, reply.json)
