"""Identifiers for requests, from the vendor's own answers and from the caller, never made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from greenroom.codec.documented_request import Place
from greenroom.contract.exchange_router import Routes, below
from greenroom.contract.links import filled
from greenroom.contract.model import Contract, Link, Operation, Response
from greenroom.contract.runtime_expressions import NOTHING, Message, evaluate
from greenroom.http.exchange import Exchange, Request
from greenroom.http.json_decoding import MalformedError, decode_json

from ..planning.effects import is_grave, makes, makes_own, needs_own
from ..planning.identifiers import (
    Given,
    given_for,
    identifiers_of,
    is_of_response,
    subject_keys,
)

# Said of an answer that is a documented example and so names nothing that exists.
_EXAMPLE = "x-greenroom-example"


@dataclass(frozen=True, slots=True)
class Values:
    """What a request takes from elsewhere: parameters by place, and what is laid over its body."""

    parameters: Mapping[Place, Any]
    body: Any = None
    # Whether every value came from the run's own creations or from the caller.
    own: bool = True


@dataclass(frozen=True, slots=True)
class LearnedValues:
    """What one answer gave to requests of one operation. `own` says that the run created it."""

    parameters: Mapping[Place, Any]
    body: Any
    own: bool


class IdentifierPool:
    """The identifiers that a run has learned so far."""

    def __init__(self, contract: Contract, base_url: str, given: Given) -> None:
        self._contract = contract
        self._base_url = base_url
        self._given = given
        self._routes = Routes(contract)
        self._operations = {operation.id: operation for operation in contract.operations}
        self._lessons: dict[str, list[LearnedValues]] = {}
        # Identifiers of what was there before the run.
        self._others = set(map(str, given.values()))

    def learn(self, exchange: Exchange, response: Response | None) -> list[tuple[str, Values]]:
        """Take what the links of a documented response give; the values by target operation."""
        source = self._operations.get(exchange.operation)
        if source is None or response is None or not exchange.succeeded:
            return []
        message = self._message(exchange)
        taught = []
        for link in response.links:
            lesson = self._lesson(link, message)
            if lesson is not None:
                target = self._operations[link.operation_id]
                owned = makes_own(source) and is_of_response(link, target)
                owned = owned and self._is_new(link, target, exchange, message)
                lesson = replace(lesson, own=owned)
                if not makes(source):
                    self._others.update(map(str, lesson.parameters.values()))
                self._lessons.setdefault(link.operation_id, []).append(lesson)
                taught.append(
                    (link.operation_id, Values(lesson.parameters, lesson.body, lesson.own))
                )
        return taught

    def values(self, operation: Operation) -> Values | None:
        """What a request of an operation needs from elsewhere; None while something is missing."""
        found: dict[Place, Any] = {}
        for parameter in operation.parameters:
            value = given_for(operation, parameter, self._given)
            if value is not None:
                found[parameter.location, parameter.name] = value
        body: Any = None
        owned = True
        for lesson in self._usable(operation):
            new = {place: v for place, v in lesson.parameters.items() if place not in found}
            found.update(new)
            owned = owned and (lesson.own or not new)
            if lesson.body is not None:
                body = lesson.body if body is None else overlaid(lesson.body, body)
        missing = [p for p in identifiers_of(operation) if (p.location, p.name) not in found]
        return None if missing else Values(found, body, owned)

    def _usable(self, operation: Operation) -> list[LearnedValues]:
        """Lessons in the order of use: those that give most, of these the newest own ones."""
        lessons = list(reversed(self._lessons.get(operation.id, [])))
        if needs_own(operation):
            lessons = [lesson for lesson in lessons if lesson.own]
        prefers_own = makes(operation) or is_grave(operation)
        return sorted(
            lessons, key=lambda lesson: (-len(lesson.parameters), lesson.own != prefers_own)
        )

    def _is_new(self, link: Link, target: Operation, exchange: Exchange, message: Message) -> bool:
        """Whether an answer names what did not exist before: not seen, not asked with.

        A mock's documented examples name the same things everywhere.
        """
        if exchange.response is not None and exchange.response.header(_EXAMPLE) is not None:
            return True
        asked = {*message.path.values(), *message.query.values()}
        subject = (evaluate(link.parameters[key], message) for key in subject_keys(link, target))
        return not set(map(str, subject)) & (asked | self._others)

    def _lesson(self, link: Link, message: Message) -> LearnedValues | None:
        target = self._operations[link.operation_id]
        try:
            named = {key: evaluate(value, message) for key, value in link.parameters.items()}
            body = evaluate(link.body, message) if link.body is not None else None
        except (LookupError, ValueError):
            return None
        values = {
            (parameter.location, parameter.name): value
            for key, value in named.items()
            if (parameter := filled(target, key)) is not None
        }
        return None if None in values.values() else LearnedValues(values, body, own=False)

    def path_of(self, request: Request) -> Mapping[str, str]:
        """The path parameters of a request, decoded."""
        path = below(self._base_url, request.url)
        found = self._routes.find(request.method, path) if path is not None else None
        return found[1] if found else {}

    def _message(self, exchange: Exchange) -> Message:
        request, response = exchange.request, exchange.response
        return Message(
            url=request.url,
            method=request.method,
            status=response.status if response else 0,
            path=self.path_of(request),
            query=dict(parse_qsl(request.query, keep_blank_values=True)),
            headers=dict(request.headers),
            request_body=_json_body(request),
            response_headers=dict(response.headers) if response else {},
            response_body=_json(response.body) if response else NOTHING,
        )


def overlaid(over: Any, value: Any) -> Any:
    """A value with another laid over it: objects are merged, everything else is replaced."""
    if isinstance(over, Mapping) and isinstance(value, Mapping):
        merged = {name: overlaid(over[name], value.get(name)) for name in over}
        return {**value, **merged}
    return over


def _json_body(request: Request) -> Any:
    return _json(request.body) if request.body else NOTHING


def _json(body: bytes) -> Any:
    try:
        return decode_json(body)
    except MalformedError:
        return NOTHING
