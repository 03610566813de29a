"""Identifiers for requests, from the vendor's own answers and from the caller, never made up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from greenroom.codec.documented_request import Place, given_value
from greenroom.contract.exchange_router import Routes, below
from greenroom.contract.links import filled
from greenroom.contract.model import Contract, Link, Operation, Parameter, Response
from greenroom.contract.runtime_expressions import NOTHING, Message, evaluate
from greenroom.http.exchange import Exchange, Request
from greenroom.http.json_decoding import MalformedError, decode_json

from ..planning.effects import is_grave, makes, makes_own, needs_own

_EXPRESSION = re.compile(r"\{([^{}]+)\}")
# Said of an answer that is a documented example and so names nothing that exists.
_EXAMPLE = "x-greenroom-example"

# Values by `name`, or by `operationId.name` for one operation alone.
Given = Mapping[str, str]


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


def identifiers_of(operation: Operation) -> list[Parameter]:
    """The parameters that only the vendor or the caller can fill."""
    return [p for p in operation.parameters if p.identifier and p.required]


def sources(contract: Contract, target: Operation) -> Iterator[tuple[Operation, Link]]:
    """The operations whose answers may serve a target, each with its link."""
    for operation in contract.operations:
        if needs_own(target) and not makes_own(operation):
            continue
        for response in operation.responses:
            if response.status.startswith("2"):
                for link in response.links:
                    if link.operation_id == target.id and (
                        not needs_own(target) or _is_of_answer(link, target)
                    ):
                        yield operation, link


def _subject(link: Link, target: Operation) -> list[str]:
    """The keys of a link that name what a target acts on: the last of its path, else all.

    What stands before the last in a path is what the thing belongs to.
    """
    names = _EXPRESSION.findall(target.path)
    if not names:
        return list(link.parameters)
    return [
        key
        for key in link.parameters
        if (parameter := filled(target, key)) is not None
        and (parameter.location, parameter.name) == ("path", names[-1])
    ]


def _is_of_answer(link: Link, target: Operation) -> bool:
    """Whether what a target acts on is named by the answer, rather than by what was asked."""
    values = [str(link.parameters[key]) for key in _subject(link, target)]
    return all(value.startswith("$response.") for value in values)


def given_for(operation: Operation, parameter: Parameter, given: Given) -> str | None:
    """The caller's value of a parameter, that for the operation alone first.

    What alters or removes something, or reaches a person, takes no other: a value that is given for
    reading must not be used up.
    """
    named = given.get(f"{operation.id}.{parameter.name}")
    if named is None and not needs_own(operation):
        return given.get(parameter.name)
    return named


def unreachable(contract: Contract, sent: Iterable[Operation], given: Given) -> dict[str, str]:
    """Which operations of a plan cannot get an identifier, and why, by id.

    An operation whose only sources are themselves left out, or cannot be reached, is left out too.
    """
    left = {operation.id: operation for operation in sent}
    reached: set[str] = set()
    while True:
        new = {
            name
            for name, operation in left.items()
            if name not in reached and not _lacking(contract, operation, reached, given)
        }
        if not new:
            break
        reached |= new
    return {
        name: _why(contract, operation, _lacking(contract, operation, reached, given), left)
        for name, operation in left.items()
        if name not in reached
    }


def _lacking(
    contract: Contract, operation: Operation, reached: Iterable[str], given: Given
) -> list[Parameter]:
    known = set(reached)
    supplied = {
        (parameter.location, parameter.name)
        for source, link in sources(contract, operation)
        if source.id in known
        for key in link.parameters
        if (parameter := filled(operation, key)) is not None
    }
    return [
        parameter
        for parameter in identifiers_of(operation)
        if given_for(operation, parameter, given) is None
        and (parameter.location, parameter.name) not in supplied
    ]


def _why(
    contract: Contract, operation: Operation, lacking: list[Parameter], sent: Mapping[str, Any]
) -> str:
    names = ", ".join(parameter.name for parameter in lacking)
    asked = " ".join(f"--param {operation.id}.{parameter.name}=…" for parameter in lacking)
    found = dict.fromkeys(source.id for source, _ in sources(contract, operation))
    if not found:
        kind = "nothing of the run's own" if needs_own(operation) else "no other answer"
        return f"{kind} gives {names}; {asked}"
    left_out = [name for name in found if name not in sent] or list(found)
    return f"{names} would come from {', '.join(left_out)}, which is left out; {asked}"


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
                owned = makes_own(source) and _is_of_answer(link, target)
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
                meant = given_value(self._contract, parameter, value)
                found[parameter.location, parameter.name] = meant
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
        subject = (evaluate(link.parameters[key], message) for key in _subject(link, target))
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
