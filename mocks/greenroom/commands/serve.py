"""`greenroom serve`."""

from __future__ import annotations

import argparse
import os
import re
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..errors import GreenroomError, InvalidContractError
from ..printable import counted
from ..server.limits import Limits
from .options import number, option
from .output import check_output, write_note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..contract.catalog import Loaded, Source
    from ..contract.model import Contract
    from ..mock.pipeline import Behaviour
    from ..server.connexion_seams import App

CONTROL_TOKEN, STORE = "GREENROOM_CONTROL_TOKEN", "GREENROOM_STORE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to serve, where, and how it behaves."""
    add = partial(option, parser)
    parser.add_argument("contracts", nargs="*", metavar="VENDOR|FILE", help="default: all vendors")
    text = "address to listen on (default: %(default)s)"
    parser.add_argument("--host", default="127.0.0.1", help=text)
    text = "port to listen on, 0 for any free one (default: %(default)s)"
    parser.add_argument("--port", type=int, default=8080, help=text)
    add("--at-root", "serve exactly one contract, at / instead of /<name>")
    add("--any-credential", "accept every credential that is not empty")
    add("--strict-requests", "refuse parameters and fields that the contract does not document")
    add("--lenient", "serve the valid part of an invalid file, and report the rest")
    text = "folder whose files a contract may refer to (default: its own folder)"
    add("--root", text, "FOLDER", type=Path)
    add("--no-cors", "do not allow web pages of other origins to call the mocks")
    text = "another name of this machine by which /_greenroom/ may be opened"
    add("--control-host", text, "NAME", default=[])
    text = "what a proxy before the server removes from the beginning of every path"
    add("--root-path", text, "PATH", type=_path, default="")
    usual = Limits()
    whole, seconds = number(int), number(float)
    for name, metavar, kind, default, text in (
        ("--max-connections", "N", whole, usual.connections, "connections open at once; then 503"),
        ("--max-head", "N", whole, usual.head, "most bytes of a head (431) and of a target (414)"),
        ("--head-timeout", "SECONDS", seconds, usual.head_seconds, "for the head; then 408"),
        ("--body-timeout", "SECONDS", seconds, usual.body_seconds, "for the body; then 408"),
    ):  # fmt: skip
        add(name, f"{text} (default: %(default)g)", metavar, type=kind, default=default)
    add("--stateful", "give requests that name no space the space 'default'")
    text = "keep the spaces in a file, from which they go on at the next start"
    add("--state", text, "FILE", type=Path)
    text = "begin the space 'default' with the records of a scenario (with --stateful)"
    add("--scenario", text, "FILE", type=Path)
    text = "respond as a HAR file says that greenroom proxy, a check or a browser has recorded"
    add("--replay", text, "FILE", type=Path)
    add("--tls", "also speak TLS, and be a proxy (CONNECT), only for the hosts of the contracts")
    text = "where --tls writes the certificate that clients have to trust (default: %(default)s)"
    add("--tls-root", text, "FILE", type=Path, default=Path("greenroom-root.pem"))
    text = "also let web pages of this origin use spaces, as those of this machine may (repeatable)"
    add("--allow-origin", text, "ORIGIN", default=[])
    text = "how many requests a space keeps (default: %(default)s)"
    add("--journal", text, "N", type=whole, default=1000)
    text = "let webhooks of spaces go to this host, not only to this machine; 'none': to nobody"
    add("--deliver-to", text, "HOST", default=[])
    text = "send webhooks of spaces for addresses that begin with FROM to TO instead (repeatable)"
    add("--map-receiver", text, "FROM=TO", type=_receivers, default=[])
    add("--rate-limits", "keep the rate limits of the contracts in spaces")
    text = "MiB for all spaces together, then 507; takes three times as much memory (default: 256)"
    add("--max-state", text, "MIB", type=whole, default=256)
    text = "processes on the port, to use more cores; spaces need --store (default: %(default)s)"
    add("--workers", text, "N", type=whole, default=1)
    text = "redis://HOST:PORT/DB, where several processes keep the spaces that they share"
    add("--store", text, "URL", type=_store, default=os.environ.get(STORE) or None)
    add("--reload", "reload contracts when their files change")
    add("--browser", "open the console in a browser")
    add("--no-access-log", "do not log requests to standard error")
    parser.epilog = (
        "greenroom's own pages are below /_greenroom/ and only respond to requests from this "
        f"machine, unless {CONTROL_TOKEN} is set in the environment: then they respond to every "
        "request that has it as a bearer token, and a browser gets a session for it at "
        "/_greenroom/sign-in. With the value 'generate' the server makes a token, and prints an "
        "address that signs in."
    )


def _path(text: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a path like /mocks")
    return text.rstrip("/")


def _store(text: str) -> str:
    with suppress(ValueError):
        if re.fullmatch(r"rediss?://[^\s/]+(/[0-9]*)?", text) and urlsplit(text).port != 0:
            return text
    raise argparse.ArgumentTypeError("not an address like redis://127.0.0.1:6379/0")


def _receivers(text: str) -> tuple[str, str]:
    from ..webhooks.destination import ReceiverError, Receivers

    # A URL has `=` in its query only, where a prefix seldom ends.
    begin, _, to = text.partition("=")
    try:
        Receivers(moved={begin: to})
    except ReceiverError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return begin, to


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from ..server.process.lazy_imports import postpone, resume

    postpone()
    try:
        return _serve(arguments)
    finally:
        resume()


def _serve(arguments: argparse.Namespace) -> int:
    from ..contract.catalog import find, specs_folder
    from ..server.access import SHORTEST_TOKEN
    from ..server.app import build_app, space_access
    from ..server.middleware import ServerSettings
    from ..server.run import serve
    from ..server.state_file import StateFile

    workers, store = int(arguments.workers), arguments.store
    _check_processes(arguments, workers, store)
    token, page = os.environ.get(CONTROL_TOKEN) or None, ""
    if token == "generate":
        token = secrets.token_urlsafe(24)
        page = f"sign-in#{token}"
    if token is not None and len(token) < SHORTEST_TOKEN:
        # A session is signed with it, so that whoever has one can try short tokens.
        raise GreenroomError(f"{CONTROL_TOKEN} has fewer than {SHORTEST_TOKEN} characters")
    settings = ServerSettings(
        at_root=arguments.at_root,
        any_credential=arguments.any_credential,
        control_token=token,
        cors=not arguments.no_cors,
        strict_requests=arguments.strict_requests,
        control_hosts=(arguments.host, *arguments.control_host),
        root_path=arguments.root_path,
        stateful=arguments.stateful or arguments.scenario is not None,
        allow_origins=tuple(arguments.allow_origin),
        journal=int(arguments.journal),
        deliver_to=tuple(arguments.deliver_to),
        receivers=tuple(arguments.map_receiver),
        rate_limits=arguments.rate_limits,
        max_state=int(arguments.max_state) * 1024 * 1024,
        workers=workers,
        store=store,
    )
    watched: list[Path] = []
    authority = None
    if arguments.tls:
        from ..server.tls.authority import Authority

        authority = Authority(settings.control_hosts)
        authority.write_root(arguments.tls_root)
    state = None
    if arguments.state is not None:
        check_output(str(arguments.state))
        state = StateFile(arguments.state, 2 * settings.max_state)

    def build() -> tuple[App, Sequence[Contract]]:
        sources = find(arguments.contracts)
        loaded = [_load(source, arguments.root, arguments.lenient) for source in sources]
        places = [source.path for source in sources] if arguments.contracts else [specs_folder()]
        watched[:] = [*places, *(path for one in loaded for path in one.files)]
        contracts = [one.contract for one in loaded]
        if authority is not None:
            authority.serve(contracts)
            write_note(f"{arguments.tls_root}: the root for {', '.join(authority.hosts)}")
        access = space_access(contracts, settings)
        recorded: Mapping[str, Behaviour] = {}
        if arguments.replay is not None:
            from ..replay.loading import replayed

            watched.append(arguments.replay)
            recorded = replayed(arguments.replay, contracts, access.enter, write_note)
        if state is not None:
            state.attach(access)
        if arguments.scenario is not None:
            access.play(arguments.scenario)
        return build_app(contracts, settings, None, access, recorded), contracts

    return serve(
        build,
        host=arguments.host,
        port=arguments.port,
        at_root=arguments.at_root,
        access_log=not arguments.no_access_log,
        watched=watched if arguments.reload else None,
        limits=Limits(
            connections=arguments.max_connections,
            head=arguments.max_head,
            head_seconds=arguments.head_timeout,
            body_seconds=arguments.body_timeout,
        ),
        state=state,
        page=page,
        browser=arguments.browser,
        workers=workers,
        authority=authority,
    )


def _check_processes(arguments: argparse.Namespace, workers: int, store: str | None) -> None:
    """Raise GreenroomError for what several processes cannot do; warn of what they leave out."""
    given = vars(arguments)
    if store is not None and given["state"]:
        raise GreenroomError("--state is for one process; with --store the store has the spaces")
    if store is not None and given["replay"]:
        raise GreenroomError("--replay is for one process, not for spaces of a --store")
    if workers == 1:
        return
    for name, reason in (
        ("reload", "each of them would reload at another moment"),
        ("state", "they would write the same file"),
        ("replay", "each of them would go through the recording by itself"),
        ("stateful", "without a --store each of them has another space 'default'"),
        ("scenario", "without a --store each of them has another space 'default'"),
    ):
        if given[name] and (store is None or "--store" not in reason):
            raise GreenroomError(f"--{name} is for one process, not for --workers: {reason}")
    if store is None:
        write_note(
            "greenroom serve: with --workers and no --store, requests that name a space get 503, "
            "and /_greenroom/requests shows those of one worker"
        )


def _load(source: Source, root: Path | None, lenient: bool) -> Loaded:
    """A contract to serve; its warnings, and with `lenient` its omissions, are printed.

    Raises GreenroomError for an invalid one, which names `--lenient` where that would help.
    """
    from ..contract.catalog import load_valid_part, load_whole

    if lenient:
        loaded = load_valid_part(source, root)
        _warn(loaded)
        for omission in loaded.omissions:
            write_note(str(omission))
        if loaded.omissions:
            problems = counted(len(loaded.omissions), "problem")
            served = counted(len(loaded.contract.operations), "operation")
            write_note(f"greenroom serve: {source.name}: {problems}, {served} served")
        return loaded
    try:
        loaded = load_whole(source, root)
    except InvalidContractError as error:
        try:
            served = counted(len(load_valid_part(source, root).contract.operations), "operation")
        except InvalidContractError:
            raise error from None
        hint = f"--lenient serves the valid part: {served}"
        raise GreenroomError(*map(str, error.problems), hint) from error
    _warn(loaded)
    return loaded


def _warn(loaded: Loaded) -> None:
    for problem in loaded.warnings:
        write_note(f"{problem} (served all the same)")
