"""Finding contracts: the vendors that come with greenroom, and any file by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from os.path import isfile, join
from pathlib import Path
from typing import Any

from ..errors import InvalidContractError, Problem, UnknownContractError
from .lenient.loading import Omission, valid_part
from .loading.bundling import Bundle, bundle_of
from .loading.companion_files import CompanionFiles, missing_files, read_companion_files
from .loading.component_names import unused
from .loading.external_values import read_values
from .loading.files import Files
from .loading.parsing import parse, read_text
from .model import Contract
from .reader import read_contract
from .validation.document import validate

CONTRACT_FILE = "openapi.yaml"

# File names that do not describe the API; the name of the folder does.
_GENERIC = ("openapi", "swagger", "api", "spec")


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a contract, and the name that it is served under."""

    name: str
    path: Path


def specs_folder() -> Path:
    """The folder of the vendors' contracts."""
    return shipped_folder("specs")


def shipped_folder(name: str) -> Path:
    """A folder that comes along: that of the checkout, else that of the installation.

    The copy that an editable installation makes once would become outdated.
    """
    # Of a checkout alone: a project whose environment this is may have a folder of that name, too.
    _, _, home, root, *_ = Path(__file__).resolve().parents
    if home.name == "mocks" and (root / name).is_dir():
        return root / name
    return Path(str(files("greenroom"))) / f"_{name}"


def vendors() -> list[Source]:
    """Every vendor with a contract, sorted by name."""
    folder = specs_folder()
    found = sorted(folder.glob(f"*/{CONTRACT_FILE}")) if folder.is_dir() else []
    return [Source(path.parent.name, path) for path in found]


def find(names: Sequence[str]) -> list[Source]:
    """The sources of names, each a vendor's or a path to a file; all vendors without names.

    Raises UnknownContractError, which lists the vendors, for anything else.
    """
    known = {source.name: source for source in vendors()}
    if not names:
        return list(known.values())
    chosen: dict[Path, Source] = {}
    # A vendor keeps its name where a file would have the same.
    taken = {name for name in names if name in known}
    for name in names:
        source = known.get(name) or _file(name, list(known))
        place = source.path.resolve()
        if place in chosen:
            continue
        if name not in known:
            source = Source(unused(source.name, taken), source.path)
            taken.add(source.name)
        chosen[place] = source
    return list(chosen.values())


def _file(name: str, known: Sequence[str]) -> Source:
    # Not `Path.is_file`, which raises for a name that is too long or in a folder without access.
    if isfile(join(name, CONTRACT_FILE)):
        name = join(name, CONTRACT_FILE)
    elif not isfile(name):
        raise UnknownContractError(name, known)
    path = Path(name)
    stem = path.resolve().parent.name if path.stem in _GENERIC else path.stem
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return Source(slug or "api", path)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contract, the other files that it refers to, and what was left out of it.

    `warnings` are problems of what is served all the same.
    """

    contract: Contract
    files: tuple[Path, ...] = ()
    omissions: tuple[Omission, ...] = ()
    warnings: tuple[Problem, ...] = ()


def load(source: Source) -> Contract:
    """Read and validate a contract. Raises InvalidContractError with every problem."""
    return load_whole(source).contract


def load_whole(source: Source, root: Path | None = None) -> Loaded:
    """As `load`; other files are read from the folder `root`, by default the contract's own."""
    files = Files(source.path, root)
    text, bundle, companions = _read(source, files, root)
    contract, warnings = _contract(bundle, source.name, companions)
    return Loaded(replace(contract, text=text), files.read, (), warnings)


def load_valid_part(source: Source, root: Path | None = None) -> Loaded:
    """As `load_whole`, but without the invalid parts, which the `omissions` list.

    Raises InvalidContractError where nothing is left to serve, or the file cannot be read.
    """
    files = Files(source.path, root)
    text, bundle, companions = _read(source, files, root)
    document, omissions, warnings = valid_part(bundle, companions)
    contract = read_contract(source.name, str(source.path), document, companions)
    said = tuple(map(str, omissions))
    contract = replace(contract, written=bundle.document, text=text, omissions=said)
    if omissions and not contract.operations:
        raise InvalidContractError([omission.problem for omission in omissions])
    return Loaded(contract, files.read, omissions, warnings)


def build(
    document: Mapping[str, Any], name: str, file: str, companions: CompanionFiles | None = None
) -> Contract:
    """A contract from a document. Raises InvalidContractError with every problem.

    `companions` are the files that the document names.
    """
    return _contract(bundle_of(document, file), name, companions or CompanionFiles())[0]


def _read(source: Source, files: Files, root: Path | None) -> tuple[str, Bundle, CompanionFiles]:
    text = read_text(source.path, str(source.path))
    bundle = bundle_of(parse(text, str(source.path)), str(source.path), files)
    companions = read_companion_files(bundle.parts, source.path.parent)
    values = read_values(bundle, root or source.path.parent)
    return "" if files.read else text, bundle, replace(companions, values=values)


def _contract(
    bundle: Bundle, name: str, companions: CompanionFiles
) -> tuple[Contract, tuple[Problem, ...]]:
    """The contract of a valid document, and the warnings about it."""
    validation = validate(bundle.document, bundle.unresolved, bundle.parts)
    problems = validation.problems or tuple(missing_files(bundle.parts, companions))
    if problems:
        raise InvalidContractError([bundle.in_file(problem) for problem in problems])
    contract = read_contract(name, bundle.file, validation.document, companions)
    warnings = tuple(map(bundle.in_file, validation.warnings))
    return replace(contract, written=bundle.document), warnings
