"""The command line: each subcommand is a module of its own, imported when it is chosen."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from . import __version__
from .errors import GreenroomError, MissingExtraError

BAD_INPUT = 2

# name: (what it does, the extra of the package that it needs, its module)
COMMANDS = {
    "serve": (
        "serve mocks of vendors, or of any OpenAPI file",
        "serve",
        "greenroom.commands.serve",
    ),
    "vendors": ("list the vendors that come with greenroom", "serve", "greenroom.commands.vendors"),
    "check": (
        "hold a server, a recording or a webhook to its contract",
        "check",
        "greenroom_contracts.cli.command",
    ),
    "webhook": (
        "send a webhook of a vendor, signed as it signs, to a receiver",
        "serve",
        "greenroom.commands.webhook",
    ),
    "models": (
        "write client models of a vendor into a file",
        "generate",
        "greenroom.commands.models",
    ),
    "report": (
        "say what each statement of the contracts stands on",
        "serve",
        "greenroom.commands.report",
    ),
    "lint": (
        "hold contracts to the house rules of specs/README.md",
        "serve",
        "greenroom.commands.lint",
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; 2 for bad input, told in one message."""
    if sys.stdout is None:
        # Closed by whoever started us.
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
    words = list(sys.argv[1:] if argv is None else argv)
    chosen = next((word for word in words if word in COMMANDS), None)
    parser = _parser(chosen)
    arguments = parser.parse_args(words)
    if arguments.command is None:
        parser.print_help()
        return 0
    try:
        code = int(arguments.run(arguments))
        # Not left to the end of the interpreter, where nobody could catch what it raises.
        sys.stdout.flush()
    except GreenroomError as error:
        sys.stderr.write(f"greenroom {arguments.command}: {error}\n")
        return BAD_INPUT
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "greenroom":
            raise
        missing = MissingExtraError(arguments.command, COMMANDS[arguments.command][1], error.name)
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
    """Let what is still to be written go nowhere, since the interpreter would try it again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


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
