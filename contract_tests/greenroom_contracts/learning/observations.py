"""When records were observed in which state, by the responses of a recording."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import unquote

from greenroom.contract.behaviour.binding import Behaviour, Binding, Projection
from greenroom.contract.behaviour.resource import Lifecycle, Resource, Set
from greenroom.contract.model import Contract
from greenroom.contract.operation_finder import OperationFinder
from greenroom.http.exchange import Exchange
from greenroom.http.json_decoding import MalformedError, decode_json
from greenroom.redaction.secrets import MARK
from greenroom.schema import json_pointer as ptr

_RECORD = "$resource#"
# Responses of a mock: in a space its clock is its own, and examples are of different moments.
_IN_SPACE, _IS_EXAMPLE = "x-greenroom-space", "x-greenroom-example"


@dataclass(frozen=True, slots=True)
class Observation:
    """A record was in a state at some moment between `since` and `until`, in seconds since 1970.

    `value` is that of the state. `operation` is the id of the one whose response shows it, `kind`
    what that does to the record; `is_written` is whether its request names the state. `is_timed` is
    whether the moments are those of the server's clock.
    """

    value: Any
    since: float
    until: float
    operation: str
    kind: str
    is_written: bool
    is_timed: bool


@dataclass(frozen=True, slots=True)
class StatePeriod:
    """A period in which a record was in one state: its observations, and the last one before it."""

    value: Any
    before: Observation | None
    observations: tuple[Observation, ...]


def state_periods(
    contract: Contract, behaviour: Behaviour, exchanges: Iterable[Exchange]
) -> Iterator[tuple[Resource, Lifecycle, list[StatePeriod]]]:
    """The periods of each record of a resource with states, in the order of time."""
    finder = OperationFinder(contract)
    found: dict[tuple[str, tuple[Any, ...]], list[Observation]] = {}
    for exchange in exchanges:
        binding = behaviour.bindings.get(exchange.operation)
        resource = behaviour.resources.get(binding.resource) if binding else None
        if binding and resource and resource.lifecycle and exchange.succeeded:
            for identifier, observation in _observations(binding, resource, exchange, finder):
                found.setdefault((resource.name, identifier), []).append(observation)
    for (name, _), observations in found.items():
        resource = behaviour.resources[name]
        assert resource.lifecycle is not None
        ordered = sorted(observations, key=lambda o: o.since)
        listed: list[StatePeriod] = []
        for value, seen in groupby(ordered, key=lambda o: o.value):
            before = listed[-1].observations[-1] if listed else None
            listed.append(StatePeriod(value, before, tuple(seen)))
        yield resource, resource.lifecycle, listed


def _observations(
    binding: Binding, resource: Resource, exchange: Exchange, finder: OperationFinder
) -> Iterator[tuple[tuple[Any, ...], Observation]]:
    response, lifecycle = exchange.response, resource.lifecycle
    if response is None or lifecycle is None or lifecycle.pointer is None:
        return
    if response.header(_IS_EXAMPLE) is not None:
        return
    try:
        body = decode_json(response.body)
    except MalformedError:
        return
    given = _given(binding, exchange, finder)
    for record in _records(binding.projections, body):
        own = tuple(record.get(p.pointer, given.get(p.pointer)) for p in resource.identifiers)
        state = _below(record, lifecycle.pointer)
        if None in own or state is None or MARK in str((own, state)):
            continue
        yield (
            own,
            Observation(
                value=state,
                since=exchange.started,
                until=exchange.started + exchange.seconds,
                operation=exchange.operation,
                kind=binding.kind,
                is_written=_writes(binding, exchange, lifecycle.pointer, state),
                is_timed=response.header(_IN_SPACE) is None,
            ),
        )


def _writes(binding: Binding, exchange: Exchange, pointer: str, state: Any) -> bool:
    """Whether an operation puts a record into a state because that is written."""
    if any(entry.pointer == pointer and entry.value.constant == state for entry in binding.sets):
        return True
    try:
        sent = _look(decode_json(exchange.request.body), (binding.source or "") + pointer)
    except MalformedError:
        return False
    return bool(sent == state)


def _given(binding: Binding, exchange: Exchange, finder: OperationFinder) -> dict[str, str]:
    """The identifiers in the path of a request, by their pointers in the record."""
    found = finder.find(exchange.request.method, exchange.request.url)
    parameters: Mapping[str, str] = found.parameters if found else {}
    return {
        entry.pointer: unquote(parameters[name])
        for entry in binding.identify
        if (name := entry.value.expression.removeprefix("$request.path.")) in parameters
    }


def _records(projections: Iterable[Projection], body: Any) -> Iterator[dict[str, Any]]:
    """The records that a response shows: their values by their pointers in the record."""
    shown = next((p for p in projections if p.pairs or p.item_pairs), None)
    if shown is None:
        return
    if shown.items is None:
        yield _record(shown.pairs, body)
        return
    items = _look(body, shown.items)
    for item in items if isinstance(items, list) else ():
        yield _record(shown.item_pairs, item)


def _record(pairs: Iterable[Set], shown: Any) -> dict[str, Any]:
    return {
        pair.value.expression.removeprefix(_RECORD): _look(shown, pair.pointer)
        for pair in pairs
        if pair.value.expression.startswith(_RECORD)
    }


def _below(record: Mapping[str, Any], pointer: str) -> Any:
    """The value at a pointer of a record, of which only some places are known."""
    for place, value in record.items():
        if f"{pointer}/".startswith(f"{place}/"):
            return _look(value, pointer[len(place) :])
    return None


def _look(value: Any, pointer: str) -> Any:
    try:
        return ptr.look_up(value, pointer)
    except LookupError:
        return None
