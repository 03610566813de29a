"""`greenroom serve`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import GreenroomError, InvalidContractError
from .output import write_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contract.catalog import Loaded, Source
    from ..contract.model import Contract
    from ..server.connexion_seams import App

CONTROL_TOKEN = "GREENROOM_CONTROL_TOKEN"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to serve, where, and how it behaves."""

    def flag(name: str, text: str) -> None:
        parser.add_argument(name, action="store_true", help=text)

    parser.add_argument("contracts", nargs="*", metavar="VENDOR|FILE", help="default: all vendors")
    parser.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="0 for any (default: %(default)s)")
    flag("--at-root", "serve exactly one contract, at / instead of /<name>")
    flag("--any-credential", "accept every credential that is not empty")
    flag("--strict-requests", "refuse requests with names that the contract does not document")
    flag("--lenient", "serve the valid part of an invalid file, and report the rest")
    parser.add_argument(
        "--root",
        type=Path,
        metavar="FOLDER",
        help="folder whose files a contract may refer to (default: its own folder)",
    )
    flag("--no-cors", "do not allow web pages of other origins to call the mocks")
    flag("--reload", "reload contracts when their files change")
    flag("--no-access-log", "do not log requests to standard error")
    parser.epilog = (
        "greenroom's own pages are below /_greenroom/ and only respond to requests from this "
        f"machine, unless {CONTROL_TOKEN} is set in the environment: then they respond to every "
        "request that has it as a bearer token."
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from ..server.lazy_imports import postpone, resume

    postpone()
    try:
        return _serve(arguments)
    finally:
        resume()


def _serve(arguments: argparse.Namespace) -> int:
    from ..contract.catalog import find, specs_folder
    from ..server.app import build_app
    from ..server.middleware import ServerSettings
    from ..server.run import serve

    settings = ServerSettings(
        at_root=arguments.at_root,
        any_credential=arguments.any_credential,
        control_token=os.environ.get(CONTROL_TOKEN) or None,
        cors=not arguments.no_cors,
        strict_requests=arguments.strict_requests,
    )
    watched: list[Path] = []

    def build() -> tuple[App, Sequence[Contract]]:
        sources = find(arguments.contracts)
        loaded = [_load(source, arguments.root, arguments.lenient) for source in sources]
        places = [source.path for source in sources] if arguments.contracts else [specs_folder()]
        watched[:] = [*places, *(path for one in loaded for path in one.files)]
        contracts = [one.contract for one in loaded]
        return build_app(contracts, settings), contracts

    return serve(
        build,
        host=arguments.host,
        port=arguments.port,
        at_root=arguments.at_root,
        access_log=not arguments.no_access_log,
        watched=watched if arguments.reload else None,
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
            problems = _count(len(loaded.omissions), "problem")
            served = _count(len(loaded.contract.operations), "operation")
            write_note(f"greenroom serve: {source.name}: {problems}, {served} served")
        return loaded
    try:
        loaded = load_whole(source, root)
    except InvalidContractError as error:
        try:
            served = _count(len(load_valid_part(source, root).contract.operations), "operation")
        except InvalidContractError:
            raise error from None
        hint = f"--lenient serves the valid part: {served}"
        raise GreenroomError(*map(str, error.problems), hint) from error
    _warn(loaded)
    return loaded


def _warn(loaded: Loaded) -> None:
    for problem in loaded.warnings:
        write_note(f"{problem} (served all the same)")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
