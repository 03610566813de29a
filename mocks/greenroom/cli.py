"""The command line: each subcommand is a separate module, which is imported when it is run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from .errors import GreenroomError, MissingExtraError
from .version import __version__

BAD_INPUT = 2

# Name: summary, the extra of the package that it needs, and its module.
COMMANDS = {
    "serve": ("serve mocks of vendors or of OpenAPI files", "serve", "greenroom.commands.serve"),
    "health": ("ask a server whether it responds", "serve", "greenroom.commands.health"),
    "vendors": ("list the vendors that come with greenroom", "serve", "greenroom.commands.vendors"),
    "check": (
        "check a server, recorded traffic or a webhook against its contract",
        "check",
        "greenroom_contracts.cli.command",
    ),
    "proxy": (
        "forward to a sandbox, judging and recording what passes",
        "check",
        "greenroom_contracts.cli.proxy",
    ),
    "learn": (
        "propose what recordings show and a contract does not state",
        "check",
        "greenroom_contracts.cli.learn",
    ),
    "webhook": ("send a signed webhook of a vendor", "serve", "greenroom.commands.webhook"),
    "models": ("generate Python models of a contract", "generate", "greenroom.commands.models"),
    "contract": ("print a contract", "serve", "greenroom.commands.contract"),
    "overlay": ("apply an OpenAPI overlay to a contract", "serve", "greenroom.commands.overlay"),
    "new": ("begin a contract", "serve", "greenroom.commands.new"),
    "report": ("count documented and inferred statements", "serve", "greenroom.commands.report"),
    "lint": ("check contracts against the style guide", "serve", "greenroom.commands.lint"),
}
# The extras of packages that only an option of a command needs.
_EXTRAS = {"redis": "redis", "trustme": "tls"}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; 2, after one message, for bad input."""
    if sys.stdout is None:
        # Closed by the process that started this one.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    words = list(sys.argv[1:] if argv is None else argv)
    is_completing = "_ARGCOMPLETE" in os.environ
    if is_completing:
        # A shell asks how its line goes on: register-python-argcomplete has told it to.
        words = os.environ["COMP_LINE"].split()[1:]
    chosen = next((word for word in words if word in COMMANDS), None)
    parser = _parser(chosen)
    if is_completing:
        import_module("argcomplete").autocomplete(parser)
    arguments = parser.parse_args(words)
    if arguments.command is None:
        parser.print_help()
        return 0
    try:
        code = int(arguments.run(arguments))
        # At the end of the interpreter nobody could catch what this raises.
        sys.stdout.flush()
    except GreenroomError as error:
        sys.stderr.write(f"greenroom {arguments.command}: {error}\n")
        return BAD_INPUT
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "greenroom":
            raise
        extra = _EXTRAS.get(error.name, COMMANDS[arguments.command][1])
        missing = MissingExtraError(arguments.command, extra, error.name)
        sys.stderr.write(f"{missing}\n")
        return BAD_INPUT
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as error:
        _discard_output()
        sys.stderr.write(f"greenroom {arguments.command}: {error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    return code


def _discard_output() -> None:
    """Discard the buffered output, which the interpreter would otherwise try to write again."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="greenroom", description="Rehearse against interview vendors before going live."
    )
    parser.add_argument("--version", action="version", version=f"greenroom {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (summary, _, module_name) in COMMANDS.items():
        sentence = f"{summary[0].upper()}{summary[1:]}."
        sub = commands.add_parser(name, help=summary, description=sentence)
        if name == chosen:
            module = import_module(module_name)
            module.add_arguments(sub)
            sub.set_defaults(run=module.run)
    return parser
