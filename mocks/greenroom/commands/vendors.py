"""`greenroom vendors`."""

from __future__ import annotations

import argparse

from .output import table, write_json, write_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the format."""
    parser.add_argument("--json", action="store_true", help="print JSON, for other programs")


def run(arguments: argparse.Namespace) -> int:
    """Print name, number of operations, real host and title of each vendor; JSON also has more."""
    from ..contract.catalog import load, vendors

    contracts = list(map(load, vendors()))
    if arguments.json:
        named = ("name", "title", "version", "file", "hosts")
        listed = [
            {
                **{name: getattr(contract, name) for name in named},
                "operations": len(contract.operations),
                "webhooks": len(contract.webhooks),
            }
            for contract in contracts
        ]
        write_json(listed)
        return 0
    rows = [("VENDOR", "OPERATIONS", "REAL HOST", "TITLE")]
    for contract in contracts:
        host = contract.hosts[0] if contract.hosts else "-"
        rows.append((contract.name, str(len(contract.operations)), host, contract.title))
    write_lines(table(rows))
    return 0
