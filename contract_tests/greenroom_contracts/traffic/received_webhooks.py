"""Received webhooks, judged and reported as an exchange is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from greenroom.contract.model import Contract
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request

from ..finding import Finding
from ..judge.webhooks import judge_webhook
from ..report import Report, StatusReport
from ..reports.assembly import report_of
from .webhook_files import read_payloads

# Where it was received is of no concern, and a recorded exchange has some URL.
_RECEIVER = "https://receiver.invalid/"


def judge_received(
    contract: Contract,
    event: str,
    path: Path,
    headers: Iterable[str] = (),
    secret: bytes = b"",
    strict: bool = False,
) -> Report:
    """Judge the webhooks in a file, all of one event.

    `headers` are further header fields as `Name: value`, `secret` is what the vendor signs with,
    empty for none. Raises GreenroomError for a file or fields that are no webhook, and where the
    contract documents none.
    """
    findings: list[Finding] = []
    exchanges: list[Exchange] = []
    notes: list[str] = []
    for number, payload in enumerate(read_payloads(path, headers), 1):
        receipt = judge_webhook(contract, event, payload, secret)
        findings += [replace(finding, exchange=number) for finding in receipt.findings]
        notes += [note for note in receipt.notes if note not in notes]
        request = Request("POST", _RECEIVER, payload.headers, payload.body)
        started = payload.received or 0.0
        exchanges.append(Exchange(number, event, ex.RECORDED, request, started=started))
    report = report_of(
        contract,
        target=str(path),
        started=min(exchange.started for exchange in exchanges),
        seconds=0.0,
        findings=findings,
        exchanges=exchanges,
        operations=(),
        strict=strict,
    )
    judged = tuple(_seen(told, event) for told in report.webhooks)
    # Whoever gives the secret wants the signature judged.
    problem = notes[0] if secret and notes else ""
    return replace(report, webhooks=judged, notes=tuple(notes), problem=problem)


def _seen(told: StatusReport, event: str) -> StatusReport:
    return replace(told, seen=True, why_not="") if told.operation == event else told
