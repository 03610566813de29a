"""Write the models of specs/ and the pages of docs/ that the code gives; with --check a diff."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Mapping
from pathlib import Path

from greenroom.contract.catalog import load, vendors
from greenroom.errors import GreenroomError
from greenroom.models import module_name, source
from reference import pages

ROOT = Path(__file__).resolve().parents[1]
PACKAGE, DOCS = "generated/greenroom_models", "docs"
INDEX = "__init__.py"


def main() -> int:
    """Return 0, or with --check 1 if the package is stale; 2 for a contract with an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="print a diff, write nothing")
    check = parser.parse_args().check
    try:
        wanted = files()
    except GreenroomError as error:
        sys.stderr.write(f"generate: {error}\n")
        return 2
    stale = False
    for name in sorted(wanted.keys() | present()):
        path = ROOT / name
        old = path.read_text(encoding="utf-8") if path.is_file() else None
        new = wanted.get(name)
        if old == new:
            continue
        stale = True
        if check:
            sys.stdout.writelines(diff(name, old or "", new or ""))
        elif new is None:
            path.unlink()
            print(f"deleted {name}, its vendor is gone")
        else:
            path.write_text(new, encoding="utf-8", newline="\n")
            print(f"wrote {name}")
    if check and stale:
        print("what is generated is stale; run: make generate")
        return 1
    if not stale:
        print("what is generated is up to date")
    return 0


def files() -> dict[str, str]:
    """What is up to date: the text of each file by its path. Raises GreenroomError."""
    written: dict[str, str] = {}
    for vendor in vendors():
        print(f"generating the models of {vendor.name} ...", file=sys.stderr, flush=True)
        name = f"{module_name(vendor.name)}.py"
        if name in written or name == INDEX:
            raise GreenroomError(f"{vendor.path}: another vendor already has the module {name}")
        written[name] = source(load(vendor).document)
    modules = {**written, INDEX: index(written)}
    return {f"{PACKAGE}/{name}": text for name, text in modules.items()} | {
        f"{DOCS}/{name}": text for name, text in pages().items()
    }


def index(modules: Mapping[str, str]) -> str:
    """The `__init__.py`. At run time it imports nothing, so that only used vendors take time."""
    names = sorted(name.removesuffix(".py") for name in modules)
    known = "".join(f"    from . import {name} as {name}\n" for name in names)
    listed = "".join(f'    "{name}",\n' for name in names)
    return (
        '"""Client models of interview vendors, one module each. Written by `make generate`."""\n\n'
        "from typing import TYPE_CHECKING\n\n"
        f"if TYPE_CHECKING:\n{known or '    pass'}\n"
        f"__all__ = [\n{listed}]\n"
    )


def present() -> set[str]:
    """The modules that are there now."""
    return {f"{PACKAGE}/{path.name}" for path in (ROOT / PACKAGE).glob("*.py")}


def diff(name: str, old: str, new: str) -> list[str]:
    """What would change in one file, as a unified diff."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    names = f"{name} (committed)", f"{name} (generated)"
    return list(difflib.unified_diff(before, after, *names))


if __name__ == "__main__":
    sys.exit(main())
