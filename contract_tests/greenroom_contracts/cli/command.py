"""`greenroom check`."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenroom.errors import GreenroomError

if TYPE_CHECKING:
    from greenroom.contract.model import Contract

    from ..report import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is checked, what may be sent, how much, and where the reports go."""
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    source = parser.add_argument_group("what is judged (one of these)")
    source.add_argument("--base-url", metavar="URL", help="a server, as far as its paths begin")
    source.add_argument("--har", metavar="FILE", help="recorded traffic (HAR), without any network")
    source.add_argument(
        "--webhook",
        nargs=2,
        metavar=("EVENT", "FILE"),
        help="a received webhook: its body, its whole HTTP message, or a HAR",
    )
    source.add_argument("--plan", action="store_true", help="say what would be sent, send nothing")
    leave = parser.add_argument_group("what may be sent")
    leave.add_argument(
        "--allow-writes", action="store_true", help="also what creates, changes or deletes"
    )
    leave.add_argument(
        "--allow",
        action="append",
        metavar="OPERATION_ID",
        help="also this operation, which contacts a person or costs money; once for each",
    )
    leave.add_argument(
        "--only", action="append", metavar="OPERATION_ID", help="nothing but this; once for each"
    )
    leave.add_argument(
        "--param",
        action="append",
        metavar="NAME=VALUE",
        help="an identifier, also OPERATION_ID.NAME=VALUE; once for each",
    )
    leave.add_argument(
        "--body",
        action="append",
        metavar="OPERATION_ID=FILE",
        help="send this body instead of the documented examples; once for each",
    )
    much = parser.add_argument_group("how much")
    much.add_argument("--requests", type=_count, metavar="N", help="at most N requests in all")
    much.add_argument("--time-budget", type=_seconds, metavar="SECONDS", help="at most so long")
    much.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="for one answer (10)")
    much.add_argument(
        "--examples", type=_count, metavar="N", help="generated requests for an operation (10)"
    )
    much.add_argument(
        "--invalid", type=_count, metavar="N", help="broken requests for an operation (6)"
    )
    much.add_argument(
        "--thorough", action="store_true", help="generated requests also for what writes"
    )
    told = parser.add_argument_group("what is told")
    told.add_argument("--report", metavar="DIR", help="write report.json, report.html and others")
    told.add_argument("--strict", action="store_true", help="additions are drift, too")
    told.add_argument("--baseline", metavar="FILE", help="findings that are accepted until a date")
    told.add_argument(
        "--write-baseline", metavar="FILE", help="write one that accepts what was found"
    )
    told.add_argument(
        "--header",
        action="append",
        metavar="'NAME: VALUE'",
        help="a header field that came with the webhook; once for each",
    )
    told.add_argument("--quiet", action="store_true", help="no progress")
    parser.epilog = (
        "The credential is read from GREENROOM_<VENDOR>_KEY, one that is no longer good from "
        "GREENROOM_<VENDOR>_EXPIRED_KEY. Settings stand in [tool.greenroom] of pyproject.toml; "
        "what is written here counts more. Exits with 0 if the server conforms, 1 for drift, 2 "
        "where something planned could not be examined."
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge a server, a recording or a webhook, and report. Returns 0, 1 or 2.

    Raises GreenroomError for bad input.
    """
    from greenroom.contract.catalog import find, load

    from .arguments import UsageError, merge
    from .settings import read_settings

    contract = load(find([arguments.vendor])[0])
    settings = read_settings(contract.name, Path.cwd())
    merge(arguments, settings.values)
    if arguments.plan:
        return _plan(contract, arguments)
    given = [name for name in ("base_url", "har", "webhook") if getattr(arguments, name)]
    if not given or (len(given) > 1 and given != ["base_url", "har"]):
        raise UsageError("name what is judged: --base-url URL, --har FILE or --webhook EVENT FILE")
    _prepared(arguments)
    if arguments.webhook:
        report = _webhook(contract, arguments)
    elif arguments.har:
        report = _recorded(contract, arguments)
    else:
        report = _server(contract, arguments)
    return _told(contract, report, arguments)


def _prepared(arguments: argparse.Namespace) -> None:
    """What is to be read and written can be, before anything is sent."""
    from ..reports import baseline

    if arguments.baseline:
        baseline.read(Path(arguments.baseline))
    folders = [Path(arguments.report)] if arguments.report else []
    folders += [Path(arguments.write_baseline).parent] if arguments.write_baseline else []
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise GreenroomError(f"{folder}: no folder can be made there: {error}") from error
        if not os.access(folder, os.W_OK):
            raise GreenroomError(f"{folder}: nothing can be written there")


def _plan(contract: Contract, arguments: argparse.Namespace) -> int:
    from ..planning.plan import make_plan
    from .arguments import options_of
    from .plan_text import plan_lines

    options = options_of(arguments, contract)
    plan = make_plan(contract, options.permissions, options.volume, options.given)
    _print(list(plan_lines(contract, plan, options.given)))
    return 0


def _server(contract: Contract, arguments: argparse.Namespace) -> Report:
    from ..running.check import check, credential_variable
    from ..running.progress import TerminalProgress
    from ..sending.interruption import Interruption
    from .arguments import options_of

    credential = os.environ.get(credential_variable(contract.name), "")
    options = options_of(arguments, contract)
    interruption = Interruption()
    if threading.current_thread() is threading.main_thread():
        interruption.install()
    url = arguments.base_url
    if arguments.quiet:
        return check(contract, url, credential, options, interruption=interruption)
    progress = TerminalProgress(sys.stderr)
    try:
        return check(contract, url, credential, options, progress, interruption)
    finally:
        progress.done()


def _recorded(contract: Contract, arguments: argparse.Namespace) -> Report:
    from greenroom.http.har_reading import read

    from ..traffic.recording import judge_recording
    from .arguments import read_file

    return judge_recording(
        contract,
        read(read_file(arguments.har), arguments.har),
        target=arguments.har,
        base_url=arguments.base_url,
        strict=arguments.strict,
    )


def _webhook(contract: Contract, arguments: argparse.Namespace) -> Report:
    from greenroom.webhooks.message import secret_variable

    from ..traffic.received_webhooks import judge_received

    event, path = arguments.webhook
    secret = os.fsencode(os.environ.get(secret_variable(contract.name), ""))
    given = arguments.header or ()
    return judge_received(contract, event, Path(path), given, secret, arguments.strict)


def _told(contract: Contract, report: Report, arguments: argparse.Namespace) -> int:
    """Apply the baseline, write the reports, print the outcome."""
    from datetime import date

    from ..reports.formats.terminal import is_colourful
    from ..reports.publishing import ReportOutputs, publish
    from ..traffic.recording import credentials_in

    paths = (arguments.report, arguments.baseline, arguments.write_baseline)
    wishes = ReportOutputs(*(Path(path) if path else None for path in paths))
    secrets = [os.environ.get(name, "") for name in _secret_variables(contract)]
    known = {*filter(None, secrets), *credentials_in(contract, report.exchanges)}
    colours = is_colourful(sys.stdout)
    report, lines = publish(contract, report, wishes, known, date.today(), colours)
    _print(lines)
    return report.exit_code


def _print(lines: Sequence[str]) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    try:
        for line in lines:
            sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on, and yet the verdict is what it is.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _secret_variables(contract: Contract) -> list[str]:
    from greenroom.webhooks.message import secret_variable

    from ..sending.target import credential_variable, expired_variable

    name = contract.name
    return [credential_variable(name), expired_variable(name), secret_variable(name)]


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of requests")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    # Also false for what float calls not a number.
    if not 0 < seconds < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds
