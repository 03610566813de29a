"""The specifications' own schemas, and their errors boiled down to what a reader can act on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from ...schema import json_pointer as ptr

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MOST = 3
_REF = ("$ref",)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a specification's schema refuses at one place of a document, and why.

    `unexpected` and `missing` are the names of the object there that are too many or too few.
    """

    pointer: str
    reason: str
    unexpected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def document_flaws(document: Mapping[str, Any], minor: str) -> Iterator[Flaw]:
    """What the schema of OpenAPI 3.0 or 3.1 refuses in a document."""
    yield from _flaws(_document_validator(minor), document)


def schema_flaws(schema: Any) -> Iterator[Flaw]:
    """What JSON Schema 2020-12 refuses in a schema; pointers begin at the schema."""
    yield from _flaws(_schema_validator(), schema)


@cache
def _document_validator(minor: str) -> Any:
    # The package is looked up, not imported: importing it takes longer than starting the server.
    spec = find_spec("openapi_spec_validator")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("openapi_spec_validator", name="openapi_spec_validator")
    folder = Path(spec.submodule_search_locations[0]) / "resources" / "schemas" / f"v{minor}"
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=False, offline=True)


@cache
def _schema_validator() -> Any:
    return jsonschema_rs.validator_for({"$ref": _DIALECT}, validate_formats=False, offline=True)


def _flaws(validator: Any, instance: Any) -> Iterator[Flaw]:
    if validator.is_valid(instance):
        return
    found: dict[str, list[Flaw]] = {}
    for error in validator.iter_errors(instance):
        for leaf in _leaves(error):
            found.setdefault(leaf.pointer, []).append(leaf)
    # A broken leaf also makes what stands around it "unevaluated"; only the leaves say anything.
    for where, leaves in found.items():
        if not any(other.startswith(where + "/") for other in found):
            yield Flaw(
                where,
                "; ".join(list(dict.fromkeys(leaf.reason for leaf in leaves))[:_MOST]),
                tuple(dict.fromkeys(name for leaf in leaves for name in leaf.unexpected)),
                tuple(dict.fromkeys(name for leaf in leaves for name in leaf.missing)),
            )


def _leaves(error: Any) -> list[Flaw]:
    """What breaks an error's branches, where it is an `anyOf` or `oneOf` that no branch meets."""
    where = ptr.join("", *error.instance_path)
    branches = getattr(error.kind, "context", None)
    if error.kind.name not in ("anyOf", "oneOf") or not branches or not all(branches):
        return [_leaf(where, error)]
    leaves = [[leaf for inner in branch for leaf in _leaves(inner)] for branch in branches]
    # A branch for references says nothing about an object that is none.
    told = [b for b in leaves if [(leaf.pointer, leaf.missing) for leaf in b] != [(where, _REF)]]
    told = told or leaves
    # The branch that got furthest is the one that was meant.
    depths = [max(leaf.pointer.count("/") for leaf in branch) for branch in told]
    deepest = max(depths)
    meant = [b for b, depth in zip(told, depths, strict=True) if depth == deepest]
    if len(meant) == 1:
        return meant[0]
    firsts = dict.fromkeys(leaf.reason for branch in meant for leaf in branch[:1])
    return [Flaw(where, " or ".join(firsts))]


def _leaf(where: str, error: Any) -> Flaw:
    unexpected = getattr(error.kind, "unexpected", ())
    missing = getattr(error.kind, "property", None) if error.kind.name == "required" else None
    named = tuple(map(str, unexpected)), () if missing is None else (str(missing),)
    return Flaw(where, _shorten(error.message), *named)


def _shorten(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:140]} … {message[-140:]}"
