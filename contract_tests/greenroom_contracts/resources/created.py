"""The resources that a run created, and which it has to delete."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from greenroom.codec.documented_request import ParameterKey
from greenroom.contract.model import Operation
from greenroom.http.exchange import VALID, Exchange
from greenroom.printable import counted

from ..planning.effects import creates, deletes
from ..planning.graphql_queries import is_query
from ..report import Leftover
from .identifier_pool import Learned, SuppliedValues

# Of a deletion: the id of its operation, and its path parameters with their values.
_Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class CreatedResource:
    """A resource that the operation `made_by` created, and the request that deletes it."""

    made_by: str
    number: int
    delete: Operation
    values: SuppliedValues

    def leftover(self, why: str) -> Leftover:
        """Its entry in the report if it was not deleted, with the reason."""
        return Leftover(self.made_by, _identifiers(self.values.parameters), why)


class CreatedResources:
    """Everything that was created and is not deleted yet."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        """`operations` are those of the contract, by id."""
        self._operations = operations
        self._deletable: dict[_Key, CreatedResource] = {}
        self._lasting: dict[str, list[str]] = {}
        self._uncertain: dict[str, list[str]] = {}

    def made(self, source: Operation, exchange: Exchange, learned: Sequence[Learned]) -> None:
        """Record the resources that a request created, by the values learned from its response."""
        if not exchange.succeeded or not _may_create(source, exchange):
            return
        created = [
            CreatedResource(source.id, exchange.number, target, values)
            for target, values in learned
            if deletes(target) and values.own
        ]
        for resource in created:
            self._deletable[_key(resource.delete, resource.values.parameters)] = resource
        if not created:
            known = (values.parameters for _, values in learned if values.own)
            self._lasting.setdefault(source.id, []).append(_identifiers(next(known, {})))

    def uncertain(self, source: Operation, exchange: Exchange) -> None:
        """Record a request that may have created something.

        It got no response, a redirect, or a server error.
        """
        if _may_create(source, exchange) and exchange.purpose in VALID:
            outcome = f"responded {exchange.status}" if exchange.status else exchange.error
            self._uncertain.setdefault(source.id, []).append(outcome)

    def deleted(self, operation: Operation, path: Mapping[str, str]) -> None:
        """Record that a resource is deleted, by the path parameters of the request for it."""
        self._deletable.pop((operation.id, tuple(sorted(path.items()))), None)

    def handled(self, resource: CreatedResource) -> None:
        """Record an attempt to delete a resource, successful or not."""
        self._deletable.pop(_key(resource.delete, resource.values.parameters), None)

    @property
    def pending(self) -> list[CreatedResource]:
        """The resources that can be deleted, newest first, and before them what is within them."""
        return sorted(
            self._deletable.values(), key=lambda r: (-r.number, -r.delete.path.count("/"))
        )

    def lasting(self) -> Iterator[Leftover]:
        """Resources that cannot be deleted: not identified by a response, or by no operation."""
        for name, found in self._lasting.items():
            source = self._operations[name]
            linked = {link.operation_id for r in source.responses for link in r.links}
            own = re.compile(re.escape(source.path.rstrip("/")) + r"/\{[^/]+\}/?")
            deletions = [o for o in self._operations.values() if deletes(o)]
            unlinked = [o.id for o in deletions if own.fullmatch(o.path)]
            why = "no operation of the contract deletes it"
            if any(o.id in linked for o in deletions):
                why = "no response identified the created resource, so it was not deleted"
            elif unlinked:
                why = f"no link of its responses leads to {unlinked[0]}, so it was not deleted"
            identified = ", ".join(dict.fromkeys(filter(None, found)))
            yield Leftover(name, identified or counted(len(found), "time"), why)
        for name, outcomes in self._uncertain.items():
            why = f"{outcomes[0]}, so it is unknown whether something was created"
            yield Leftover(name, counted(len(outcomes), "time"), why)


def _may_create(source: Operation, exchange: Exchange) -> bool:
    return creates(source) and not is_query(source, exchange.request.body)


def _identifiers(parameters: Mapping[ParameterKey, object]) -> str:
    return ", ".join(f"{name}={value}" for (_, name), value in sorted(parameters.items()))


def _key(operation: Operation, parameters: Mapping[ParameterKey, object]) -> _Key:
    path = ((name, str(value)) for (place, name), value in parameters.items() if place == "path")
    return operation.id, tuple(sorted(path))
