"""A check of a server against its contract: the plan, the run, the report."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import requests

from greenroom.contract.model import Contract
from greenroom.errors import GreenroomError

from ..planning.options import Options
from ..planning.plan import make_plan
from ..report import Report
from ..reports.assembly import operation_reports, report_of
from ..sending.interruption import Interruption
from ..sending.target import Target, credential_variable
from .progress import Progress
from .run import Run

__all__ = ["Options", "base_url_of", "check", "credential_variable"]


def check(
    contract: Contract,
    base_url: str,
    credential: str,
    options: Options | None = None,
    progress: Progress | None = None,
    interruption: Interruption | None = None,
) -> Report:
    """Check a server and report what was found; nothing that the plan does not hold is sent.

    Raises GreenroomError for a base URL that is none, and for operations and parameters among the
    options that the contract does not have. Whatever goes wrong afterwards is in the report.
    """
    options = options or Options()
    base_url = base_url_of(base_url)
    started, clock = time.time(), time.monotonic()
    plan = make_plan(contract, options)
    if any(operation.secured for operation in plan.sent):
        _usable(credential, credential_variable(contract.name))
    target = Target(base_url, credential, credential_variable(contract.name))
    run = Run(contract, target, plan, options, progress, interruption)
    run.execute()
    exchanges = run.session.exchanges
    return report_of(
        contract,
        target=base_url,
        started=started,
        seconds=time.monotonic() - clock,
        findings=run.findings,
        exchanges=exchanges,
        operations=operation_reports(plan, run.examined, run.reasons, exchanges, run.problem),
        unseen=run.judge.unseen(),
        leftovers=run.leftovers,
        problem=run.problem,
        strict=options.strict,
    )


def _usable(credential: str, variable: str) -> None:
    """Raise GreenroomError, without telling it, for what cannot be a credential."""
    if not credential:
        raise GreenroomError(f"the credential is missing; set {variable}")
    if credential != credential.strip() or not (credential.isascii() and credential.isprintable()):
        raise GreenroomError(
            f"{variable} holds white space around the credential, or characters that no header "
            "field can carry"
        )


def base_url_of(text: str) -> str:
    """A base URL as requests to it will have it, without its last slash.

    Raises GreenroomError for what is none.
    """
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        # Host names are written in many ways; what is sent is written in this one.
        written = requests.Request("GET", text).prepare().url if usable else None
    except ValueError:
        written = None
    if "@" in text:
        raise GreenroomError("--base-url holds a user or password; those belong in the environment")
    if written is None or parts.query or parts.fragment:
        raise GreenroomError(f"--base-url {text!r} is no base URL; write https://host/path")
    return written.rstrip("/")
