"""The specifications' own schemas, and their errors boiled down to what a reader can act on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from . import pointer as ptr

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MOST = 3


def document_errors(raw: Mapping[str, Any], minor: str) -> Iterator[tuple[str, str]]:
    """Pointer and reason of what the schema of OpenAPI 3.0 or 3.1 refuses in a document."""
    yield from _errors(_document_validator(minor), raw)


def schema_errors(schema: Any) -> Iterator[tuple[str, str]]:
    """Pointer, from the schema on, and reason of what JSON Schema 2020-12 refuses in a schema."""
    yield from _errors(_schema_validator(), schema)


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


def _errors(validator: Any, instance: Any) -> Iterator[tuple[str, str]]:
    if validator.is_valid(instance):
        return
    reasons: dict[str, dict[str, None]] = {}
    for error in validator.iter_errors(instance):
        for where, reason in _leaves(error):
            reasons.setdefault(where, {})[reason] = None
    # A broken leaf also makes what stands around it "unevaluated"; only the leaves say anything.
    for where, found in reasons.items():
        if not any(other.startswith(where + "/") for other in reasons):
            yield where, "; ".join(list(found)[:_MOST])


def _leaves(error: Any) -> list[tuple[str, str]]:
    """What breaks an error's branches, where it is an `anyOf` or `oneOf` that no branch meets."""
    where = ptr.join("", *error.instance_path)
    branches = getattr(error.kind, "context", None)
    if error.kind.name not in ("anyOf", "oneOf") or not branches or not all(branches):
        return [(where, _shorten(error.message))]
    leaves = [[leaf for inner in branch for leaf in _leaves(inner)] for branch in branches]
    # A branch for references says nothing about an object that is none.
    told = [b for b in leaves if b != [(where, '"$ref" is a required property')]] or leaves
    # The branch that got furthest is the one that was meant.
    depths = [max(place.count("/") for place, _ in branch) for branch in told]
    deepest = max(depths)
    meant = [b for b, depth in zip(told, depths, strict=True) if depth == deepest]
    if len(meant) == 1:
        return meant[0]
    return [(where, " or ".join(dict.fromkeys(reason for b in meant for _, reason in b[:1])))]


def _shorten(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:140]} … {message[-140:]}"
