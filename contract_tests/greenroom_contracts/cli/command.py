"""`greenroom check`."""

from __future__ import annotations

import argparse
import errno
import os
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from greenroom.commands.output import write_lines
from greenroom.errors import GreenroomError

if TYPE_CHECKING:
    from greenroom.contract.model import Contract

    from ..report import Report
    from ..reports.publishing import ReportOutputs
    from .settings import CheckSettings


# Of each group: option, metavar (None for a flag), help; those that may be repeated say so.
_MORE = "(repeatable)"
_OPTIONS: dict[str, tuple[tuple[str, str | tuple[str, str] | None, str], ...]] = {
    "what is checked (one of these)": (
        ("--base-url", "URL", "the base URL of the server; an operation with another server in the "
         "contract is called on this host too, with the base path of that server"),
        ("--har", "FILE", "recorded traffic (HAR); nothing is sent"),
        ("--webhook", ("EVENT", "FILE"), "a received webhook: its body, its whole HTTP message, or "
         "a HAR"),
        ("--plan", None, "list what would be sent, without sending anything"),
    ),
    "what may be sent": (
        ("--allow-writes", None, "also send requests that create, change or delete"),
        ("--allow", "OPERATION_ID", "also send this operation, which may contact a person, cost "
         f"money, subscribe an address or change what the run did not create {_MORE}"),
        ("--only", "OPERATION_ID", f"send only this operation {_MORE}"),
        ("--param", "NAME=VALUE", "an identifier to use, of a parameter or a member of a body; "
         f"also OPERATION_ID.NAME=VALUE, as an operation that changes something requires {_MORE}"),
        ("--body", "OPERATION_ID=FILE", f"a body instead of the documented examples {_MORE}"),
        ("--receiver", "URL", "your address, which subscriptions of this run name; without it they "
         "name one under .invalid"),
    ),
    "how much is sent": (
        ("--requests", "N", "at most N requests in all"),
        ("--time-budget", "SECONDS", "stop sending after this time"),
        ("--timeout", "SECONDS", "how long a response may take (10)"),
        ("--examples", "N", "generated requests per operation (10)"),
        ("--invalid", "N", "invalid requests per operation (6)"),
        ("--thorough", None, "generate requests for operations that write too"),
    ),
    "what is reported": (
        ("--report", "DIR", "a folder for report.json, report.html, junit.xml, traffic.har and, "
         "where guesses of the contract were wrong, overlay.yaml, which corrects them"),
        ("--strict", None, "count undocumented fields and header fields as drift, too"),
        ("--baseline", "FILE", "findings accepted until a date"),
        ("--write-baseline", "FILE", "write a baseline that accepts the drift of this run"),
        ("--header", "'NAME: VALUE'", f"a header field of the received webhook {_MORE}"),
        ("--github", None, "print annotations of GitHub Actions, and append a summary to the file "
         "that GITHUB_STEP_SUMMARY names"),
        ("--quiet", None, "print no progress"),
    ),
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: what is checked, what may be sent, how much, and what is reported."""
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    for title, options in _OPTIONS.items():
        group = parser.add_argument_group(title)
        for option, metavar, text in options:
            if metavar is None:
                group.add_argument(option, action="store_true", help=text)
            elif isinstance(metavar, tuple):
                group.add_argument(option, nargs=len(metavar), metavar=metavar, help=text)
            else:
                action = "append" if text.endswith(_MORE) else "store"
                group.add_argument(option, action=action, metavar=metavar, help=text)
    parser.epilog = (
        "Environment: GREENROOM_<VENDOR>_KEY is the credential, with the name of the vendor "
        "in capital letters; GREENROOM_<VENDOR>_EXPIRED_KEY is one that has expired, "
        "GREENROOM_<VENDOR>_WEBHOOK_SECRET the secret of --webhook. Settings in "
        "[tool.greenroom] of pyproject.toml are read, too; options take precedence. Exits "
        "with 0 if the server conforms, with 1 if it drifts from the contract, with 2 if it "
        "could not be examined completely."
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge a server, a recording or a webhook, and report. Returns 0, 1 or 2.

    Raises GreenroomError for bad input, of which GitHub is told too.
    """
    try:
        return _checked(arguments)
    except GreenroomError as error:
        if arguments.github:
            _tell_github(arguments.vendor, str(error))
        raise


def _checked(arguments: argparse.Namespace) -> int:
    from greenroom.contract.catalog import find, load
    from greenroom.redaction.credentials import credentials_in

    from .settings import read_settings, with_options

    contract = load(find([arguments.vendor])[0])
    settings = with_options(read_settings(contract.name, Path.cwd()), arguments)
    if arguments.plan:
        return _plan(contract, settings, arguments)
    sources = (bool(settings.base_url), bool(arguments.har), bool(arguments.webhook))
    if sum(sources) != 1 and sources != (True, True, False):
        raise GreenroomError(
            "give one of --base-url URL, --har FILE (also with --base-url) and --webhook EVENT FILE"
        )
    files = settings.report, settings.baseline, arguments.write_baseline
    outputs = outputs_of(*files, arguments.github)
    if arguments.webhook:
        report = _webhook(contract, settings, arguments)
    elif arguments.har:
        report = _recorded(contract, settings, arguments.har)
    else:
        report = _server(contract, settings, arguments)
    credentials = credentials_in(contract, (each.request for each in report.exchanges))
    return publish_report(contract, report, outputs, credentials)


def outputs_of(
    report: str | None,
    known: str | None = None,
    new_baseline: str | None = None,
    github: bool = False,
) -> ReportOutputs:
    """The files to read and write. Raises GreenroomError if one cannot be read or written.

    `report` is the folder, `known` the baseline. With `github` those that GitHub Actions reads are
    among them; outside of it there is no summary.
    """
    from ..reports import baseline
    from ..reports.publishing import ReportOutputs

    if new_baseline and known and not os.path.lexists(known):
        # Settings name the baseline before the first run, which writes it.
        known = None
    names = ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY") if github else ()
    listed = [report, known, new_baseline, *map(os.environ.get, names)]
    folder, old, new, *of_github = (Path(path) if path else None for path in listed)
    if old:
        baseline.read(old)
    for made, mode in ((folder, 0o700), (new and new.parent, 0o777)):
        if made is None:
            continue
        try:
            made.mkdir(mode, parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise GreenroomError(f"{made}: the folder cannot be created: {error}") from error
        if not os.access(made, os.W_OK):
            raise GreenroomError(f"{made}: the folder is not writable")
    return ReportOutputs(folder, old, new, github, *of_github)


def _tell_github(vendor: str, why: str) -> None:
    from ..reports.formats.github import without_report

    line, summary = without_report(vendor, why)
    write_lines([line])
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    # What is wrong may be this file, too.
    with suppress(OSError, ValueError):
        if file:
            with Path(file).open("a", encoding="utf-8") as appended:
                appended.write(summary)


def _plan(contract: Contract, settings: CheckSettings, arguments: argparse.Namespace) -> int:
    from ..planning.graphql_queries import left_out, with_queries
    from ..planning.plan import make_plan
    from .plan_text import plan_lines
    from .settings import options_of

    options = options_of(arguments, settings, contract)
    limited = with_queries(contract, options)
    write_lines(plan_lines(limited, make_plan(limited, options), options))
    write_lines(left_out(contract, options))
    return 0


def _server(contract: Contract, settings: CheckSettings, arguments: argparse.Namespace) -> Report:
    from ..running.check import base_url_of, check
    from ..running.progress import TerminalProgress
    from ..sending.interruption import Interruption
    from ..sending.target import credential_variable
    from .settings import options_of

    credential = os.environ.get(credential_variable(contract.name), "")
    options = options_of(arguments, settings, contract)
    url = base_url_of(settings.base_url or "", settings.place("base-url"))
    interruption = Interruption()
    if threading.current_thread() is threading.main_thread():
        interruption.install()
    if arguments.quiet:
        return check(contract, url, credential, options, interruption=interruption)
    progress = TerminalProgress(sys.stderr)
    try:
        return check(contract, url, credential, options, progress, interruption)
    finally:
        progress.done()


def _recorded(contract: Contract, settings: CheckSettings, file: str) -> Report:
    from greenroom.http.har import read

    from ..running.check import base_url_of
    from ..traffic.recording import judge_recording
    from .settings import read_file

    return judge_recording(
        contract,
        read(read_file(file), file),
        target=file,
        base_url=base_url_of(settings.base_url) if settings.base_url else None,
        strict=settings.strict,
    )


def _webhook(contract: Contract, settings: CheckSettings, arguments: argparse.Namespace) -> Report:
    from greenroom.webhooks.message import secret_variable

    from ..traffic.received_webhooks import judge_received

    event, path = arguments.webhook
    secret = os.fsencode(os.environ.get(secret_variable(contract.name), ""))
    headers = arguments.header or ()
    return judge_received(contract, event, Path(path), headers, secret, settings.strict)


def publish_report(
    contract: Contract, report: Report, outputs: ReportOutputs, credentials: set[str]
) -> int:
    """Apply the baseline, write the reports, print the outcome. Returns the exit code.

    `credentials` are redacted, beside those of the environment.
    """
    from datetime import date

    from greenroom.webhooks.message import secret_variable

    from ..reports.formats.terminal import is_colourful
    from ..reports.publishing import publish
    from ..sending.target import known_credentials

    secret = os.environ.get(secret_variable(contract.name), "")
    secrets = {*credentials, *known_credentials(contract.name), secret} - {""}
    colours = is_colourful(sys.stdout)
    report, lines = publish(contract, report, outputs, secrets, date.today(), colours)
    try:
        # Escaped already, but for the colours and the lines of bodies.
        write_lines(lines, keep="\x1b\n\t")
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        # Nobody reads the lines, on a terminal that is gone for example; the exit code counts.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return report.exit_code
