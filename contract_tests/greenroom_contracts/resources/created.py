"""What a run created, and so has to delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenroom.codec.documented_request import Place
from greenroom.contract.model import Contract, Operation
from greenroom.http.exchange import VALID, Exchange

from ..planning.effects import makes, removes
from ..report import Leftover
from .identifier_pool import Values

# A deletion: the operation, and the parameters of its path with their values.
_Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Creation:
    """Something that a run created by `made_by`, and the request that deletes it."""

    made_by: str
    number: int
    delete: Operation
    values: Values

    @property
    def identifiers(self) -> str:
        """How it is called."""
        return named(self.values.parameters)


class Creations:
    """Everything that was created and not yet deleted."""

    def __init__(self, contract: Contract) -> None:
        self._operations = {operation.id: operation for operation in contract.operations}
        self._deletable: dict[_Key, Creation] = {}
        self._lasting: dict[str, list[int]] = {}
        self._uncertain: dict[str, list[str]] = {}

    def made(self, exchange: Exchange, taught: list[tuple[str, Values]]) -> None:
        """Note what an answer says was created; `taught` are the values it gave, by operation."""
        source = self._operations.get(exchange.operation)
        if source is None or not exchange.succeeded or not makes(source):
            return
        deletes = [
            Creation(source.id, exchange.number, self._operations[name], values)
            for name, values in taught
            if removes(self._operations[name]) and values.own
        ]
        for creation in deletes:
            self._deletable[_key(creation.delete, creation.values.parameters)] = creation
        if not deletes:
            self._lasting.setdefault(source.id, []).append(exchange.number)

    def uncertain(self, exchange: Exchange) -> None:
        """Note a request after which nobody knows whether it created something.

        It got no answer, one that speaks of a failure, or one that leads elsewhere.
        """
        source = self._operations.get(exchange.operation)
        if source is not None and makes(source) and exchange.purpose in VALID:
            status = exchange.response.status if exchange.response else 0
            told = f"answered {status}" if status else exchange.error
            self._uncertain.setdefault(source.id, []).append(told)

    def deleted(self, operation: Operation, path: Mapping[str, str]) -> None:
        """Note that something is gone, by the path parameters of the request that deleted it."""
        self._deletable.pop((operation.id, tuple(sorted(path.items()))), None)

    def settled(self, creation: Creation) -> None:
        """Note that a creation was dealt with, one way or another."""
        self._deletable.pop(_key(creation.delete, creation.values.parameters), None)

    @property
    def pending(self) -> list[Creation]:
        """What can be deleted, the newest first."""
        return sorted(self._deletable.values(), key=lambda creation: -creation.number)

    def lasting(self) -> list[Leftover]:
        """What no answer said how to delete, by operation."""
        unanswered = (
            Leftover(name, _times(errors), f"{errors[0]}, so it may have been created or not")
            for name, errors in self._uncertain.items()
        )
        return [*(Leftover(n, _times(m), _REASON) for n, m in self._lasting.items()), *unanswered]


_REASON = "no answer said how to delete what it created"


def _times(entries: Sequence[object]) -> str:
    return f"{len(entries)} time{'s' if len(entries) > 1 else ''}"


def named(parameters: Mapping[Place, object]) -> str:
    """Parameters in one line, by name."""
    return ", ".join(f"{name}={value}" for (_, name), value in sorted(parameters.items()))


def _key(operation: Operation, parameters: Mapping[Place, object]) -> _Key:
    path = ((name, str(value)) for (place, name), value in parameters.items() if place == "path")
    return operation.id, tuple(sorted(path))
