"""A plan as lines for a terminal: operations that are sent, and others with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from greenroom.contract.effects import CHANGE, DELETE
from greenroom.contract.model import Contract, Operation
from greenroom.printable import plain

from ..planning.effects import creates, deletes, requires_own_resource
from ..planning.identifiers import given_for, identifiers_of, sources
from ..planning.options import Given
from ..planning.plan import Plan, PlannedOperation
from ..sending.rate_limit import limits_of


def plan_lines(contract: Contract, plan: Plan, given: Given) -> Iterator[str]:
    """Every operation with its effects, whether it is sent, at most how often, or why not.

    `given` are the parameter values of the caller.
    """
    sent = [entry for entry in plan.entries if entry.sent]
    yield (
        f"{contract.name}: {len(sent)} of {len(plan.entries)} operations are sent, "
        f"at most {plan.requests} requests"
    )
    limit = limits_of(contract).get("")
    if limit is not None:
        yield f"the vendor's rate limit is kept: {limit.requests} requests in {limit.seconds:g} s"
    yield ""
    width = max((len(",".join(e.operation.effects)) for e in plan.entries), default=6)
    yield f"SENT  REQUESTS  {'EFFECT'.ljust(width)}  OPERATION"
    for entry in plan.entries:
        yield from _entry(contract, entry, width)
    sections = {
        "no operation deletes the resources that these create": ", ".join(
            e.operation.id
            for e in sent
            if creates(e.operation) and not _is_deletable(contract, e.operation)
        ),
        "these act on the resource given by --param": "; ".join(
            f"{e.operation.id} {named}"
            for e in sent
            if (named := _given_identifiers(e.operation, given))
        ),
        "these act on existing resources, not on ones that the run creates": ", ".join(
            e.operation.id for e in sent if _acts_on_existing(contract, e.operation)
        ),
    }
    for heading, names in sections.items():
        if names:
            yield ""
            yield f"{heading}: {names}"


def _given_identifiers(operation: Operation, given: Given) -> str:
    """The identifiers given by the caller for an operation that may alter a resource."""
    values = {p.name: given_for(operation, p, given) for p in identifiers_of(operation)}
    pairs = [f"{name}={plain(value)}" for name, value in values.items() if value is not None]
    return ", ".join(pairs) if requires_own_resource(operation) else ""


def _entry(contract: Contract, entry: PlannedOperation, width: int) -> Iterator[str]:
    operation = entry.operation
    effects = ",".join(operation.effects) or "-"
    line = plain(f"{operation.id}  {operation.method} {operation.path}")
    sent, count = ("yes", str(entry.requests)) if entry.sent else ("no", "-")
    yield f"{sent:4}  {count:>8}  {effects.ljust(width)}  {line}"
    if entry.why_not:
        yield " " * (18 + width) + plain(entry.why_not)


def _is_deletable(contract: Contract, source: Operation) -> bool:
    """Whether responses of an operation link to one that deletes the created resource."""
    return any(
        found.id == source.id
        for target in filter(deletes, contract.operations)
        for found, _ in sources(contract, target)
    )


def _acts_on_existing(contract: Contract, operation: Operation) -> bool:
    """Whether a call changes or deletes a resource that the run has not created."""
    alters = set(operation.effects) & {CHANGE, DELETE}
    return bool(alters) and not any(sources(contract, operation))
