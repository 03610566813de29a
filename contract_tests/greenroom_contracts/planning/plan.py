"""The plan of a run: the operations that are sent, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from greenroom.contract.model import Contract, Operation
from greenroom.contract.pagination import page_parameters
from greenroom.errors import GreenroomError
from greenroom.schema import json_pointer as ptr

from .body_identifiers import BodyIdentifiers, documented_bodies
from .effects import changes, deletes, is_grave, is_read, requires_own_resource, why_not
from .identifiers import acts_on_own, filter_names, missing_options, unreachable
from .options import Options
from .receivers import receiver_parameters, receivers_in

# In the order of sending.
_STAGES = ("read", "create", "change", "delete")
# What an operation most likely does that declares no effects.
_BY_METHOD = {"GET": "read", "HEAD": "read", "POST": "create", "DELETE": "delete"}


# The responses that may be documented for a resource that does not exist.
_NOT_FOUND = {"404", "4XX", "default"}


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """One operation: whether requests are sent, at most how many, or why not.

    `requests_by_purpose` has the maximum for each purpose: documented, filtered, credentials,
    invalid, paging, again, unknown, generated. `requested` is whether the caller named the
    operation.
    """

    operation: Operation
    why_not: str
    requests_by_purpose: tuple[tuple[str, int], ...]
    requested: bool = False

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
    """All operations of a contract, in its order; `unused` names settings that change nothing."""

    entries: tuple[PlannedOperation, ...]
    unused: tuple[str, ...] = ()

    @property
    def sent(self) -> list[Operation]:
        """The operations that are sent: first those that read, last those that delete."""
        chosen = [entry.operation for entry in self.entries if entry.sent]
        # What lies within another thing is deleted before it.
        return sorted(chosen, key=lambda o: (_STAGES.index(stage(o)), _depth(o)))

    @property
    def requests(self) -> int:
        """The maximum number of requests in all, without those that clean up."""
        return sum(entry.requests for entry in self.entries if entry.sent)


def make_plan(contract: Contract, options: Options) -> Plan:
    """Decide for every operation whether it is sent.

    Raises GreenroomError where the options name operations or parameters that do not exist.
    """
    bodies = BodyIdentifiers(contract)
    _refuse_unknown(contract, options, bodies)

    def reasons_with(chosen: Options) -> dict[str, str]:
        return {
            o.id: why_not(o, chosen, contract.document, acts_on_own(contract, o, chosen, bodies))
            for o in contract.operations
        }

    def lacking(found: Mapping[str, str]) -> dict[str, str]:
        sendable = [operation for operation in contract.operations if not found[operation.id]]
        return unreachable(contract, sendable, options, bodies)

    reasons, writing = reasons_with(options), reasons_with(replace(options, writes=True))
    writing |= lacking(writing)
    reached = {name for name, why in writing.items() if not why}
    left = lacking(reasons)
    for operation in contract.operations:
        if reasons[operation.id] and (options.only is None or operation.id in options.only):
            reasons[operation.id] += missing_options(contract, operation, reached, options, bodies)
    reasons |= left
    named = {*options.allowed, *options.bodies, *(n.rpartition(".")[0] for n in options.given)}
    # What --only leaves out is not asked for.
    named &= options.only if options.only is not None else named
    entries = []
    for operation in contract.operations:
        why = reasons[operation.id]
        requests_by_purpose = (
            () if why else tuple(_requests_by_purpose(contract, operation, options))
        )
        entries.append(PlannedOperation(operation, why, requests_by_purpose, operation.id in named))
    sent = [entry.operation for entry in entries if entry.sent]
    return Plan(tuple(entries), tuple(_unused(contract, sent, options, bodies)))


def stage(operation: Operation) -> str:
    """The stage of a run in which an operation is sent: read, create, change or delete."""
    effects = set(operation.effects) or {_BY_METHOD.get(operation.method, "change")}
    if "delete" in effects:
        return "delete"
    if effects == {"read"}:
        return "read"
    return "create" if "create" in effects else "change"


def _depth(operation: Operation) -> int:
    return -operation.path.count("/") if stage(operation) == "delete" else 0


def _requests_by_purpose(
    contract: Contract, operation: Operation, options: Options
) -> Iterator[tuple[str, int]]:
    grave = is_grave(operation)
    # Each example of a GraphQL operation is another operation.
    once = grave and operation.graphql is None
    documented = max(1, len(documented_bodies(contract, operation)))
    # A person is contacted only once.
    documented = 1 if once or operation.id in options.bodies else documented
    yield "documented", documented
    if not grave and filter_names(contract, operation):
        yield "filtered", 1
    if options.credentials and operation.secured:
        yield "credentials", 3
    # Without its identifiers, a deletion may delete everything.
    if options.invalid and not deletes(operation):
        # They end with the first that a server accepts.
        yield "invalid", min(options.invalid, 2) if grave else options.invalid
    pages = page_parameters(contract.document, operation)
    if options.paging and pages and not grave:
        yield "paging", len(pages)
    if is_read(operation, contract.document) and "{" in operation.path:
        if options.writes and any(changes(other, operation) for other in contract.operations):
            yield "again", 1
        if options.credentials and {r.status for r in operation.responses} & _NOT_FOUND:
            yield "unknown", 1
    generates = not grave and (is_read(operation, contract.document) or options.thorough)
    if options.generated and generates:
        yield "generated", options.generated


def _unused(
    contract: Contract, sent: Sequence[Operation], options: Options, bodies: BodyIdentifiers
) -> Iterator[str]:
    """The settings of parameters, bodies and the receiver that no request uses, with the reason."""
    ids = {operation.id for operation in sent}
    for name in options.given:
        owner, _, parameter = name.rpartition(".")
        users = [o for o in sent if owner == o.id or (not owner and not requires_own_resource(o))]
        if not any(parameter in _settable(contract, o) for o in users):
            place = options.place(f"--param {name}")
            yield f"{place} was not used: no request that was sent takes it"
    for name in sorted(options.bodies.keys() - ids):
        yield f"{options.place(f'--body {name}')} was not used: the operation was not sent"
    bodies_sent = ((o, e.value) for o in sent for _, e in documented_bodies(contract, o))
    receivers = (receivers_in(contract, o, value) for o, value in bodies_sent)
    in_parameters = any(p for o in sent for p in receiver_parameters(contract, o))
    if options.receiver and not (in_parameters or any(receivers)):
        place = options.place("--receiver")
        yield f"{place} was not used: no operation that was sent takes the address of a receiver"


def _settable(contract: Contract, operation: Operation) -> set[str]:
    """What `--param` can set in a request: parameters, and members of documented bodies."""
    names = {parameter.name for parameter in operation.parameters}
    for _, example in documented_bodies(contract, operation):
        names.update(ptr.split(where)[-1] for where, _ in ptr.walk(example.value) if where)
    return names


def _refuse_unknown(contract: Contract, options: Options, bodies: BodyIdentifiers) -> None:
    operations = {operation.id: operation for operation in contract.operations}
    for name in sorted({*options.allowed, *(options.only or ())} - operations.keys()):
        listed = ", ".join(operations)
        raise GreenroomError(
            f"{contract.name} has no operation {name}; its operations are {listed}"
        )
    for name in options.given:
        operation_id, _, parameter = name.rpartition(".")
        owner = operations.get(operation_id)
        if owner is not None:
            is_known = parameter in _settable(contract, owner)
        else:
            is_known = any(
                name in (*(p.name for p in operation.parameters), *bodies.documented(operation))
                for operation in contract.operations
            )
        if not is_known:
            raise GreenroomError(
                f"{options.place(f'--param {name}')}: {contract.name} has no such parameter or "
                "member of a body; name it as NAME or OPERATION_ID.NAME"
            )
