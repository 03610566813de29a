"""Finding contracts: the vendors that come with greenroom, and any file by its path."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import count
from os.path import isfile, join
from pathlib import Path
from typing import Any

from ..errors import InvalidContractError, UnknownContractError
from .lenient.loading import Omission, valid_part
from .loading.bundling import Bundle, bundle_of
from .loading.companion_files import CompanionFiles, file_faults, read_companion_files
from .loading.external_values import read_values
from .loading.files import Files
from .loading.parsing import read
from .model import Contract
from .reader import read_contract
from .validation.document import judge

CONTRACT_FILE = "openapi.yaml"

# Stems that say nothing about the API; its folder does.
_GENERIC = ("openapi", "swagger", "api", "spec")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a contract comes from: the name it is served under, and its file."""

    name: str
    path: Path


def specs_folder() -> Path:
    """The folder of vendor contracts: the checkout's own where there is one, else the installed.

    An editable install copies the contracts once, so the copy would go stale.
    """
    for parent in Path(__file__).resolve().parents:
        if (parent / "specs").is_dir() and (parent / "pyproject.toml").is_file():
            return parent / "specs"
    return Path(str(files("greenroom"))) / "_specs"


def vendors() -> list[Source]:
    """Every vendor with a contract, by name."""
    folder = specs_folder()
    found = sorted(folder.glob(f"*/{CONTRACT_FILE}")) if folder.is_dir() else []
    return [Source(path.parent.name, path) for path in found]


def find(asked: Sequence[str]) -> list[Source]:
    """The sources named, all vendors for none. A name is a vendor's or a path to a file.

    Raises UnknownContractError, naming the vendors, for anything else.
    """
    known = {source.name: source for source in vendors()}
    if not asked:
        return list(known.values())
    chosen: dict[Path, Source] = {}
    # A vendor keeps its name beside a file that would be called the same.
    taken = {name for name in asked if name in known}
    for name in asked:
        source = known.get(name) or _file(name, list(known))
        place = source.path.resolve()
        if place in chosen:
            continue
        if name not in known:
            source = Source(_free(source.name, taken), source.path)
            taken.add(source.name)
        chosen[place] = source
    return list(chosen.values())


def _free(name: str, taken: Container[str]) -> str:
    numbered = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(n for n in numbered if n not in taken)


def _file(name: str, known: Sequence[str]) -> Source:
    # Not `Path.is_file`, which raises for a name that is too long or in a forbidden folder.
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
    """A contract, the files besides its own that it is made of, and what was left out of it."""

    contract: Contract
    files: tuple[Path, ...] = ()
    omissions: tuple[Omission, ...] = ()


def load(source: Source) -> Contract:
    """Read and judge one contract. Raises InvalidContractError with every breach."""
    return load_whole(source).contract


def load_whole(source: Source, root: Path | None = None) -> Loaded:
    """As `load`; other files are read from the folder `root`, or else the contract's own."""
    files = Files(source.path, root)
    bundle, beside = _read(source, files, root)
    return Loaded(_contract(bundle, source.name, beside), files.read)


def load_valid_part(source: Source, root: Path | None = None) -> Loaded:
    """As `load_whole`, but what is invalid is left out and told of.

    Raises InvalidContractError where nothing is left to serve, or the file cannot be read.
    """
    files = Files(source.path, root)
    bundle, beside = _read(source, files, root)
    document, omissions = valid_part(bundle, beside)
    contract = read_contract(source.name, str(source.path), document, beside)
    if omissions and not contract.operations:
        raise InvalidContractError([omission.breach for omission in omissions])
    return Loaded(contract, files.read, omissions)


def build(
    document: Mapping[str, Any], name: str, file: str, beside: CompanionFiles | None = None
) -> Contract:
    """A contract from a document. Raises InvalidContractError with every breach.

    `beside` are the files that the document names; without it there are none.
    """
    return _contract(bundle_of(document, file), name, beside or CompanionFiles())


def _read(source: Source, files: Files, root: Path | None) -> tuple[Bundle, CompanionFiles]:
    bundle = bundle_of(read(source.path), str(source.path), files)
    beside = read_companion_files(bundle.document, source.path.parent)
    values = read_values(bundle.parts, bundle.origins, root or source.path.parent)
    return bundle, replace(beside, values=values)


def _contract(bundle: Bundle, name: str, beside: CompanionFiles) -> Contract:
    judgement = judge(bundle.document, bundle.refused, bundle.parts)
    faults = judgement.faults or tuple(file_faults(bundle.document, beside))
    if faults:
        raise InvalidContractError([bundle.origins.breach(fault) for fault in faults])
    return read_contract(name, bundle.origins.file, judgement.document, beside)
