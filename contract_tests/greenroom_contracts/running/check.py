"""A check of a server against its contract: plan, run and report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import requests

from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError

from ..planning.graphql_queries import left_out, with_queries
from ..planning.inferred import with_inferred
from ..planning.options import Options
from ..planning.plan import Plan, make_plan
from ..report import Report
from ..reports.assembly import operation_reports, report_of
from ..sending.interruption import Interruption
from ..sending.target import Target, credential_variable
from .check_run import CheckRun
from .progress import Progress


def check(
    contract: Contract,
    base_url: str,
    credential: str | None,
    options: Options | None = None,
    progress: Progress | None = None,
    interruption: Interruption | None = None,
) -> Report:
    """Check a server and report the findings; only planned requests are sent.

    Operations that need no credential can be checked without one. Raises GreenroomError
    for an invalid base URL or credential, and for options that name operations and parameters which
    the contract does not have. Later failures are in the report.
    """
    options, credential = options or Options(), credential or ""
    base_url = base_url_of(base_url)
    started, clock = time.time(), time.monotonic()
    limits = tuple(left_out(contract, options))
    contract = with_inferred(with_queries(contract, options))
    plan = make_plan(contract, options)
    target = Target(base_url, credential, credential_variable(contract.name))
    if credential or any(operation.secured for operation in plan.sent):
        _refuse_unusable(credential, target.variable)
    run = CheckRun(contract, target, plan, options, progress, interruption)
    run.execute()
    exchanges = run.session.exchanges
    operations = operation_reports(
        plan, run.examined, run.reasons, exchanges, run.problem, run.unsupplied
    )
    return replace(
        report_of(contract, base_url, exchanges, run.findings, operations),
        started=started,
        seconds=time.monotonic() - clock,
        unseen=tuple(run.judge.coverage.unseen()),
        leftovers=tuple(run.leftovers),
        problem=run.problem,
        notes=(*_warnings(plan, target), *plan.unused, *limits, *run.unsent, *run.judge.notes),
        strict=options.strict,
        credential=(credential, target.variable),
    )


def _warnings(plan: Plan, target: Target) -> Iterator[str]:
    secured = any(operation.secured for operation in plan.sent)
    if secured and not (target.is_local or target.is_encrypted):
        yield (
            f"warning: the credential is sent to {target.host} without encryption, so that "
            "others may read it; use https"
        )


def _refuse_unusable(credential: str, variable: str) -> None:
    """Raise GreenroomError for an invalid credential, which the message does not contain."""
    if not credential:
        raise GreenroomError(f"the credential is missing; set {variable}")
    if credential != credential.strip() or not (credential.isascii() and credential.isprintable()):
        raise GreenroomError(
            f"{variable} has white space around the credential, or characters that a header field "
            "cannot contain"
        )


def base_url_of(text: str, place: str = "--base-url") -> str:
    """A base URL in the form that requests send, without a trailing slash.

    `place` is where it is written. Raises GreenroomError for an invalid base URL.
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        # Host names have many spellings; requests sends this one.
        sent = requests.Request("GET", text).prepare().url if usable else None
    except ValueError:
        sent = None
    if "@" in text:
        raise GreenroomError(
            f"{place} contains a user or password; credentials belong in the environment"
        )
    if sent is None or parts.query or parts.fragment:
        raise GreenroomError(
            f"{place} is not a valid base URL: {text!r}; write it as https://host/path"
        )
    return sent.rstrip("/")
