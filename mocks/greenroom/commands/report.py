"""`greenroom report`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from textwrap import TextWrapper

from ..contract.provenance_summary import DOUBTED, ProvenanceSummary, standing

_NOTE = TextWrapper(
    width=100,
    initial_indent=" " * 6,
    subsequent_indent=" " * 6,
    break_long_words=False,
    break_on_hyphens=False,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which contracts to report on, and the form."""
    parser.add_argument(
        "contracts", nargs="*", metavar="VENDOR|FILE", help="all vendors where none is named"
    )
    parser.add_argument("--json", action="store_true", help="write JSON, for other programs")


def run(arguments: argparse.Namespace) -> int:
    """Print numbers and unconfirmed of each contract.

    Raises GreenroomError for a name that is no vendor and no file, or a contract that is not valid.
    """
    from ..contract.catalog import find, load

    found = [standing(load(source)) for source in find(arguments.contracts)]
    if arguments.json:
        listed = [asdict(entry) for entry in found]
        sys.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
        return 0
    for line in _summary(found):
        sys.stdout.write(line + "\n")
    for entry in found:
        for line in _doubts(entry):
            sys.stdout.write(line + "\n")
    return 0


def _summary(found: list[ProvenanceSummary]) -> Iterator[str]:
    bases = list(dict.fromkeys(basis for entry in found for basis in entry.counts))
    rows: list[tuple[str, ...]] = [("", "OPERATIONS", "WEBHOOKS", "EXAMPLES", "STATEMENTS")]
    shares: list[tuple[str, ...]] = [("", *(basis.upper() for basis in bases))]
    for entry in found:
        numbers = (entry.operations, entry.webhooks, entry.examples, entry.total)
        rows.append((entry.name, *map(str, numbers)))
        cells = (f"{entry.counts.get(basis, 0)}  {entry.share(basis):6.1%}" for basis in bases)
        shares.append((entry.name, *cells))
    yield from _table(rows)
    yield ""
    yield from _table(shares)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *cells in rows:
        numbers = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        yield "  ".join((name.ljust(widths[0]), *numbers)).rstrip()


def _doubts(entry: ProvenanceSummary) -> Iterator[str]:
    for basis in DOUBTED:
        chosen = [doubt for doubt in entry.unconfirmed if doubt.basis == basis]
        if not chosen:
            continue
        yield ""
        yield f"{entry.name}: {len(chosen)} {basis}"
        for doubt in chosen:
            yield ""
            yield f"  {doubt.subject}"
            yield f"    #{doubt.pointer}"
            note = doubt.note or "without a note"
            side = f" [{doubt.source}]" if doubt.source else ""
            yield from _NOTE.wrap(f"{note}{side}")
