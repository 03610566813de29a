"""The report of a run: what it examined, what it did not examine, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from greenroom.contract.model import Contract
from greenroom.http.exchange import Exchange
from greenroom.version import __version__

from ..finding import Finding, merged
from ..planning.plan import Plan
from ..report import OperationReport, Report, StatusReport


def operation_reports(
    plan: Plan,
    examined: Collection[str],
    reasons: Mapping[str, str],
    exchanges: Iterable[Exchange],
    problem: str = "",
    unsupplied: Collection[str] = (),
) -> Iterator[OperationReport]:
    """Every operation of a plan. `problem` is the reason if the run ended early.

    What is `unsupplied` lacks identifiers that no document promises: it is left out.
    """
    counts = Counter(exchange.operation for exchange in exchanges)
    for entry in plan.entries:
        operation = entry.operation
        is_examined = operation.id in examined
        default = f"not reached: {problem}" if problem else "no request was sent"
        reason = "" if is_examined else entry.why_not or reasons.get(operation.id, default)
        is_planned = entry.requested or (entry.sent and operation.id not in unsupplied)
        yield OperationReport.of(operation, is_planned, is_examined, reason, counts[operation.id])


def status_reports(
    contract: Contract, operations: Iterable[OperationReport], exchanges: Iterable[Exchange]
) -> Iterator[StatusReport]:
    """Every documented status of every operation, and whether a response had it."""
    known = {operation.id: operation for operation in contract.operations}
    seen = set()
    for exchange in exchanges:
        operation = known.get(exchange.operation)
        response = operation.documented(exchange.status) if operation else None
        if response is not None and exchange.status:
            seen.add((exchange.operation, response.status))
    for reported in operations:
        reason = reported.why_not if not (reported.planned and reported.requests) else ""
        for response in known[reported.operation].responses:
            is_seen = (reported.operation, response.status) in seen
            why = "" if is_seen else reason or "no response had this status"
            yield StatusReport(reported.operation, response.status, is_seen, why)


def webhook_reports(contract: Contract) -> Iterator[StatusReport]:
    """Every webhook; a run against a server receives none."""
    for webhook in contract.webhooks:
        why = f"the vendor sends it; judge a received one with --webhook {webhook.path} FILE"
        yield StatusReport(webhook.path, "", False, why)


def report_of(
    contract: Contract,
    target: str,
    exchanges: Iterable[Exchange],
    findings: Iterable[Finding],
    operations: Iterable[OperationReport],
) -> Report:
    """A report of these parts; statuses and webhooks are derived, equal findings merged.

    It begins with the first exchange, and takes as long as all of them.
    """
    seen, described = tuple(exchanges), tuple(operations)
    return Report(
        vendor=contract.name,
        title=contract.title,
        contract_version=contract.version,
        greenroom_version=__version__,
        target=target,
        started=min((exchange.started for exchange in seen), default=0.0),
        seconds=sum((exchange.seconds for exchange in seen), 0.0),
        findings=tuple(_facts(contract, tuple(findings), seen)),
        operations=described,
        statuses=tuple(status_reports(contract, described, seen)),
        webhooks=tuple(webhook_reports(contract)),
        exchanges=seen,
    )


def _facts(
    contract: Contract, findings: Sequence[Finding], exchanges: Iterable[Exchange]
) -> list[Finding]:
    """Each fact once; of an operation that is gone, nothing else.

    Documented requests that the server fails on come first.
    """
    working = {exchange.operation for exchange in exchanges if exchange.succeeded}
    gone = {f.operation for f in findings if f.kind == "operation-gone"} - working
    kept = (f for f in findings if f.kind == "operation-gone" or f.operation not in gone)
    order = [operation.id for operation in contract.operations]
    return sorted(
        merged(kept, order), key=lambda f: f.kind != "server-error" or not f.detail.isdecimal()
    )
