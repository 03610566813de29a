"""`greenroom learn`."""

from __future__ import annotations

import argparse
from pathlib import Path

from greenroom.commands.options import option
from greenroom.commands.output import check_output, write_document, write_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the contract, the recordings and the overlay."""
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    parser.add_argument("files", nargs="+", metavar="FILE", help="a recording (HAR)")
    option(parser, "--output", "the overlay to write", "OVERLAY", required=True)
    text = "the base URL of the recorded server, if it is not one of the contract's"
    option(parser, "--base-url", text, "URL")
    option(parser, "--confirm", "also mark the guesses that the recordings confirm")
    parser.epilog = (
        "What the overlay states has the basis 'observed', with dates and counts. It adds to what "
        "documents say, and takes back guesses only. Nothing is written if the recordings show "
        "nothing new. "
        "greenroom overlay apply prints the contract with it. Exits with 0, or with 2 if nothing "
        "in the recordings could be examined."
    )


def run(arguments: argparse.Namespace) -> int:
    """Write what recordings show and the contract does not state. Returns 0 or 2.

    Raises GreenroomError for bad input.
    """
    from greenroom.contract.catalog import find, load
    from greenroom.contract.loading.yaml12 import dump
    from greenroom.http.har import read

    from ..learning.proposals import proposals
    from ..running.check import base_url_of
    from .settings import read_file

    contract = load(find([arguments.vendor])[0])
    check_output(arguments.output)
    entries = [entry for file in arguments.files for entry in read(read_file(file), file)]
    base_url = base_url_of(arguments.base_url) if arguments.base_url else None
    found = proposals(contract, entries, ", ".join(arguments.files), base_url, arguments.confirm)
    if found.problem:
        write_lines([found.problem])
        return 2
    write_lines(f"proposed: {line}" for line in found.proposed)
    write_lines(f"not proposed: {line}" for line in found.contradicted)
    write_lines(found.unseen)
    if found.overlay is None:
        write_lines(["nothing to propose: the recordings show nothing new"])
    else:
        write_document(dump(found.overlay), str(Path(arguments.output)))
        write_lines([f"overlay: {arguments.output}"])
    return 0
