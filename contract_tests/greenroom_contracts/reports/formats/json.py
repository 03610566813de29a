"""`report.json`: a run for other programs; its schema is `report.schema.json`."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from greenroom.http.timestamps import rfc3339

from ...finding import ACCEPTED, ADDITION, DRIFT, KINDS, Finding
from ...report import Report
from ..evidence import Exchanges
from . import har

FILE = "report.json"
_FIRST = ("kind", "operation", "operations", "basis", "pointer", "message")


def write(report: Report) -> dict[str, Any]:
    """A redacted report as JSON values.

    `vendor`, `verdict`, `findings`, `operations` and `unseen` come first and never change; later
    members, here and in each finding, may be added.
    """
    exchanges = Exchanges(report.exchanges)
    return {
        "vendor": report.vendor,
        "verdict": report.verdict,
        "findings": [_finding(finding, exchanges) for finding in report.findings],
        "operations": [
            {**asdict(operation), "effects": list(operation.effects)}
            for operation in report.operations
        ],
        "unseen": [asdict(unseen) for unseen in report.unseen],
        "exit_code": report.exit_code,
        "problem": report.problem,
        "strict": report.strict,
        "title": report.title,
        "target": report.target,
        "started": rfc3339(report.started),
        "seconds": round(report.seconds, 3),
        "versions": {"contract": report.contract_version, "greenroom": report.greenroom_version},
        "counts": counts(report),
        "statuses": [asdict(status) for status in report.statuses],
        "webhooks": [
            {"event": webhook.operation, "seen": webhook.seen, "why_not": webhook.why_not}
            for webhook in report.webhooks
        ],
        "leftovers": [asdict(leftover) for leftover in report.leftovers],
        "notes": list(report.notes),
    }


def counts(report: Report) -> dict[str, int]:
    """The numbers of a report. Only findings in `drift` fail the check, `additions` do not."""
    labels = Counter(finding.counts_as(report.strict) for finding in report.findings)
    return {
        "operations": len(report.operations),
        "planned": sum(operation.planned for operation in report.operations),
        "examined": sum(operation.examined for operation in report.operations),
        "requests": len(report.exchanges),
        "findings": len(report.findings),
        "drift": labels[DRIFT],
        "guesses": sum(finding.is_guess for finding in report.drift),
        "additions": labels[ADDITION],
        "accepted": labels[ACCEPTED],
        "unseen": len(report.unseen),
        "leftovers": len(report.leftovers),
    }


def _finding(finding: Finding, exchanges: Exchanges) -> dict[str, Any]:
    members = {**asdict(finding), "operations": list(finding.operations)}
    del members["exchange"], members["others"]
    return {
        **{name: members.pop(name) for name in _FIRST},
        "evidence": _evidence(finding, exchanges),
        "title": KINDS[finding.kind].title,
        "addition": finding.is_addition,
        "guess": finding.is_guess,
        **members,
    }


def _evidence(finding: Finding, exchanges: Exchanges) -> dict[str, Any]:
    """The exchange of a finding; empty without one."""
    found = exchanges.evidence(finding)
    if found is None:
        return {}
    request, response = found.exchange.request, found.exchange.response
    query = f"?{request.query}" if request.query else ""
    return {
        "har": har.FILE,
        "entry": found.entry,
        "exchange": found.exchange.number,
        "request": f"{request.method} {request.path or '/'}{query}",
        "status": response.status if response else 0,
        "body": found.body,
        "side": found.side,
    }
