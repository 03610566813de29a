"""`greenroom vendors`."""

from __future__ import annotations

import argparse

from .output import table, write_lines


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Declare nothing: the command has no arguments."""


def run(_: argparse.Namespace) -> int:
    """Print name, number of operations, real host and title of each vendor."""
    from ..contract.catalog import load, vendors

    rows = [("VENDOR", "OPERATIONS", "REAL HOST", "TITLE")]
    for contract in map(load, vendors()):
        host = contract.hosts[0] if contract.hosts else "-"
        rows.append((contract.name, str(len(contract.operations)), host, contract.title))
    write_lines(table(rows))
    return 0
