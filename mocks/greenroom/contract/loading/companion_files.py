"""The files that stand beside a contract because it names them: GraphQL schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InvalidContractError
from ...schema import json_pointer as ptr
from ..model import METHODS
from ..validation.problem import Fault
from .parsing import read_text

KEY = "x-graphql"
RULE = "file"
_OPERATIONS = ("/paths", "/webhooks", "/components/pathItems")


@dataclass(frozen=True, slots=True)
class CompanionFiles:
    """Files by the name that the contract gives them: the text, or why there is none.

    `values` are the contents of those that hold an example, by its pointer.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, bytes] = field(default_factory=dict)


def read_companion_files(document: Mapping[str, Any], folder: Path) -> CompanionFiles:
    """Every file that a document names, read from the folder that the document lies in."""
    texts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for _, name in named_files(document):
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                reasons[name] = "lies outside of the contract's folder"
            else:
                texts[name] = read_text(path, name)
        except InvalidContractError as error:
            reasons[name] = f"cannot be read: {error.breaches[0].message}"
        except (OSError, ValueError):
            reasons[name] = "is not the name of a file"
    return CompanionFiles(texts, reasons)


def missing(document: Mapping[str, Any], beside: CompanionFiles) -> Iterator[tuple[str, str]]:
    """Where a document names a file that is not there, and why it is not."""
    for pointer, name in named_files(document):
        if name not in beside.texts:
            why = beside.reasons.get(name, "would stand beside a file, and this document has none")
            yield pointer, f"{name!r} {why}"


def file_faults(document: Mapping[str, Any], beside: CompanionFiles) -> Iterator[Fault]:
    """What is missing, as faults of the document."""
    return (Fault(where, RULE, why) for where, why in missing(document, beside))


def named_files(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every place where a document names a GraphQL schema, and the name."""
    for section in _OPERATIONS:
        for path, item in _members(document, section):
            for method in METHODS:
                operation = item.get(method) if isinstance(item, dict) else None
                said = operation.get(KEY) if isinstance(operation, dict) else None
                name = said.get("schema") if isinstance(said, dict) else None
                if isinstance(name, str):
                    yield ptr.join(section, path, method, KEY, "schema"), name


def _members(document: Mapping[str, Any], section: str) -> Iterable[tuple[str, Any]]:
    try:
        found = ptr.look_up(document, section)
    except LookupError:
        return ()
    return found.items() if isinstance(found, dict) else ()
