"""`greenroom overlay`."""

from __future__ import annotations

import argparse
from pathlib import Path

from .options import option
from .output import check_output, document_text, file_format, write_document, write_note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the contract, the overlay and where the result goes."""
    parser.add_argument("action", choices=("apply",), help="apply an overlay to a contract")
    parser.add_argument("contract", metavar="VENDOR|FILE", help="the contract")
    parser.add_argument("overlay", metavar="OVERLAY", help="an OpenAPI Overlay 1.0 or 1.1")
    text = "the result; - for standard output (default)"
    option(parser, "--output", text, "FILE", default="-")
    parser.epilog = "The result has no comments. It is in the format of its file or the contract's."


def run(arguments: argparse.Namespace) -> int:
    """Write a contract with an overlay applied; targets that select nothing are only noted.

    The contract need not be valid. Raises GreenroomError for one that cannot be read, and for an
    overlay that is not valid or cannot be applied.
    """
    from ..contract.catalog import find
    from ..contract.editing.overlay import apply
    from ..contract.loading.bundling import bundle_of
    from ..contract.loading.files import Files
    from ..contract.loading.parsing import parse, parse_value, read_text

    source, output = find([arguments.contract])[0], arguments.output
    check_output(output)
    file = str(source.path)
    bundle = bundle_of(parse(read_text(source.path, file), file), file, Files(source.path, None))
    text = read_text(Path(arguments.overlay), arguments.overlay)
    overlay = parse_value(text, arguments.overlay)
    changed, unused = apply(bundle.document, overlay, arguments.overlay)
    for target in unused:
        write_note(f"greenroom overlay: note: {target} selects nothing")
    write_document(document_text(changed, file_format(file if output == "-" else output)), output)
    return 0
