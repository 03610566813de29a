"""A report from its parts: what a run reached, what it did not reach, and why not."""

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
    """Every operation of a plan. `problem` is the reason if the run ended early."""
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
    """The report of one operation."""
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
    """Every documented status of every operation: whether some response had it."""
    known = {operation.id: operation for operation in contract.operations}
    seen = set()
    for exchange in exchanges:
        operation = known.get(exchange.operation)
        if operation is not None and exchange.response is not None:
            response = documented(operation, exchange.response.status)
            if response is not None:
                seen.add((operation.id, response.status))
    for reported in operations:
        reason = reported.why_not if not (reported.planned and reported.requests) else ""
        for response in known[reported.operation].responses:
            was = (reported.operation, response.status) in seen
            why = "" if was else reason or "no request led to it"
            yield StatusReport(reported.operation, response.status, was, why)


def webhook_reports(contract: Contract) -> Iterator[StatusReport]:
    """Every webhook, none of which is sent in a run against a server."""
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
    """A report of these parts, with what follows from them: statuses, webhooks, folded findings."""
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
