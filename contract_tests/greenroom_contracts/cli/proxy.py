"""`greenroom proxy`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from greenroom.commands.options import number, option
from greenroom.commands.output import write_lines, write_note
from greenroom.errors import GreenroomError

if TYPE_CHECKING:
    from ..proxying.proxy import Proxy

_LONGEST_SILENCE = 86_400
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where to listen, what to forward to, what may be sent, and what is written."""
    add = partial(option, parser)
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    add("--to", "the base URL of the sandbox, as for greenroom check", "URL", required=True)
    add("--record", "write the exchanges to an HTTP archive, without credentials", "FILE")
    add("--host", "address to listen on (default: %(default)s)", "HOST", default="127.0.0.1")
    text = "port to listen on, 0 for any free one (default: %(default)s)"
    add("--port", text, "PORT", type=int, default=8081)
    add("--allow-writes", "also forward requests that only create something")
    text = (
        "with --allow-writes, also forward this operation, which may contact a person, cost money, "
        "subscribe an address, change or delete (repeatable)"
    )
    add("--allow", text, "OPERATION_ID", default=[])
    text = "seconds that the sandbox may be silent; then 504 (default: %(default)g)"
    add("--timeout", text, "SECONDS", type=number(float, _LONGEST_SILENCE), default=60.0)
    add("--report", "write a report as greenroom check does, when the proxy ends", "DIR")
    add("--strict", "count undocumented fields and header fields as drift, too")
    parser.epilog = (
        "Credentials of callers are passed on and never stored. The proxy ends with Ctrl-C or "
        "SIGTERM, and prints a summary. Exits as greenroom check does: with 0 if what was seen "
        "conforms, with 1 if it drifts from the contract, with 2 if nothing could be examined."
    )


def run(arguments: argparse.Namespace) -> int:
    """Forward until interrupted, then report. Returns 0, 1 or 2.

    Raises GreenroomError for bad input.
    """
    from greenroom.contract.catalog import find, load
    from greenroom.mock.addresses import base_path, origin

    from ..planning.options import Options
    from ..planning.plan import make_plan
    from ..proxying.archive_file import ArchiveFile
    from ..proxying.observer import Observer
    from ..proxying.permission import Permission
    from ..proxying.proxy import Proxy
    from ..proxying.upstream import Upstream
    from ..running.check import base_url_of
    from ..sending.target import Target, credential_variable, known_credentials
    from .command import outputs_of, publish_report

    contract = load(find([arguments.vendor])[0])
    options = Options(writes=arguments.allow_writes, allowed=frozenset(arguments.allow))
    make_plan(contract, options)
    target = Target(base_url_of(arguments.to, "--to"), "", credential_variable(contract.name))
    outputs = outputs_of(arguments.report)
    upstream = Upstream(contract, target, arguments.timeout)
    secrets = known_credentials(contract.name)
    # Before the recording is replaced: another proxy may be writing it.
    with _listen(arguments.host, arguments.port) as sock:
        port = sock.getsockname()[1]
        if target.is_local and urlsplit(target.base_url).port == port:
            raise GreenroomError(f"--to {target.base_url} is the address of this proxy")
        recording = ArchiveFile(Path(arguments.record)) if arguments.record else None
        observer = Observer(contract, target.base_url, recording, secrets, _tell)
        permission = Permission(contract, target.base_url, options)
        proxy = Proxy(contract.name, upstream, permission, observer)
        if not (target.is_local or target.is_encrypted):
            why = "without encryption; use https"
            write_note(f"warning: credentials are sent to {target.host} {why}")
        place = origin(arguments.host, port) + base_path(contract, at_root=False)
        ready = f"greenroom proxy ready: {contract.name} {place} to {target.base_url}"
        with suppress(KeyboardInterrupt):
            asyncio.run(_serve(proxy, sock, ready))
    report, known = observer.end(arguments.strict)
    return publish_report(contract, report, outputs, known)


def _tell(line: str) -> None:
    # A terminal that is gone ends neither what passes nor the recording.
    with suppress(OSError, ValueError):
        write_note(line)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises GreenroomError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise GreenroomError(f"cannot listen on {host} at port {port}: {reason}") from error


async def _serve(proxy: Proxy, sock: socket.socket, ready: str) -> None:
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    await proxy.start(sock)
    write_lines([ready])
    sys.stdout.flush()
    for each in _SIGNALS:
        loop.add_signal_handler(each, ended.set)
    await ended.wait()
    # Another signal ends the process at once.
    for each in _SIGNALS:
        loop.remove_signal_handler(each)
    await proxy.stop()
