"""The files that a contract names and that are not OpenAPI: GraphQL schemas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InvalidContractError, Problem
from ...schema import json_pointer as ptr
from ..object_kinds import Part, trail
from .files import resolve_within
from .parsing import read_text

GRAPHQL_KEY = "x-graphql"
_NO_FILE = "cannot be read: this document does not come from a file"


@dataclass(frozen=True, slots=True)
class CompanionFiles:
    """Files by their name in the contract: `texts`, or `reasons` why they could not be read.

    `values` are the contents of those that an Example Object names, by its pointer.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, bytes] = field(default_factory=dict)


def read_companion_files(parts: Iterable[Part], folder: Path) -> CompanionFiles:
    """The files that the parts of a document name, relative to the folder of the document."""
    texts: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for _, name in named_files(parts):
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


def missing_files(parts: Iterable[Part], companions: CompanionFiles) -> Iterator[Problem]:
    """A problem for each place where a part of a document names a file that could not be read."""
    for pointer, name in named_files(parts):
        if name not in companions.texts:
            reason = companions.reasons.get(name, _NO_FILE)
            yield Problem(pointer, "file", f"{name!r} {reason}")


def named_files(parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """The pointer and the name of each GraphQL schema; callbacks are never executed."""
    for part in parts:
        if part.within == "operation" and part.pointer.endswith(f"/{GRAPHQL_KEY}"):
            name = part.node.get("schema")
            if isinstance(name, str) and all(kind != "callback" for kind, _ in trail(part.pointer)):
                yield ptr.step(part.pointer, "schema"), name
