"""`report.json`: a run for other programs, in the shape that `report.schema.json` states."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from greenroom.http.timestamps import rfc3339

from ...finding import KINDS, Finding
from ...report import NeverSeen, OperationReport, Report, StatusReport
from ..evidence import Exchanges
from . import har

FILE = "report.json"


def write(report: Report) -> dict[str, Any]:
    """A redacted report as JSON values.

    `vendor`, `verdict`, `findings`, `operations` and `unseen` come first and stay as they are;
    what stands after them, there and in each finding, may grow.
    """
    exchanges = Exchanges(report.exchanges)
    return {
        "vendor": report.vendor,
        "verdict": report.verdict,
        "findings": [_finding(finding, exchanges) for finding in report.findings],
        "operations": [_operation(operation) for operation in report.operations],
        "unseen": [_unseen(unseen) for unseen in report.unseen],
        "exit_code": report.exit_code,
        "problem": report.problem,
        "strict": report.strict,
        "title": report.title,
        "target": report.target,
        "started": rfc3339(report.started),
        "seconds": round(report.seconds, 3),
        "versions": {"contract": report.contract_version, "greenroom": report.greenroom_version},
        "counts": counts(report),
        "statuses": [_status(status) for status in report.statuses],
        "webhooks": [_webhook(webhook) for webhook in report.webhooks],
        "leftovers": [
            {"operation": left.operation, "identifiers": left.identifiers, "why": left.why}
            for left in report.leftovers
        ],
        "notes": list(report.notes),
    }


def counts(report: Report) -> dict[str, int]:
    """The numbers of a report. `drift` are findings that count, `additions` those that do not."""
    drift = set(map(id, report.drift))
    counting = [finding for finding in report.findings if id(finding) in drift]
    rest = [f for f in report.findings if id(f) not in drift]
    return {
        "operations": len(report.operations),
        "planned": sum(operation.planned for operation in report.operations),
        "examined": sum(operation.examined for operation in report.operations),
        "requests": len(report.exchanges),
        "findings": len(report.findings),
        "drift": len(counting),
        "guesses": sum(finding.is_guess for finding in counting),
        "additions": sum(not finding.accepted for finding in rest),
        "accepted": sum(bool(finding.accepted) for finding in report.findings),
        "unseen": len(report.unseen),
        "leftovers": len(report.leftovers),
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `write` gives."""
    text = (files(__package__) / "report.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _finding(finding: Finding, exchanges: Exchanges) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "operation": finding.operation,
        "basis": finding.basis,
        "pointer": finding.pointer,
        "message": finding.message,
        "evidence": _evidence(finding, exchanges),
        "title": KINDS[finding.kind].title,
        "addition": finding.is_addition,
        "guess": finding.is_guess,
        "expected": finding.expected,
        "seen": finding.seen,
        "instance": finding.instance,
        "detail": finding.detail,
        "curl": finding.curl,
        "count": finding.count,
        "accepted": finding.accepted,
    }


def _evidence(finding: Finding, exchanges: Exchanges) -> dict[str, Any]:
    """The exchange that shows a finding; empty for what no exchange shows."""
    found = exchanges.evidence(finding)
    if found is None:
        return {}
    return {
        "har": har.FILE,
        "entry": found.entry,
        "exchange": found.exchange.number,
        "request": found.line,
        "status": found.status,
        "body": found.body,
        "side": found.side,
    }


def _operation(operation: OperationReport) -> dict[str, Any]:
    return {
        "operation": operation.operation,
        "method": operation.method,
        "path": operation.path,
        "examined": operation.examined,
        "why_not": operation.why_not,
        "planned": operation.planned,
        "effects": list(operation.effects),
        "basis": operation.basis,
        "requests": operation.requests,
    }


def _unseen(unseen: NeverSeen) -> dict[str, Any]:
    return {
        "operation": unseen.operation,
        "pointer": unseen.pointer,
        "name": unseen.name,
        "value": unseen.value,
        "basis": unseen.basis,
    }


def _status(status: StatusReport) -> dict[str, Any]:
    return {
        "operation": status.operation,
        "status": status.status,
        "seen": status.seen,
        "why_not": status.why_not,
    }


def _webhook(webhook: StatusReport) -> dict[str, Any]:
    return {"event": webhook.operation, "seen": webhook.seen, "why_not": webhook.why_not}
