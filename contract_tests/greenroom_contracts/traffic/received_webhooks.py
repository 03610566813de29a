"""Received webhooks, judged and reported like exchanges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from greenroom.contract.model import Contract
from greenroom.http import exchange as ex
from greenroom.http.exchange import Exchange, Request

from ..finding import Finding
from ..judge.webhooks import judge_webhook
from ..report import Report
from ..reports.assembly import report_of
from .webhook_files import read_webhooks

# It does not matter where a webhook was received, but an exchange has a URL.
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

    `headers` are further header fields as `Name: value`, `secret` is the key of the signature,
    empty if unknown. Raises GreenroomError for a file or fields that cannot be read as webhooks,
    and for an event that the contract does not have.
    """
    findings: list[Finding] = []
    exchanges: list[Exchange] = []
    notes: list[str] = []
    problems: list[str] = []
    is_signed = True
    for number, payload in enumerate(read_webhooks(path, headers), 1):
        receipt = judge_webhook(contract, event, payload, secret)
        findings += [replace(finding, exchange=number) for finding in receipt.findings]
        notes += [note for note in receipt.notes if note not in notes]
        problems.append(receipt.problem)
        is_signed &= receipt.is_signed
        request = Request("POST", _RECEIVER, payload.headers, payload.body)
        started = payload.received or 0.0
        exchanges.append(Exchange(number, event, ex.RECORDED, request, started=started))
    if is_signed:
        notes.append(
            "the signature is right" if len(exchanges) == 1 else "the signatures are right"
        )
    report = report_of(contract, str(path), exchanges, findings, ())
    judged = tuple(
        replace(webhook, seen=True, why_not="") if webhook.operation == event else webhook
        for webhook in report.webhooks
    )
    problem = next(filter(None, problems), "")
    report = replace(report, webhooks=judged, notes=tuple(notes), problem=problem)
    return replace(report, strict=strict, is_received=True)
