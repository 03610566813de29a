"""`greenroom vendors`."""

from __future__ import annotations

import argparse
import sys


def add_arguments(_: argparse.ArgumentParser) -> None:
    """Nothing to declare."""


def run(_: argparse.Namespace) -> int:
    """Print name, number of operations, real host and title of each vendor."""
    from ..contract.catalog import load, vendors

    rows = []
    for contract in map(load, vendors()):
        host = contract.hosts[0] if contract.hosts else "-"
        rows.append((contract.name, str(len(contract.operations)), host, contract.title))
    rows.insert(0, ("VENDOR", "OPERATIONS", "REAL HOST", "TITLE"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        sys.stdout.write("  ".join((*cells, row[3])) + "\n")
    return 0
