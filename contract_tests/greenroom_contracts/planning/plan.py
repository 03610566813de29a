"""The plan of a run: the operations that are sent, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.codec.documented_request import request_body_examples
from greenroom.contract.model import Contract, Operation
from greenroom.errors import GreenroomError

from .effects import contacts_or_costs, deletes, is_read, why_not
from .identifiers import unreachable
from .options import Options

# In the order of sending.
_STAGES = ("read", "create", "change", "delete")


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """One operation: whether requests are sent, at most how many, or why not.

    `requests_by_purpose` has the maximum for each purpose: documented, credentials, invalid,
    paging, generated.
    """

    operation: Operation
    why_not: str
    requests_by_purpose: tuple[tuple[str, int], ...]

    @property
    def sent(self) -> bool:
        """Whether requests are sent."""
        return not self.why_not

    @property
    def requests(self) -> int:
        """The maximum number of requests, without those that clean up."""
        return sum(count for _, count in self.requests_by_purpose)


@dataclass(frozen=True, slots=True)
class Plan:
    """All operations of a contract, in its order."""

    entries: tuple[PlannedOperation, ...]

    @property
    def sent(self) -> list[Operation]:
        """The operations that are sent: first those that read, last those that delete."""
        chosen = [entry.operation for entry in self.entries if entry.sent]
        return sorted(chosen, key=lambda operation: _STAGES.index(stage(operation)))

    @property
    def requests(self) -> int:
        """The maximum number of requests in all, without those that clean up."""
        return sum(entry.requests for entry in self.entries if entry.sent)


def make_plan(contract: Contract, options: Options) -> Plan:
    """Decide for every operation whether it is sent.

    Raises GreenroomError where the options name operations or parameters that do not exist.
    """
    _refuse_unknown(contract, options)
    reasons = {o.id: why_not(o, options, contract.document) for o in contract.operations}
    allowed = [o for o in contract.operations if not reasons[o.id]]
    reasons |= unreachable(contract, allowed, options.given)
    entries = []
    for operation in contract.operations:
        why = reasons[operation.id]
        requests_by_purpose = (
            () if why else tuple(_requests_by_purpose(operation, options, contract.document))
        )
        entries.append(PlannedOperation(operation, why, requests_by_purpose))
    return Plan(tuple(entries))


def stage(operation: Operation) -> str:
    """The stage of a run in which an operation is sent: read, create, change or delete."""
    effects = set(operation.effects)
    if deletes(operation):
        return "delete"
    if not effects - {"read"}:
        return "read"
    return "create" if "create" in effects else "change"


def _requests_by_purpose(
    operation: Operation, options: Options, document: Mapping[str, Any]
) -> Iterator[tuple[str, int]]:
    documented = max(1, sum(1 for _ in request_body_examples(operation)))
    # A person is contacted only once.
    yield "documented", 1 if contacts_or_costs(operation) else documented
    if options.credentials and operation.secured:
        yield "credentials", 3
    if options.invalid:
        yield (
            "invalid",
            min(options.invalid, 2) if contacts_or_costs(operation) else options.invalid,
        )
    if options.paging and operation.paging is not None:
        yield "paging", 2
    generates = is_read(operation, document) or (
        options.thorough and not contacts_or_costs(operation)
    )
    if options.generated and generates:
        yield "generated", options.generated


def _refuse_unknown(contract: Contract, options: Options) -> None:
    operations = {operation.id: operation for operation in contract.operations}
    for name in sorted({*options.allowed, *(options.only or ())} - operations.keys()):
        listed = ", ".join(operations)
        raise GreenroomError(
            f"{contract.name} has no operation {name}; its operations are {listed}"
        )
    parameters = {p.name for operation in operations.values() for p in operation.parameters}
    for name in options.given:
        operation_id, _, parameter = name.rpartition(".")
        owner = operations.get(operation_id)
        names = {p.name for p in owner.parameters} if owner else set()
        if name not in parameters and parameter not in names:
            raise GreenroomError(
                f"--param {name}: {contract.name} has no such parameter; write name=value or "
                "operationId.name=value"
            )
