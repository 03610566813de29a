"""Finding contracts: the vendors that come with greenroom, and any file by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import InvalidContractError, UnknownContractError
from .loading import read
from .model import Contract
from .openapi30 import upgrade
from .reading import read_contract
from .validity import breaches

CONTRACT_FILE = "openapi.yaml"


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
    chosen: dict[str, Source] = {}
    for name in asked:
        source = known.get(name) or _file(name, list(known))
        taken = chosen.get(source.name)
        if taken is not None and taken.path != source.path:
            number = 2
            while f"{source.name}-{number}" in chosen:
                number += 1
            source = Source(f"{source.name}-{number}", source.path)
        chosen[source.name] = source
    return list(chosen.values())


def _file(name: str, known: Sequence[str]) -> Source:
    path = Path(name)
    if path.is_dir() and (path / CONTRACT_FILE).is_file():
        path = path / CONTRACT_FILE
    if not path.is_file():
        raise UnknownContractError(name, known)
    generic = path.stem in ("openapi", "swagger", "api", "spec")
    stem = path.resolve().parent.name if generic else path.stem
    slug = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return Source(slug or "api", path)


def load(source: Source) -> Contract:
    """Read and judge one contract. Raises InvalidContractError with every breach."""
    return build(read(source.path), source.name, str(source.path))


def build(raw: Mapping[str, Any], name: str, file: str) -> Contract:
    """A contract from a document. Raises InvalidContractError with every breach."""
    found = breaches(raw, file)
    if found:
        raise InvalidContractError(found)
    if str(raw["openapi"]).startswith("3.0"):
        raw = upgrade(raw)
    return read_contract(name, file, raw)
