"""`greenroom serve`."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contract.model import Contract
    from ..server.seams import App

CONTROL_TOKEN = "GREENROOM_CONTROL_TOKEN"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare names, address and behaviour."""
    parser.add_argument(
        "contract",
        nargs="*",
        metavar="VENDOR or FILE",
        help="what to serve; all vendors if omitted",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port, 0 for any (%(default)s)")
    parser.add_argument(
        "--at-root", action="store_true", help="serve exactly one contract, at / instead of /<name>"
    )
    parser.add_argument(
        "--any-credential", action="store_true", help="accept every credential that is not empty"
    )
    parser.add_argument(
        "--reload", action="store_true", help="take up contracts as they are edited"
    )
    parser.add_argument(
        "--no-access-log", action="store_true", help="do not log requests to standard error"
    )
    parser.epilog = (
        "Everything of ours lives below /_greenroom/ and answers loopback only, unless "
        f"{CONTROL_TOKEN} is set in the environment; then it answers whoever sends that "
        "as a bearer token."
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from ..contract.catalog import find, load, specs_folder
    from ..server.app import Settings, build_app
    from ..server.run import serve

    settings = Settings(
        at_root=arguments.at_root,
        any_credential=arguments.any_credential,
        control_token=os.environ.get(CONTROL_TOKEN) or None,
    )

    def build() -> tuple[App, Sequence[Contract]]:
        contracts = [load(source) for source in find(arguments.contract)]
        return build_app(contracts, settings), contracts

    watched = [source.path for source in find(arguments.contract)]
    if not arguments.contract:
        watched = [specs_folder()]
    return serve(
        build,
        host=arguments.host,
        port=arguments.port,
        at_root=arguments.at_root,
        access_log=not arguments.no_access_log,
        watched=watched if arguments.reload else (),
    )
