"""`greenroom lint`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which contracts to hold to the rules."""
    parser.add_argument(
        "contracts", nargs="*", metavar="VENDOR|FILE", help="all vendors where none is named"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print each breach on a line of its own; 1 if there is any.

    Raises GreenroomError for a name that is no vendor and no file, or a file that cannot be parsed.
    """
    from ..contract.catalog import find
    from ..lint import RULES, Document, find_problems

    sources = find(arguments.contracts)
    found = []
    for source in sources:
        document = Document.from_path(source.path, _shown(source.path))
        found += find_problems(document)
    for breach in found:
        sys.stdout.write(f"{breach}\n")
    if found:
        return 1
    held = ", ".join(source.name for source in sources) or "none"
    count = "1 contract" if len(sources) == 1 else f"{len(sources)} contracts"
    sys.stdout.write(f"{len(RULES)} rules hold for {count}: {held}\n")
    return 0


def _shown(path: Path) -> str:
    """A path as a user in the working directory would type it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
