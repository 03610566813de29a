"""What a run created and therefore has to delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenroom.codec.documented_request import Place
from greenroom.contract.model import Contract, Operation
from greenroom.http.exchange import VALID, Exchange

from ..planning.effects import makes, removes
from ..report import Leftover
from .identifier_pool import SuppliedValues

# Of a deletion: the id of its operation, and its path parameters with their values.
_Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class CreatedResource:
    """Something that a run created by `made_by`, and the request that deletes it."""

    made_by: str
    number: int
    delete: Operation
    values: SuppliedValues

    @property
    def identifiers(self) -> str:
        """Its identifiers in one line."""
        values = sorted(self.values.parameters.items())
        return ", ".join(f"{name}={value}" for (_, name), value in values)


class CreatedResources:
    """Everything that was created and is not deleted yet."""

    def __init__(self, contract: Contract) -> None:
        self._operations = {operation.id: operation for operation in contract.operations}
        self._deletable: dict[_Key, CreatedResource] = {}
        self._lasting: dict[str, list[int]] = {}
        self._uncertain: dict[str, list[str]] = {}

    def made(self, exchange: Exchange, learned: list[tuple[str, SuppliedValues]]) -> None:
        """Note what a response has created; `learned` are its values, each with a target's id."""
        source = self._operations.get(exchange.operation)
        if source is None or not exchange.succeeded or not makes(source):
            return
        created = [
            CreatedResource(source.id, exchange.number, self._operations[name], values)
            for name, values in learned
            if removes(self._operations[name]) and values.own
        ]
        for resource in created:
            self._deletable[_key(resource.delete, resource.values.parameters)] = resource
        if not created:
            self._lasting.setdefault(source.id, []).append(exchange.number)

    def uncertain(self, exchange: Exchange) -> None:
        """Note a request of which it is unknown whether it created something.

        It got no response, a redirect, or the status of a failure.
        """
        source = self._operations.get(exchange.operation)
        if source is not None and makes(source) and exchange.purpose in VALID:
            status = exchange.response.status if exchange.response else 0
            outcome = f"responded {status}" if status else exchange.error
            self._uncertain.setdefault(source.id, []).append(outcome)

    def deleted(self, operation: Operation, path: Mapping[str, str]) -> None:
        """Note that something is deleted, by the path parameters of the request that did it."""
        self._deletable.pop((operation.id, tuple(sorted(path.items()))), None)

    def handled(self, resource: CreatedResource) -> None:
        """Note that deleting a resource was tried, with or without success."""
        self._deletable.pop(_key(resource.delete, resource.values.parameters), None)

    @property
    def pending(self) -> list[CreatedResource]:
        """What can be deleted, newest first."""
        return sorted(self._deletable.values(), key=lambda resource: -resource.number)

    def lasting(self) -> list[Leftover]:
        """What cannot be deleted because no response identified it, by operation."""
        unanswered = (
            Leftover(name, _times(errors), f"{errors[0]}, so it may have been created or not")
            for name, errors in self._uncertain.items()
        )
        return [*(Leftover(n, _times(m), _REASON) for n, m in self._lasting.items()), *unanswered]


_REASON = "no response identified what it created, so it was not deleted"


def _times(entries: Sequence[object]) -> str:
    return f"{len(entries)} time{'s' if len(entries) > 1 else ''}"


def _key(operation: Operation, parameters: Mapping[Place, object]) -> _Key:
    path = ((name, str(value)) for (place, name), value in parameters.items() if place == "path")
    return operation.id, tuple(sorted(path))
