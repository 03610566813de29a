"""`greenroom new`."""

from __future__ import annotations

import argparse
import re
from datetime import UTC, datetime
from pathlib import Path

from ..errors import GreenroomError
from .options import option
from .output import OutputError, document_text, write_document, write_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the name of the vendor and the file to begin with."""
    parser.add_argument("vendor", metavar="VENDOR", help="its name: lower-case letters and digits")
    option(parser, "--from", "begin with this OpenAPI 3.0 or 3.1 file", "FILE", dest="file")
    parser.epilog = "Writes specs/VENDOR/openapi.yaml below the current folder; never overwrites."


def run(arguments: argparse.Namespace) -> int:
    """Write the first contract of a vendor, and print what to do next.

    Raises GreenroomError for a name that no module can have, a file that exists, or an invalid
    OpenAPI file.
    """
    from ..contract.catalog import CONTRACT_FILE, find, load
    from ..contract.editing.draft import draft

    vendor = arguments.vendor
    if not re.fullmatch("[a-z][a-z0-9]*", vendor):
        raise GreenroomError(f"{vendor!r} is not a name of lower-case letters and digits")
    path = Path("specs", vendor, CONTRACT_FILE)
    if path.exists():
        raise OutputError(f"{path} exists already")
    if arguments.file is None:
        text = _skeleton().replace("Acme", vendor.capitalize()).replace("acme", vendor)
    else:
        contract = load(find([arguments.file])[0])
        today = datetime.now(UTC).date().isoformat()
        text = document_text(draft(contract.document, contract.title, today), "yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_document(text, str(path))
    write_lines(
        [f"Wrote {path}. Next: greenroom lint {path.parent}; greenroom serve {path.parent}"]
    )
    return 0


def _skeleton() -> str:
    """The whole contract with which the style guide begins."""
    from ..contract.catalog import specs_folder

    guide = (specs_folder() / "README.md").read_text(encoding="utf-8")
    return guide.partition("```yaml\n")[2].partition("```")[0]
