"""`greenroom report`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from textwrap import TextWrapper

from ..contract.provenance_summary import UNCONFIRMED_BASES, ProvenanceSummary, summarize_provenance
from .options import option
from .output import table, write_json, write_lines

_NOTE = TextWrapper(94, break_long_words=False, break_on_hyphens=False)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the contracts to report on, and the format."""
    parser.add_argument("contracts", nargs="*", metavar="VENDOR|FILE", help="default: all vendors")
    option(parser, "--json", "print JSON, for other programs")
    text = "what the operations do in a space, and why: declared, or inferred from what"
    option(parser, "--behaviour", text)


def run(arguments: argparse.Namespace) -> int:
    """Print the numbers of each contract, and its inferred and disputed statements.

    With `--behaviour`, print what its operations do to which things instead.

    Raises GreenroomError for a name that is neither a vendor nor a file, or an invalid contract.
    """
    from ..contract.catalog import find, load

    if arguments.behaviour:
        from .behaviour import print_behaviour

        return print_behaviour(map(load, find(arguments.contracts)), arguments.json)
    summaries = [summarize_provenance(load(source)) for source in find(arguments.contracts)]
    if arguments.json:
        listed = [asdict(summary) for summary in summaries]
        write_json(listed)
        return 0
    write_lines(_numbers(summaries))
    for summary in summaries:
        write_lines(_unconfirmed(summary))
    return 0


def _numbers(summaries: list[ProvenanceSummary]) -> Iterator[str]:
    bases = list(dict.fromkeys(basis for summary in summaries for basis in summary.counts))
    rows: list[tuple[str, ...]] = [("", "OPERATIONS", "WEBHOOKS", "EXAMPLES", "STATEMENTS")]
    shares: list[tuple[str, ...]] = [("", *(basis.upper() for basis in bases))]
    for summary in summaries:
        numbers = (summary.operations, summary.webhooks, summary.examples, summary.total)
        rows.append((summary.name, *map(str, numbers)))
        cells = (f"{summary.counts.get(basis, 0)}  {summary.share(basis):6.1%}" for basis in bases)
        shares.append((summary.name, *cells))
    yield from table(rows, numbers=True)
    yield ""
    yield from table(shares, numbers=True)


def _unconfirmed(summary: ProvenanceSummary) -> Iterator[str]:
    for basis in UNCONFIRMED_BASES:
        chosen = [entry for entry in summary.unconfirmed if entry.basis == basis]
        if not chosen:
            continue
        yield ""
        yield f"{summary.name}: {len(chosen)} {basis}"
        for entry in chosen:
            yield ""
            yield f"  {entry.subject}"
            yield f"    #{entry.pointer}"
            note = entry.note or "without a note"
            source = f" [{entry.source}]" if entry.source else ""
            yield from (f"      {line}" for line in _NOTE.wrap(f"{note}{source}"))
