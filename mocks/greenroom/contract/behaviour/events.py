"""The webhooks of a contract: what they are about, and where their payloads show it.

A place of a documented payload that has the value of a place of a documented record gets that of
the record, where the names fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import ends_in_id, words
from ..model import Contract, Operation
from .binding import Binding, Event, Projection
from .delivery_policy import DeliveryPolicy
from .duration import duration
from .evidence import Evidence
from .resource import Resource, Set, Value
from .resources import is_time
from .values import evidence_of, node_of, sets_of

EVENT_KEY, DELIVERY_KEY = "x-event", "x-webhook-delivery"
_MESSAGE = {"event", "delivery", "message", "notification"}
_TIMES = {"timestamp", "time", "date", "created", "sent", "occurred"}
_TOLD = "a place has the value of one of its documented records"


class Events:
    """Reads the events; `resources` and `bindings` are the other facts of the contract."""

    def __init__(
        self,
        contract: Contract,
        resources: Mapping[str, Resource],
        bindings: Mapping[str, Binding],
    ) -> None:
        self._contract, self._resources = contract, resources
        self._emitting: dict[str, str] = {}
        self._records: dict[str, list[Any]] = {name: [] for name in resources}
        for name, resource in resources.items():
            states = resource.lifecycle.states.values() if resource.lifecycle else ()
            self._records[name] += [s.example for s in states if s.example is not None]
            self._records[name] += [seed.value for seed in resource.seeds]
            self._emitting.update({event: name for state in states for event in state.emit})
        for binding in bindings.values():
            self._records[binding.resource] += [t.record for t in binding.templates]
            self._emitting.update(dict.fromkeys(binding.emit, binding.resource))
        self._registering = [r.name for r in resources.values() if r.subscription is not None]

    def by_name(self) -> dict[str, Event]:
        """Every event; of several methods of a webhook the POST counts."""
        found: dict[str, Event] = {}
        for webhook in sorted(self._contract.webhooks, key=lambda each: each.method != "POST"):
            found.setdefault(webhook.path, self._event(webhook))
        return {w.path: found[w.path] for w in self._contract.webhooks}

    def _event(self, webhook: Operation) -> Event:
        node = node_of(ptr.look_up(self._contract.document, webhook.pointer), EVENT_KEY)
        about = node.get("about", self._emitting.get(webhook.path))
        about = about if about in self._resources else None
        declared = sets_of(node.get("payload"))
        payloads = [
            Projection(
                "",
                media.name,
                example.name,
                example.value,
                _merged(*self._joined(about, example.value, declared), *declared),
            )
            for media in (webhook.body.content if webhook.body else ())
            for example in media.examples
        ]
        fields = [*self._fields(webhook), *sets_of(node.get("headers"))]
        named = [Set(each.pointer.removeprefix("/"), each.value) for each in fields]
        is_told = any(payload.pairs for payload in payloads)
        inferred = Evidence("example", _TOLD) if is_told else None
        evidence = evidence_of(node) if node else inferred
        return Event(webhook.path, about, tuple(payloads), _merged(*named), evidence)

    def _joined(self, about: str | None, payload: Any, declared: tuple[Set, ...]) -> Iterator[Set]:
        """The places of a payload that show the record, the receiver's, or the message itself.

        What is declared for an object or array is for all that it has.
        """
        taken = {each.pointer for each in declared}
        roots = [("resource", about)] if about else []
        for root, name in (*roots, *(("subscription", name) for name in self._registering)):
            record = self._told(name, payload)
            for where, value in _places(payload) if record is not None else ():
                own = _same(record, where, value, is_id=root == "subscription")
                if own is not None and not _is_within(where, taken):
                    taken.add(where)
                    yield Set(where, Value(f"${root}#{own}"))
        for name, value in payload.items() if isinstance(payload, dict) else ():
            where = ptr.join("", name)
            if where not in taken and _is_of_message(name) and isinstance(value, str):
                yield Set(where, Value("$event#/id"))
            elif where not in taken and _TIMES.intersection(words(name)) and is_time(value):
                yield Set(where, Value("$event#/time"))

    def _told(self, resource: str, payload: Any) -> Any:
        """The documented record whose identifier a payload has."""
        own = [each.pointer for each in self._resources[resource].identifiers]
        shown = [value for _, value in ptr.walk(payload) if isinstance(value, str | int)]
        fitting = (
            record
            for record in self._records[resource]
            if own and all(ptr.value_at(record, pointer) in shown for pointer in own)
        )

        def agreement(record: Any) -> int:
            return sum(_same(record, *place) is not None for place in _places(payload))

        return max(fitting, key=agreement, default=None)

    def _fields(self, webhook: Operation) -> Iterator[Set]:
        known = {
            ptr.value_at(record, each.pointer): each.pointer
            for name in self._registering
            for record in self._records[name]
            for each in self._resources[name].identifiers
        }
        for parameter in webhook.parameters:
            values = [example.value for example in parameter.examples]
            if parameter.location != "header" or not values:
                continue
            if isinstance(values[0], str | int) and values[0] in known:
                yield Set(parameter.name, Value(f"$subscription#{known[values[0]]}"))
            elif _is_of_message(parameter.name):
                yield Set(parameter.name, Value("$event#/id"))


def delivery_policy(contract: Contract) -> DeliveryPolicy:
    """How the vendor repeats webhooks; one attempt where the contract says nothing."""
    node = node_of(contract.document, DELIVERY_KEY)
    if not node:
        return DeliveryPolicy()
    return DeliveryPolicy(
        duration(node["timeout"]) if "timeout" in node else None,
        tuple(map(duration, node.get("retries", ()))),
        tuple(node.get("success", ("2XX",))),
        tuple(node.get("gone", ())),
        node.get("id-header", ""),
        node.get("order", "best-effort"),
        evidence_of(node),
    )


def _places(payload: Any) -> Iterator[tuple[str, Any]]:
    """Every place of a payload but those within arrays, outer ones first."""
    for where, value in ptr.walk(payload):
        if where and not any(token.isdecimal() for token in ptr.split(where)):
            yield where, value


def _is_within(where: str, taken: set[str]) -> bool:
    return any(where == each or where.startswith(f"{each}/") for each in taken)


def _same(record: Any, where: str, value: Any, is_id: bool = False) -> str | None:
    """The place of a record with the value of a place of its payload, if the names fit.

    An identifier is that of another name where only one place has it; `is_id` takes no others.
    """
    name = ptr.split(where)[-1]
    equal = [
        (own, ptr.split(own)[-1])
        for own, known in ptr.walk(record)
        if own and known == value and type(known) is type(value)
    ]
    is_telling = not isinstance(value, bool) and value not in (None, "", [], {})
    alike = [own for own, other in equal if _fit(name, other, is_telling)]
    if alike and not is_id:
        return min(alike, key=len)
    ids = [own for own, other in equal if ends_in_id(name) and ends_in_id(other)]
    return ids[0] if len(ids) == 1 else None


def _fit(one: str, other: str, by_end: bool) -> bool:
    """Whether names are equal, or one ends in the other: `status` is `call_status`."""
    short, long = sorted((words(one), words(other)), key=len)
    is_end = bool(short) and short != ("id",) and long[-len(short) :] == short
    return one == other or short == long or (by_end and is_end)


def _is_of_message(name: str) -> bool:
    return ends_in_id(name) and not _MESSAGE.isdisjoint(words(name)[:-1])


def _merged(*pairs: Set) -> tuple[Set, ...]:
    """The pairs, the later ones in the place of those that they name."""
    return tuple({pair.pointer: pair for pair in pairs}.values())
