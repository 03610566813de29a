"""Identifiers for requests, only from responses of the vendor and from the caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from greenroom.codec.documented_request import ParameterKey, given_value
from greenroom.codec.sample import documented_value
from greenroom.contract.links import target_parameter
from greenroom.contract.model import Contract, Link, Operation, Response
from greenroom.contract.operation_finder import OperationFinder
from greenroom.contract.runtime_expressions import NOTHING, Message, evaluate
from greenroom.http.exchange import Exchange, Request
from greenroom.http.json_decoding import json_or
from greenroom.schema import json_pointer as ptr
from greenroom.schema.name_words import ends_in_id, words
from greenroom.state.timestamps import moment

from ..planning.body_identifiers import BodyIdentifiers, given_for
from ..planning.effects import creates, creates_own_resource, is_grave, requires_own_resource
from ..planning.identifiers import (
    filter_names,
    identifiers_of,
    merged,
    names_created,
    subjects,
)
from ..planning.options import Options
from ..planning.receivers import RESERVED, receiver_parameters, with_receiver

# Marks a response that is a documented example, whose identifiers do not exist.
_EXAMPLE = "x-greenroom-example"
# Seconds by which the clock of a server may be behind, since some write local times without zone.
_SKEW = 24 * 3600
# Smaller numbers are none of seconds since 1970.
_LEAST = 10**8
_CREATED = frozenset(("created", "creation"))


@dataclass(frozen=True, slots=True)
class SuppliedValues:
    """Values for a request of an operation: parameters by place, and members of its body.

    `filters` are optional parameters by which a link narrows a list; most requests leave them out,
    since they are to show as much as possible. `own` means that they identify a resource that the
    run created, `made_up` that one of them identifies nothing.
    """

    parameters: Mapping[ParameterKey, Any]
    body: Any = None
    own: bool = False
    made_up: bool = False
    filters: Mapping[ParameterKey, Any] = field(default_factory=dict)


# Values that a response supplied, and the operation that they are for.
Learned = tuple[Operation, SuppliedValues]


class IdentifierPool:
    """The identifiers that a run has learned so far, and those of the caller."""

    def __init__(self, contract: Contract, base_url: str, options: Options) -> None:
        self._contract, self._options = contract, options
        self._bodies = BodyIdentifiers(contract)
        self._finder = OperationFinder(contract, base_url)
        self._operations = {operation.id: operation for operation in contract.operations}
        self._learned: dict[str, list[SuppliedValues]] = {}
        # Identifiers of resources that existed before the run.
        self._others = set(map(str, options.given.values()))
        self._own: set[str] = set()

    def learn(self, exchange: Exchange, response: Response | None) -> list[Learned]:
        """Note the identifiers in a response, and evaluate the links of a documented one."""
        if not exchange.succeeded:
            return []
        source = self._operations[exchange.operation]
        message = self._message(exchange)
        if not creates(source) and message.response_body is not NOTHING:
            self._others.update(_identifiers(message.response_body))
        learned = []
        for link in response.links if response is not None else ():
            target = self._operations[link.operation_id]
            values = _evaluated(link, target, message)
            if values is not None:
                own = creates_own_resource(source) and names_created(source, link, target)
                own = own and self._is_new(link, target, exchange, message)
                values = replace(values, own=own)
                self._learned.setdefault(target.id, []).append(values)
                learned.append((target, values))
        return learned

    def values(self, operation: Operation) -> SuppliedValues | None:
        """The values for a request of an operation, None while one is missing."""
        return None if self.missing(operation) else self.known(operation)

    def missing(self, operation: Operation) -> list[str]:
        """The names of the identifiers that are not known, of parameters and then of the body."""
        known = self.known(operation)
        names = [
            p.name
            for p in identifiers_of(operation)
            if (p.location, p.name) not in known.parameters
        ]
        if operation.id in self._options.bodies:
            return names
        return [*names, *self._bodies.lacking(operation, known.body, self._options.given)]

    def known(self, operation: Operation) -> SuppliedValues:
        """The values for a request of an operation that are known so far."""
        found = {
            (parameter.location, parameter.name): given_value(self._contract, parameter, value)
            for parameter in operation.parameters
            if (value := given_for(operation, parameter.name, self._options.given)) is not None
        }
        for p in receiver_parameters(self._contract, operation):
            if (p.location, p.name) not in found and p.required:
                value = documented_value(self._contract.document, p)
                receiver = self._options.receiver or RESERVED
                value = with_receiver(self._contract, operation, value, receiver, p.name)
                found[p.location, p.name] = value
        body: Any = None
        filters: Mapping[ParameterKey, Any] = {}
        names = filter_names(self._contract, operation)
        for learned in self._usable(operation):
            narrowing = {k: v for k, v in learned.parameters.items() if k[1] in names}
            # Filters of several links together may select nothing.
            filters = filters or {k: v for k, v in narrowing.items() if k not in found}
            rest = {k: v for k, v in learned.parameters.items() if k not in narrowing}
            found = {**rest, **found}
            if learned.body is not None:
                body = learned.body if body is None else merged(learned.body, body)
        made_up = False
        for p in (p for p in operation.parameters if p not in identifiers_of(operation)):
            if p.required and (p.location, p.name) not in found and self._bodies.is_identifier(p):
                value = documented_value(self._contract.document, p)
                found[p.location, p.name] = self._bodies.made_up(p, value)
                made_up = True
        return SuppliedValues(found, body, made_up=made_up, filters=filters)

    def _usable(self, operation: Operation) -> list[SuppliedValues]:
        """Learned values in order of preference: most parameters, preferred owner, newest."""
        learned = list(reversed(self._learned.get(operation.id, [])))
        if requires_own_resource(operation):
            learned = [values for values in learned if values.own]
        prefers_own = creates(operation) or is_grave(operation)
        return sorted(
            learned, key=lambda values: (-len(values.parameters), values.own != prefers_own)
        )

    def _is_new(self, link: Link, target: Operation, exchange: Exchange, message: Message) -> bool:
        """Whether a response identifies a new resource: not known before, and not in the request.

        Where 201 is documented, another status is of what existed already. Where it is not, so is
        what an example of the contract names, or what says that it is older than the request. The
        documented examples of a mock always count as new: all have the same identifiers.
        """
        if exchange.response is not None and exchange.response.header(_EXAMPLE) is not None:
            return True
        statuses = {r.status for r in self._operations[exchange.operation].responses}
        if message.status != 201 and "201" in statuses:
            return False
        requested = [*message.path.values(), *message.query.values()]
        if message.request_body is not NOTHING:
            requested += _identifiers(message.request_body)
        found = subjects(link, target)
        subject, known = {str(evaluate(text, message)) for _, text in found}, {*self._others}
        if message.status != 201:
            known.update(self._bodies.of_examples)
            if any(_is_older(text, message, exchange.started) for _, text in found):
                return False
        is_new = subject <= self._own or not subject & {*map(str, requested), *known}
        self._own |= subject if is_new else set()
        return is_new

    def path_of(self, request: Request) -> Mapping[str, str]:
        """The path parameters of a request, decoded."""
        found = self._finder.find(request.method, request.url)
        return {k: unquote(v) for k, v in found.parameters.items()} if found else {}

    def _message(self, exchange: Exchange) -> Message:
        request, response = exchange.request, exchange.response
        return Message(
            url=request.url,
            method=request.method,
            status=exchange.status,
            path=self.path_of(request),
            query=dict(parse_qsl(request.query, keep_blank_values=True)),
            headers=dict(request.headers),
            request_body=json_or(NOTHING, request.body),
            response_headers=dict(response.headers) if response else {},
            response_body=json_or(NOTHING, response.body if response else b""),
        )


def _is_older(text: str, message: Message, sent: float) -> bool:
    """Whether the object with an identifier says that it was created before the request."""
    is_inside = text.startswith("$response.body#/")
    holder = evaluate(text.rpartition("/")[0], message) if is_inside else None
    members = holder.items() if isinstance(holder, dict) else ()
    created = (moment(v) for name, v in members if not _CREATED.isdisjoint(words(name)))
    return any(time is not None and _LEAST < time < sent - _SKEW for time in created)


def _evaluated(link: Link, target: Operation, message: Message) -> SuppliedValues | None:
    try:
        found = [
            (target_parameter(target, k), evaluate(v, message)) for k, v in link.parameters.items()
        ]
        body = evaluate(link.body, message) if link.body is not None else None
    except (LookupError, ValueError):
        return None
    values = {(p.location, p.name): value for p, value in found if p is not None}
    return None if None in values.values() else SuppliedValues(values, body)


def _identifiers(value: Any) -> Iterator[str]:
    """The values that may be identifiers: texts, and numbers that are named like one."""
    for where, entry in ptr.walk(value):
        name = where.rstrip("/0123456789").rpartition("/")[2]
        if isinstance(entry, str) or (type(entry) is int and ends_in_id(name)):
            yield str(entry)
