"""The files that a contract names and that are not OpenAPI: GraphQL schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InvalidContractError, Problem
from ...schema import json_pointer as ptr
from ..model import METHODS
from .files import resolve_within
from .parsing import read_text
from .tree import members

KEY = "x-graphql"
_NO_FILE = "cannot be read: this document does not come from a file"
_OPERATIONS = ("/paths", "/webhooks", "/components/pathItems")


@dataclass(frozen=True, slots=True)
class CompanionFiles:
    """Files by their name in the contract: `texts`, or `reasons` why they could not be read.

    `values` are the contents of those that an Example Object names, by its pointer.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, bytes] = field(default_factory=dict)


def read_companion_files(document: Mapping[str, Any], folder: Path) -> CompanionFiles:
    """The files that a document names, relative to the folder of the document."""
    texts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for _, name in named_files(document):
        try:
            path = resolve_within(folder, folder / name)
            if path is None:
                reasons[name] = "is outside the contract's folder"
            else:
                texts[name] = read_text(path, name)
        except InvalidContractError as error:
            reasons[name] = f"cannot be read: {error.problems[0].message}"
        except ValueError:
            reasons[name] = "is not the name of a file"
    return CompanionFiles(texts, reasons)


def missing_files(document: Mapping[str, Any], companions: CompanionFiles) -> Iterator[Problem]:
    """A problem for each place where a document names a file that could not be read."""
    for pointer, name in named_files(document):
        if name not in companions.texts:
            reason = companions.reasons.get(name, _NO_FILE)
            yield Problem(pointer, "file", f"{name!r} {reason}")


def named_files(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The pointer and the name of each GraphQL schema that a document names."""
    for section in _OPERATIONS:
        for path, item in members(_look_up(document, section)):
            for method in METHODS:
                operation = item.get(method) if isinstance(item, dict) else None
                extension = operation.get(KEY) if isinstance(operation, dict) else None
                name = extension.get("schema") if isinstance(extension, dict) else None
                if isinstance(name, str):
                    yield ptr.join(section, path, method, KEY, "schema"), name


def _look_up(document: Mapping[str, Any], pointer: str) -> Any:
    try:
        return ptr.look_up(document, pointer)
    except LookupError:
        return None
