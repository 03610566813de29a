"""`greenroom contract`."""

from __future__ import annotations

import argparse

from .output import document_text, file_format, write_document


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the contract to print, and the format."""
    parser.add_argument("contract", metavar="VENDOR|FILE", help="a vendor, or an OpenAPI file")
    parser.add_argument("--format", choices=("yaml", "json"), help="default: that of its file")


def run(arguments: argparse.Namespace) -> int:
    """Print a contract as it is written, or as one document if it has several files.

    Raises GreenroomError for a name that is neither a vendor nor a file, or an invalid contract.
    """
    from ..contract.catalog import find, load

    contract = load(find([arguments.contract])[0])
    own = file_format(contract.file)
    wanted = arguments.format or own
    text = contract.text if wanted == own else ""
    write_document(text or document_text(contract.written, wanted))
    return 0
