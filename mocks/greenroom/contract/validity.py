"""Is a document a valid OpenAPI description? Every breach with its pointer, before anything serves it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs

from ..errors import Breach
from . import pointer as ptr
from .model import METHODS
from .schemas import Schemas

_TEMPLATE = re.compile(r"\{([^{}]*)\}")
_SCHEMA_HOLDERS = frozenset(("schema", "schemas"))


def breaches(raw: Mapping[str, Any], file: str) -> list[Breach]:
    """Everything that makes a 3.0 or 3.1 document invalid; an empty list for a valid one.

    The structure is judged by the specification's own JSON Schema; what that cannot say
    (references, path templates, security names, operationIds) is checked here.
    """
    version = str(raw.get("openapi", ""))
    minor = version.rpartition(".")[0]
    if minor not in ("3.0", "3.1"):
        message = f"OpenAPI {version} is not supported; 3.0 and 3.1 are"
        return [Breach(file, "/openapi", "version", message)]
    found = [*_structure(raw, minor), *_references(raw)]
    if not found:
        found = [*_operations(raw), *_schemas(raw)]
    return [Breach(file, where, rule, message) for where, rule, message in found]


_Found = tuple[str, str, str]


@cache
def _meta_schema(minor: str) -> Any:
    # The package is looked up, not imported: importing it takes longer than starting the server.
    spec = find_spec("openapi_spec_validator")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("openapi_spec_validator", name="openapi_spec_validator")
    folder = Path(spec.submodule_search_locations[0]) / "resources" / "schemas" / f"v{minor}"
    schema = json.loads((folder / "schema.json").read_text(encoding="utf-8"))
    return jsonschema_rs.validator_for(schema, validate_formats=False, offline=True)


def _structure(raw: Mapping[str, Any], minor: str) -> Iterator[_Found]:
    validator = _meta_schema(minor)
    if validator.is_valid(raw):
        return
    deepest: dict[str, _Found] = {}
    for error in validator.iter_errors(raw):
        where = ptr.join("", *error.instance_path)
        deepest.setdefault(where, (where, "openapi", _shorten(error.message)))
    # A broken leaf also breaks every `anyOf` around it; only the leaves say anything.
    for where, breach in deepest.items():
        if not any(other != where and other.startswith(where + "/") for other in deepest):
            yield breach


def _shorten(message: str) -> str:
    return message if len(message) <= 300 else f"{message[:140]} … {message[-140:]}"


def _references(raw: Mapping[str, Any]) -> Iterator[_Found]:
    for where, node in ptr.walk(raw):
        if not isinstance(node, dict) or not isinstance(node.get("$ref"), str):
            continue
        if _is_data(where):
            continue
        reference = node["$ref"]
        try:
            if not reference.startswith("#"):
                yield where, "reference", f"{reference!r} is outside this file; only '#/…' is read"
            else:
                ptr.resolve(raw, node, where)
        except (LookupError, ValueError):
            yield where, "reference", f"{reference!r} leads nowhere in this file"


def _is_data(where: str) -> bool:
    """Whether a pointer lies inside an example value, where `$ref` is just a key."""
    tokens = ptr.split(where)
    return any(
        token in ("value", "example", "default", "enum", "const") and i > 0 and "properties" != tokens[i - 1]
        for i, token in enumerate(tokens[:-1])
    )  # fmt: skip


def _operations(raw: Mapping[str, Any]) -> Iterator[_Found]:
    schemes = raw.get("components", {}).get("securitySchemes", {})
    seen: dict[str, str] = {}
    yield from _security(raw.get("security", []), "/security", schemes)
    for section in ("paths", "webhooks"):
        for path, entry in raw.get(section, {}).items():
            if section == "paths" and not path.startswith("/"):
                continue
            item, base = ptr.resolve(raw, entry, ptr.join("", section, path))
            for method in METHODS:
                if method not in item:
                    continue
                operation, where = item[method], ptr.join(base, method)
                identifier = operation.get("operationId")
                if identifier is not None:
                    if identifier in seen:
                        message = f"{identifier!r} is already used at {seen[identifier]}"
                        yield ptr.join(where, "operationId"), "operation-id", message
                    seen.setdefault(identifier, where)
                pointer = ptr.join(where, "security")
                yield from _security(operation.get("security", []), pointer, schemes)
                if section == "paths":
                    yield from _template(raw, path, item, operation, where)


def _security(alternatives: Any, where: str, schemes: Mapping[str, Any]) -> Iterator[_Found]:
    for i, both in enumerate(alternatives):
        for name in both:
            if name not in schemes:
                known = ", ".join(schemes) or "none"
                message = f"no security scheme is called {name!r}; declared: {known}"
                yield ptr.join(where, i, name), "security", message


def _template(
    raw: Mapping[str, Any], path: str, item: Any, operation: Any, where: str
) -> Iterator[_Found]:
    declared = set()
    for entry in (*item.get("parameters", ()), *operation.get("parameters", ())):
        parameter, _ = ptr.resolve(raw, entry, where)
        if parameter.get("in") == "path":
            declared.add(parameter.get("name"))
    for name in _TEMPLATE.findall(path):
        if name not in declared:
            message = f"the path has {{{name}}}, but no path parameter declares it"
            yield where, "path-parameter", message
    for name in declared - set(_TEMPLATE.findall(path)):
        yield where, "path-parameter", f"the path parameter {name!r} is not in the path {path}"


def _schemas(raw: Mapping[str, Any]) -> Iterator[_Found]:
    schemas = Schemas(raw)
    places = [ptr.join("/components/schemas", n) for n in raw.get("components", {}).get("schemas", {})]
    places += [w for w, _ in ptr.walk(raw.get("paths", {}), "/paths") if w.endswith("/schema")]
    for where in places:
        if _is_data(where):
            continue
        try:
            schemas.validator(where)
        except ValueError as error:
            reason = str(error).partition("\n\nFailed")[0]
            yield where, "schema", f"not a valid JSON Schema: {reason}"
