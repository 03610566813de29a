"""The resources that a run created, and which it has to delete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from greenroom.codec.documented_request import ParameterKey
from greenroom.contract.model import Operation
from greenroom.http.exchange import VALID, Exchange

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
        values = sorted(self.values.parameters.items())
        identifiers = ", ".join(f"{name}={value}" for (_, name), value in values)
        return Leftover(self.made_by, identifiers, why)


class CreatedResources:
    """Everything that was created and is not deleted yet."""

    def __init__(self) -> None:
        self._deletable: dict[_Key, CreatedResource] = {}
        self._lasting: Counter[str] = Counter()
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
            self._lasting[source.id] += 1

    def uncertain(self, source: Operation, exchange: Exchange) -> None:
        """Record a request that may have created something.

        It got no response, a redirect, or a server error.
        """
        if _may_create(source, exchange) and exchange.purpose in VALID:
            status = exchange.response.status if exchange.response else 0
            outcome = f"responded {status}" if status else exchange.error
            self._uncertain.setdefault(source.id, []).append(outcome)

    def deleted(self, operation: Operation, path: Mapping[str, str]) -> None:
        """Record that a resource is deleted, by the path parameters of the request for it."""
        self._deletable.pop((operation.id, tuple(sorted(path.items()))), None)

    def handled(self, resource: CreatedResource) -> None:
        """Record an attempt to delete a resource, successful or not."""
        self._deletable.pop(_key(resource.delete, resource.values.parameters), None)

    @property
    def pending(self) -> list[CreatedResource]:
        """The resources that can be deleted, newest first."""
        return sorted(self._deletable.values(), key=lambda resource: -resource.number)

    def lasting(self) -> Iterator[Leftover]:
        """Resources that cannot be deleted, since no response identified them."""
        for name, count in self._lasting.items():
            why = "no response identified the created resource, so it was not deleted"
            yield Leftover(name, _times(count), why)
        for name, outcomes in self._uncertain.items():
            why = f"{outcomes[0]}, so it is unknown whether something was created"
            yield Leftover(name, _times(len(outcomes)), why)


def _may_create(source: Operation, exchange: Exchange) -> bool:
    return creates(source) and not is_query(source, exchange.request.body)


def _times(count: int) -> str:
    return f"{count} time{'s' if count > 1 else ''}"


def _key(operation: Operation, parameters: Mapping[ParameterKey, object]) -> _Key:
    path = ((name, str(value)) for (place, name), value in parameters.items() if place == "path")
    return operation.id, tuple(sorted(path))
