"""The specifications' own schemas, and their errors reduced to those that a reader can act on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from ...errors import Problem
from ...schema import json_pointer as ptr

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MOST_REASONS = 3
_LONGEST_REASON = 300
_REF = ("$ref",)


def openapi_problems(document: Mapping[str, Any], minor: str) -> Iterator[Problem]:
    """The problems of a document by the JSON Schema of OpenAPI; `minor` is 3.0 or 3.1."""
    yield from _problems(_openapi_validator(minor), document, "openapi")


def json_schema_problems(schema: Any) -> Iterator[Problem]:
    """The problems of a schema by JSON Schema 2020-12; pointers begin at the schema."""
    yield from _problems(_json_schema_validator(), schema, "schema")


@cache
def _openapi_validator(minor: str) -> Any:
    # The package is looked up, not imported: importing it takes longer than starting the server.
    spec = find_spec("openapi_spec_validator")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("openapi_spec_validator", name="openapi_spec_validator")
    folder = Path(spec.submodule_search_locations[0]) / "resources" / "schemas" / f"v{minor}"
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    link = schema.get("$defs", {}).get("link", {}).get("properties", {})
    if "body" in link:
        # An error in the schema of 3.1: section 4.8.20 has a `server` and no `body`.
        link.setdefault("server", link.pop("body"))
    return jsonschema_rs.validator_for(schema, validate_formats=False, offline=True)


@cache
def _json_schema_validator() -> Any:
    return jsonschema_rs.validator_for({"$ref": _DIALECT}, validate_formats=False, offline=True)


def _problems(validator: Any, instance: Any, rule: str) -> Iterator[Problem]:
    if validator.is_valid(instance):
        return
    found: dict[str, list[Problem]] = {}
    for error in validator.iter_errors(instance):
        for leaf in _leaf_problems(error, rule):
            found.setdefault(leaf.pointer, []).append(leaf)
    # An invalid leaf makes what contains it "unevaluated" too; only the leaves are informative, and
    # what is missing around them.
    for pointer, leaves in found.items():
        if any(other.startswith(pointer + "/") for other in found):
            leaves = [leaf for leaf in leaves if leaf.missing]
        if leaves:
            reasons = list(dict.fromkeys(leaf.message for leaf in leaves))
            yield Problem(
                pointer,
                rule,
                "; ".join(reasons[:_MOST_REASONS]),
                unexpected=tuple(dict.fromkeys(n for leaf in leaves for n in leaf.unexpected)),
                missing=tuple(dict.fromkeys(n for leaf in leaves for n in leaf.missing)),
            )


def _leaf_problems(error: jsonschema_rs.ValidationError, rule: str) -> list[Problem]:
    """The problems of an instance that an error of jsonschema-rs comes down to.

    An `anyOf` or `oneOf` is replaced by the errors of the branch that was most likely meant: of
    those for which the instance does not name another kind (`in`, `type`) the one whose errors are
    deepest in the instance. Where several are equally deep, one problem names
    the first reason of each.
    """
    pointer = ptr.join("", *error.instance_path)
    branches = getattr(error.kind, "context", None)
    if error.kind.name not in ("anyOf", "oneOf") or not branches or not all(branches):
        return [_leaf(pointer, rule, error)]
    depth = len(error.instance_path) + 1
    kinds = [[inner for inner in b if _is_other_kind(inner, depth)] for b in branches]
    places = {tuple(inner.instance_path) for others in kinds for inner in others}
    if all(kinds) and len(places) == 1:
        wanted = ", ".join(str(inner.message) for others in kinds for inner in others[:1])
        return [Problem(ptr.join("", *places.pop()), rule, _shortened(wanted))]
    branches = [b for b, others in zip(branches, kinds, strict=True) if not others] or branches
    leaves = [[p for inner in branch for p in _leaf_problems(inner, rule)] for branch in branches]
    # The branch for a Reference Object does not help with an object without `$ref`.
    only_ref = [(pointer, _REF)]
    others = [b for b in leaves if [(leaf.pointer, leaf.missing) for leaf in b] != only_ref]
    others = others or leaves
    depths = [max(leaf.pointer.count("/") for leaf in branch) for branch in others]
    deepest = max(depths)
    meant = [b for b, depth in zip(others, depths, strict=True) if depth == deepest]
    if len(meant) == 1:
        return meant[0]
    first_reasons = dict.fromkeys(leaf.message for branch in meant for leaf in branch[:1])
    return [Problem(pointer, rule, " or ".join(first_reasons))]


def _is_other_kind(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    """Whether a property at a depth has another name than the only one that a branch is for."""
    options = getattr(error.kind, "options", [getattr(error.kind, "expected_value", None)])
    return len(error.instance_path) == depth and len(options) == 1 and isinstance(options[0], str)


def _leaf(pointer: str, rule: str, error: jsonschema_rs.ValidationError) -> Problem:
    unexpected = tuple(map(str, getattr(error.kind, "unexpected", ())))
    missing = (str(getattr(error.kind, "property", "")),) if error.kind.name == "required" else ()
    # Of a path parameter; the name alone reads like a remark about it.
    hint = "; write `required: true`" if missing == ("required",) else ""
    message = _shortened(error.message) + hint
    return Problem(pointer, rule, message, unexpected=unexpected, missing=missing)


def _shortened(message: str) -> str:
    return message if len(message) <= _LONGEST_REASON else f"{message[:140]} … {message[-140:]}"
