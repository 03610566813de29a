"""`greenroom models`."""

from __future__ import annotations

import argparse
import warnings
from functools import partial

from ..models import STYLES, source
from .options import option
from .output import check_output, write_document, write_note


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare vendor, output and style."""
    parser.add_argument("vendor", metavar="VENDOR", help="a vendor, or a path to an OpenAPI file")
    add = partial(option, parser)
    add("--output", "the module; - for standard output (default)", "FILE", default="-")
    text = "of classes (default: %(default)s)"
    parser.add_argument("--style", choices=STYLES, default="pydantic", help=text)
    text = "with --style pydantic: an absent field is MISSING instead of None, and null is refused "
    add("--exact", f"{text}where the contract does not allow it (needs pydantic 2.14)")
    text = "keep unknown fields in the models of requests, too, instead of refusing them"
    add("--open", text)


def run(arguments: argparse.Namespace) -> int:
    """Write the models of one contract. Raises GreenroomError where that is not possible."""
    from ..contract.catalog import find, load

    output = arguments.output
    check_output(output)
    contract = load(find([arguments.vendor])[0])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        module = source(
            contract.document, arguments.style, exact=arguments.exact, open_=arguments.open
        )
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        write_note(f"greenroom models: note: {message}")
    write_document(module, output)
    if output != "-":
        write_note(f"Wrote the models of {contract.title} to {output}")
    return 0
