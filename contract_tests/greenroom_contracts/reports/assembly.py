"""What a run reached, and what it did not, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import greenroom
from greenroom.contract.model import Contract, Operation
from greenroom.http.exchange import Exchange

from ..finding import Finding, folded
from ..judge.responses import documented
from ..planning.plan import Plan
from ..report import Leftover, NeverSeen, OperationReport, Report, StatusReport


def operation_reports(
    plan: Plan,
    examined: Collection[str],
    reasons: Mapping[str, str],
    exchanges: Iterable[Exchange],
    problem: str = "",
) -> Iterator[OperationReport]:
    """Every operation of a plan. `problem` is why a run ended before its time."""
    counts = Counter(exchange.operation for exchange in exchanges)
    for entry in plan.entries:
        operation = entry.operation
        was = operation.id in examined
        otherwise = f"not reached: {problem}" if problem else "nothing was sent"
        reason = "" if was else entry.why_not or reasons.get(operation.id, otherwise)
        yield operation_report(operation, entry.sent, was, reason, counts[operation.id])


def operation_report(
    operation: Operation, planned: bool, examined: bool, why_not: str, requests: int
) -> OperationReport:
    """What is told of one operation."""
    return OperationReport(
        operation=operation.id,
        method=operation.method,
        path=operation.path,
        effects=operation.effects,
        basis=operation.basis,
        planned=planned,
        examined=examined,
        why_not=why_not,
        requests=requests,
    )


def status_reports(
    contract: Contract, operations: Iterable[OperationReport], exchanges: Iterable[Exchange]
) -> Iterator[StatusReport]:
    """Every documented status of every operation: whether some answer had it."""
    known = {operation.id: operation for operation in contract.operations}
    seen = set()
    for exchange in exchanges:
        operation = known.get(exchange.operation)
        if operation is not None and exchange.response is not None:
            response = documented(operation, exchange.response.status)
            if response is not None:
                seen.add((operation.id, response.status))
    for told in operations:
        reason = told.why_not if not told.planned or not told.requests else ""
        for response in known[told.operation].responses:
            was = (told.operation, response.status) in seen
            why = "" if was else reason or "nothing that was sent provoked it"
            yield StatusReport(told.operation, response.status, was, why)


def webhook_reports(contract: Contract) -> Iterator[StatusReport]:
    """Every webhook, none of which a run against a server can see."""
    for webhook in contract.webhooks:
        why = f"sent by the vendor; judge one with --webhook {webhook.path} FILE"
        yield StatusReport(webhook.path, "", False, why)


def report_of(
    contract: Contract,
    *,
    target: str,
    started: float,
    seconds: float,
    findings: Iterable[Finding],
    exchanges: Iterable[Exchange],
    operations: Iterable[OperationReport],
    unseen: Iterable[NeverSeen] = (),
    leftovers: Iterable[Leftover] = (),
    problem: str = "",
    strict: bool = False,
) -> Report:
    """A report with what follows from its parts: folded findings, statuses, webhooks."""
    seen, described = tuple(exchanges), tuple(operations)
    return Report(
        vendor=contract.name,
        title=contract.title,
        contract_version=contract.version,
        greenroom_version=greenroom.__version__,
        target=target,
        started=started,
        seconds=seconds,
        findings=tuple(folded(findings)),
        operations=described,
        statuses=tuple(status_reports(contract, described, seen)),
        webhooks=tuple(webhook_reports(contract)),
        unseen=tuple(unseen),
        leftovers=tuple(leftovers),
        exchanges=seen,
        problem=problem,
        strict=strict,
    )
