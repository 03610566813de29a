"""`greenroom lint`."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..printable import counted
from .output import write_json, write_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the contracts to check."""
    parser.add_argument("contracts", nargs="*", metavar="VENDOR|FILE", help="default: all vendors")
    parser.add_argument("--json", action="store_true", help="print a JSON array of the problems")
    parser.epilog = "The style guide is a page of every server: /_greenroom/docs/style-guide."


def run(arguments: argparse.Namespace) -> int:
    """Print each problem on a separate line; 1 if there is any, else 0.

    Raises GreenroomError for a name that is neither a vendor nor a file, or for a file that cannot
    be parsed.
    """
    from ..contract.catalog import find
    from ..lint import RULES, Document, find_problems

    sources = find(arguments.contracts)
    problems = [
        problem
        for source in sources
        for problem in find_problems(Document.from_path(source.path, _relative(source.path)))
    ]
    if arguments.json:
        wanted = ("file", "pointer", "rule", "message")
        listed = [{name: getattr(problem, name) for name in wanted} for problem in problems]
        write_json(listed)
        return 1 if problems else 0
    if problems:
        write_lines(map(str, problems))
        return 1
    names = ", ".join(source.name for source in sources) or "none"
    write_lines([f"{len(RULES)} rules hold for {counted(len(sources), 'contract')}: {names}"])
    return 0


def _relative(path: Path) -> str:
    """A path as a user in the working directory would type it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
