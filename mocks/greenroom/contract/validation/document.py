"""Whether a document is a valid OpenAPI description, and every problem of one that is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ...errors import Problem
from ...schema import json_pointer as ptr
from ..extension_schemas import is_valid
from ..loading.companion_files import GRAPHQL_KEY
from ..loading.upgrade_30 import upgrade
from ..model import METHODS
from ..object_kinds import Part, reachable_parts
from ..servers import urls
from .metaschema import openapi_problems
from .references import reference_problems
from .schemas import schema_problems

_VERSION = re.compile(r"(3\.[01])\.\d+(?:-.+)?")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")

# Messages for extensions of the wrong form, by the kind of their object and their name.
_EXTENSIONS = {
    "operation": {
        "x-effect": "not a list of effects, for example [read]",
        GRAPHQL_KEY: "not a map with the name of a file, for example {schema: schema.graphql}",
    },
    "security scheme": {
        "x-test-credentials": "not a map from a token to a list of scopes or roles",
    },
}


@dataclass(frozen=True, slots=True)
class Validation:
    """The problems of a document; `document` is its OpenAPI 3.1 form where there are none.

    `warnings` are problems that neither routing nor responses depend on.
    """

    problems: tuple[Problem, ...]
    document: Mapping[str, Any]
    warnings: tuple[Problem, ...] = ()


def validate(
    document: Mapping[str, Any],
    unresolved: Mapping[str, str] | None = None,
    parts: Sequence[Part] | None = None,
) -> Validation:
    """The problems of an OpenAPI 3.0 or 3.1 document, and its OpenAPI 3.1 form.

    The structure is validated with the specification's own JSON Schema; what that cannot express
    (references, path templates, security names, operationIds) is checked here. `unresolved` maps
    the text of a `$ref` to the reason why it could not be followed. `parts` are the
    `reachable_parts` of the document, where the caller knows them. The document is not changed.
    """
    version = document.get("openapi")
    supported = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if supported is None:
        hint = "" if isinstance(version, str) else "; write it as text: '3.1.0'"
        message = f"OpenAPI {version} is not supported; 3.0.x and 3.1.x are{hint}"
        return Validation((Problem("/openapi", "version", message),), document)
    # Everything else relies on the structure, and much of it on references that lead somewhere.
    parts = reachable_parts(document) if parts is None else parts
    problems = (
        tuple(openapi_problems(document, supported[1]))
        or tuple(_component_names(parts))
        or tuple(reference_problems(document, parts, unresolved))
    )
    if problems:
        return Validation(problems, document)
    upgraded = upgrade(document)
    problems = (
        *_servers(parts),
        *_operations(document, parts),
        *schema_problems(document, upgraded, parts),
        *_extensions(parts),
    )
    return Validation(problems, upgraded, tuple(_repeated_ids(parts)))


def _component_names(parts: Iterable[Part]) -> Iterator[Problem]:
    """Invalid names of components (4.7.7.1), which the JSON Schema of 3.0 does not refuse."""
    for part in parts:
        if part.within != "components":
            continue
        name = ptr.split(part.pointer)[-1]
        if not _NAME.fullmatch(name):
            message = f"{name!r} is not a component name; use letters, digits, and any of .-_"
            yield Problem(part.pointer, "component", message)


def _servers(parts: Iterable[Part]) -> Iterator[Problem]:
    for part in parts:
        if part.kind != "server" or part.within == "link":
            continue
        url = next(urls(part.node))
        try:
            urlsplit(url)
        except ValueError as error:
            message = f"{url!r} is not a valid URL: {error}"
            yield Problem(ptr.join(part.pointer, "url"), "server", message)


def _extensions(parts: Iterable[Part]) -> Iterator[Problem]:
    """Extensions of the wrong form, which every reader of a contract relies on."""
    for part in parts:
        for name, message in _EXTENSIONS.get(part.kind, {}).items():
            if name in part.node and not is_valid(name, part.node[name]):
                yield Problem(ptr.join(part.pointer, name), "extension", message)


def _operations(document: Mapping[str, Any], parts: Iterable[Part]) -> Iterator[Problem]:
    yield from _tags(document)
    yield from _paths(document)
    schemes = document.get("components", {}).get("securitySchemes", {})
    for part in parts:
        if part.kind in ("document", "operation"):
            yield from _security(part, schemes)
        if part.kind in ("operation", "path item"):
            yield from _repeated_parameters(document, part)


def _repeated_ids(parts: Iterable[Part]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for part in parts:
        if part.kind == "operation" and (identifier := part.node.get("operationId")) is not None:
            if identifier in seen:
                message = f"{identifier!r} is already used at {seen[identifier]}"
                yield Problem(ptr.join(part.pointer, "operationId"), "operation-id", message)
            seen.setdefault(identifier, part.pointer)


def _security(part: Part, schemes: Mapping[str, Any]) -> Iterator[Problem]:
    for i, all_of in enumerate(part.node.get("security", ())):
        for name in all_of:
            if name not in schemes:
                known = ", ".join(schemes) or "none"
                message = f"there is no security scheme {name!r}; declared: {known}"
                yield Problem(ptr.join(part.pointer, "security", i, name), "security", message)


def _tags(document: Mapping[str, Any]) -> Iterator[Problem]:
    names = [tag["name"] for tag in document.get("tags", ())]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Problem(ptr.join("/tags", i), "tag", f"the tag {name!r} is declared twice")


def _repeated_parameters(document: Mapping[str, Any], part: Part) -> Iterator[Problem]:
    seen = set()
    for i, entry in enumerate(part.node.get("parameters", ())):
        parameter, _ = ptr.resolve(document, entry, "")
        key = (parameter.get("in"), parameter.get("name"))
        if key in seen:
            message = f"the {key[0]} parameter {key[1]!r} is listed twice"
            yield Problem(ptr.join(part.pointer, "parameters", i), "parameter", message)
        seen.add(key)


def _paths(document: Mapping[str, Any]) -> Iterator[Problem]:
    shapes: dict[str, str] = {}
    for path, entry in document.get("paths", {}).items():
        if not path.startswith("/"):
            continue
        where = ptr.join("/paths", path)
        shape = _TEMPLATE.sub("{}", path)
        if shape in shapes:
            message = f"the same path as {shapes[shape]}, since names in braces do not count"
            yield Problem(where, "path", message)
        shapes.setdefault(shape, path)
        item, base = ptr.resolve(document, entry, where)
        for method in METHODS:
            if method in item:
                listed = (*item.get("parameters", ()), *item[method].get("parameters", ()))
                parameters = [ptr.resolve(document, entry, "")[0] for entry in listed]
                yield from _path_parameters(path, parameters, ptr.join(base, method))


def _path_parameters(path: str, parameters: list[Any], where: str) -> Iterator[Problem]:
    declared = dict.fromkeys(p["name"] for p in parameters if p.get("in") == "path")
    names = _TEMPLATE.findall(path)
    for i, name in enumerate(names):
        if name in names[:i]:
            yield Problem(where, "path-parameter", f"the path has {{{name}}} twice")
        elif name not in declared:
            message = f"the path has {{{name}}}, but no path parameter declares it"
            yield Problem(where, "path-parameter", message, missing=(name,))
    for name in declared:
        if name not in names:
            message = f"the path parameter {name!r} is not in the path {path}"
            yield Problem(where, "path-parameter", message)
