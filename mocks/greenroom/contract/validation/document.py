"""Is a document a valid OpenAPI description? Every breach with its pointer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ...errors import Breach
from ...schema import json_pointer as ptr
from ..loading.companion_files import KEY as GRAPHQL
from ..loading.upgrade_30 import as_written, upgrade
from ..model import METHODS
from ..object_kinds import Part
from .metaschema import document_flaws
from .problem import Fault
from .references import reachable, reference_faults
from .schemas import schema_faults

_VERSION = re.compile(r"(3\.[01])\.\d+(?:-.+)?")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")

_Found = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a document; `document` is what it says in OpenAPI 3.1, if it is valid."""

    faults: tuple[Fault, ...]
    document: Mapping[str, Any]


def breaches(document: Mapping[str, Any], file: str) -> list[Breach]:
    """Everything that makes a 3.0 or 3.1 document invalid; an empty list for a valid one.

    The structure is judged by the specification's own JSON Schema; what that cannot say
    (references, path templates, security names, operationIds) is checked here.
    """
    return [Breach(file, f.pointer, f.rule, f.message) for f in judge(document).faults]


def judge(
    raw: Mapping[str, Any],
    refused: Mapping[str, str] | None = None,
    found_parts: Sequence[Part] | None = None,
) -> Judgement:
    """What makes a 3.0 or 3.1 document invalid, and the document as OpenAPI 3.1.

    `refused` says why some references cannot be followed, by what they say. `found_parts` are the
    objects of the document as `reachable` finds them, where they are known. The document given is
    left as it is.
    """
    version = raw.get("openapi")
    known = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if known is None:
        right = "; write it as text: '3.1.0'" if not isinstance(version, str) else ""
        message = f"OpenAPI {version} is not supported; 3.0.x and 3.1.x are{right}"
        return Judgement((Fault("/openapi", "version", message),), raw)
    minor = known[1]
    found = [
        Fault(flaw.pointer, "openapi", flaw.reason, flaw.unexpected, flaw.missing)
        for flaw in document_flaws(raw, minor)
    ]
    found = found or [Fault(*entry) for entry in _component_names(raw)]
    if found:
        return Judgement(tuple(found), raw)
    # Everything else relies on the structure, and much of it on references that lead somewhere.
    all_parts = reachable(raw) if found_parts is None else found_parts
    found = list(reference_faults(raw, all_parts, refused))
    if found:
        return Judgement(tuple(found), raw)
    document = current(raw)
    said = (*_servers(raw), *_operations(raw, all_parts))
    found = [Fault(*entry) for entry in said]
    found += schema_faults(document, all_parts, partial(as_written, raw))
    found += [Fault(*entry) for entry in _extensions(all_parts)]
    return Judgement(tuple(found), document)


def current(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """A 3.0 or 3.1 document as OpenAPI 3.1."""
    return upgrade(document) if str(document["openapi"]).startswith("3.0") else document


def _component_names(document: Mapping[str, Any]) -> Iterator[_Found]:
    """What the schema of 3.0 lets pass, and does not judge (4.7.7.1)."""
    for section, named in document.get("components", {}).items():
        for name in named if not section.startswith("x-") else ():
            if not _NAME.fullmatch(name):
                message = f"{name!r} is no name of a component, which has letters, digits and .-_"
                yield ptr.join("/components", section, name), "component", message


def _servers(document: Mapping[str, Any]) -> Iterator[_Found]:
    for i, server in enumerate(document.get("servers", ())):
        url = server["url"]
        for name, variable in server.get("variables", {}).items():
            url = url.replace("{" + name + "}", variable["default"])
        try:
            urlsplit(url)
        except ValueError as error:
            yield ptr.join("/servers", i, "url"), "server", f"{url!r} is no address: {error}"


def _extensions(found: Iterable[Part]) -> Iterator[_Found]:
    """The extensions that every reader of a contract relies on."""
    for part in found:
        if part.kind == "operation" and "x-effect" in part.node:
            if not _is_texts(part.node["x-effect"]):
                where = ptr.join(part.pointer, "x-effect")
                yield where, "extension", "not a list of effects, such as [read]"
        elif part.kind == "security scheme" and "x-test-credentials" in part.node:
            said = part.node["x-test-credentials"]
            if not isinstance(said, dict) or not all(map(_is_texts, said.values())):
                where = ptr.join(part.pointer, "x-test-credentials")
                yield where, "extension", "not a map from a token to a list of scopes or roles"
        if part.kind == "operation" and GRAPHQL in part.node:
            said = part.node[GRAPHQL]
            texts = [said.get("schema"), said.get("rejected", "")] if isinstance(said, dict) else []
            if not texts or not all(isinstance(text, str) for text in texts):
                message = "not a map with the name of a file, such as {schema: schema.graphql}"
                yield ptr.join(part.pointer, GRAPHQL), "extension", message


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _operations(document: Mapping[str, Any], found: Iterable[Part]) -> Iterator[_Found]:
    yield from _security(document, "")
    yield from _tags(document)
    yield from _paths(document)
    seen: dict[str, str] = {}
    for part in found:
        if part.kind == "operation":
            yield from _operation_id(part, seen)
            yield from _security(document, part.pointer)
        if part.kind in ("operation", "path item") and isinstance(part.node, dict):
            yield from _twice(document, part)


def _operation_id(part: Part, seen: dict[str, str]) -> Iterator[_Found]:
    identifier = part.node.get("operationId")
    if identifier is None:
        return
    if identifier in seen:
        message = f"{identifier!r} is already used at {seen[identifier]}"
        yield ptr.join(part.pointer, "operationId"), "operation-id", message
    seen.setdefault(identifier, part.pointer)


def _security(document: Mapping[str, Any], pointer: str) -> Iterator[_Found]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    for i, both in enumerate(ptr.look_up(document, pointer).get("security", ())):
        for name in both:
            if name not in schemes:
                known = ", ".join(schemes) or "none"
                message = f"no security scheme is called {name!r}; declared: {known}"
                yield ptr.join(pointer, "security", i, name), "security", message


def _tags(document: Mapping[str, Any]) -> Iterator[_Found]:
    names = [tag["name"] for tag in document.get("tags", ())]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ptr.join("/tags", i), "tag", f"the tag {name!r} is declared twice"


def _twice(document: Mapping[str, Any], part: Part) -> Iterator[_Found]:
    seen = set()
    for i, entry in enumerate(part.node.get("parameters", ())):
        parameter, _ = ptr.resolve(document, entry, "")
        key = (parameter.get("in"), parameter.get("name"))
        if key in seen:
            message = f"the {key[0]} parameter {key[1]!r} is listed twice"
            yield ptr.join(part.pointer, "parameters", i), "parameter", message
        seen.add(key)


def _paths(document: Mapping[str, Any]) -> Iterator[_Found]:
    shapes: dict[str, str] = {}
    for path, entry in document.get("paths", {}).items():
        if not path.startswith("/"):
            continue
        where = ptr.join("/paths", path)
        shape = _TEMPLATE.sub("{}", path)
        if shape in shapes:
            message = f"the same path as {shapes[shape]}: names in braces do not tell paths apart"
            yield where, "path", message
        shapes.setdefault(shape, path)
        item, base = ptr.resolve(document, entry, where)
        for method in METHODS:
            if method in item:
                yield from _template(document, path, item, item[method], ptr.join(base, method))


def _template(
    document: Mapping[str, Any], path: str, item: Any, operation: Any, where: str
) -> Iterator[_Found]:
    declared: dict[str, None] = {}
    for entry in (*item.get("parameters", ()), *operation.get("parameters", ())):
        parameter, _ = ptr.resolve(document, entry, where)
        if parameter.get("in") == "path":
            declared[parameter["name"]] = None
    names = _TEMPLATE.findall(path)
    for i, name in enumerate(names):
        if name in names[:i]:
            yield where, "path-parameter", f"the path has {{{name}}} twice"
        elif name not in declared:
            message = f"the path has {{{name}}}, but no path parameter declares it"
            yield where, "path-parameter", message
    for name in declared:
        if name not in names:
            message = f"the path parameter {name!r} is not in the path {path}"
            yield where, "path-parameter", message
