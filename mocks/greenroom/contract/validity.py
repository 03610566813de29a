"""Is a document a valid OpenAPI description? Every breach with its pointer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from ..errors import Breach
from . import pointer as ptr
from .anatomy import DATA, Part, is_reference, kind_at, parts
from .beside import KEY as GRAPHQL
from .metaschema import document_errors, schema_errors
from .model import METHODS
from .openapi30 import upgrade
from .schemas import Schemas

_VERSION = re.compile(r"(3\.[01])\.\d+(?:-.+)?")
_TEMPLATE = re.compile(r"\{([^{}]*)\}")

_Found = tuple[str, str, str]


def breaches(raw: Mapping[str, Any], file: str) -> list[Breach]:
    """Everything that makes a 3.0 or 3.1 document invalid; an empty list for a valid one.

    The structure is judged by the specification's own JSON Schema; what that cannot say
    (references, path templates, security names, operationIds) is checked here.
    """
    version = raw.get("openapi")
    known = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if known is None:
        right = "; write it as text: '3.1.0'" if not isinstance(version, str) else ""
        message = f"OpenAPI {version} is not supported; 3.0.x and 3.1.x are{right}"
        return [Breach(file, "/openapi", "version", message)]
    minor = known[1]
    found = [(where, "openapi", reason) for where, reason in document_errors(raw, minor)]
    # Everything else relies on the structure, and much of it on references that lead somewhere.
    found = found or list(_references(raw))
    if not found:
        schemas = _schemas(upgrade(raw) if minor == "3.0" else raw)
        found = [*_servers(raw), *_operations(raw), *schemas, *_extensions(raw)]
    return [Breach(file, where, rule, message) for where, rule, message in found]


def _references(raw: Mapping[str, Any]) -> Iterator[_Found]:
    for part in parts(raw):
        if not is_reference(part.node):
            continue
        where = ptr.join(part.pointer, "$ref")
        reference = part.node["$ref"]
        if not reference.startswith("#"):
            yield where, "reference", f"{reference!r} is outside this file; only '#/…' is read"
            continue
        if reference != "#" and not reference.startswith("#/"):
            yield where, "reference", f"{reference!r} is an anchor; only '#/…' is read"
            continue
        try:
            _, target = ptr.resolve(raw, part.node, part.pointer)
        except LookupError:
            message = f"{reference!r} leads nowhere in this file, or in a circle"
            yield where, "reference", message
            continue
        kind = kind_at(target)
        # JSON Schema lets a schema lie anywhere, such as under an extension.
        if kind != part.kind and not (part.kind == "schema" and kind == DATA):
            yield where, "reference", f"{reference!r} is no {part.kind}"


def _servers(raw: Mapping[str, Any]) -> Iterator[_Found]:
    for i, server in enumerate(raw.get("servers", ())):
        url = server["url"]
        for name, variable in server.get("variables", {}).items():
            url = url.replace("{" + name + "}", variable["default"])
        try:
            urlsplit(url)
        except ValueError as error:
            yield ptr.join("/servers", i, "url"), "server", f"{url!r} is no address: {error}"


def _extensions(raw: Mapping[str, Any]) -> Iterator[_Found]:
    """The extensions that every reader of a contract relies on."""
    for part in parts(raw):
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


def _operations(raw: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _security(raw, "")
    yield from _tags(raw)
    yield from _paths(raw)
    seen: dict[str, str] = {}
    for part in parts(raw):
        if part.kind == "operation":
            yield from _operation_id(part, seen)
            yield from _security(raw, part.pointer)
        if part.kind in ("operation", "path item") and isinstance(part.node, dict):
            yield from _twice(raw, part)


def _operation_id(part: Part, seen: dict[str, str]) -> Iterator[_Found]:
    identifier = part.node.get("operationId")
    if identifier is None:
        return
    if identifier in seen:
        message = f"{identifier!r} is already used at {seen[identifier]}"
        yield ptr.join(part.pointer, "operationId"), "operation-id", message
    seen.setdefault(identifier, part.pointer)


def _security(raw: Mapping[str, Any], pointer: str) -> Iterator[_Found]:
    schemes = raw.get("components", {}).get("securitySchemes", {})
    for i, both in enumerate(ptr.look_up(raw, pointer).get("security", ())):
        for name in both:
            if name not in schemes:
                known = ", ".join(schemes) or "none"
                message = f"no security scheme is called {name!r}; declared: {known}"
                yield ptr.join(pointer, "security", i, name), "security", message


def _tags(raw: Mapping[str, Any]) -> Iterator[_Found]:
    names = [tag["name"] for tag in raw.get("tags", ())]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ptr.join("/tags", i), "tag", f"the tag {name!r} is declared twice"


def _twice(raw: Mapping[str, Any], part: Part) -> Iterator[_Found]:
    seen = set()
    for i, entry in enumerate(part.node.get("parameters", ())):
        parameter, _ = ptr.resolve(raw, entry, "")
        key = (parameter.get("in"), parameter.get("name"))
        if key in seen:
            message = f"the {key[0]} parameter {key[1]!r} is listed twice"
            yield ptr.join(part.pointer, "parameters", i), "parameter", message
        seen.add(key)


def _paths(raw: Mapping[str, Any]) -> Iterator[_Found]:
    shapes: dict[str, str] = {}
    for path, entry in raw.get("paths", {}).items():
        if not path.startswith("/"):
            continue
        where = ptr.join("/paths", path)
        shape = _TEMPLATE.sub("{}", path)
        if shape in shapes:
            message = f"the same path as {shapes[shape]}: names in braces do not tell paths apart"
            yield where, "path", message
        shapes.setdefault(shape, path)
        item, base = ptr.resolve(raw, entry, where)
        for method in METHODS:
            if method in item:
                yield from _template(raw, path, item, item[method], ptr.join(base, method))


def _template(
    raw: Mapping[str, Any], path: str, item: Any, operation: Any, where: str
) -> Iterator[_Found]:
    declared: dict[str, None] = {}
    for entry in (*item.get("parameters", ()), *operation.get("parameters", ())):
        parameter, _ = ptr.resolve(raw, entry, where)
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


def _schemas(raw: Mapping[str, Any]) -> Iterator[_Found]:
    schemas = [part for part in parts(raw) if part.kind == "schema"]
    roots = [part for part in schemas if part.within != "schema"]
    malformed = [
        (root.pointer + where, reason)
        for root in roots
        for where, reason in schema_errors(root.node)
    ]
    malformed += [entry for part in schemas for entry in _patterns(part)]
    for where, reason in malformed:
        yield where, "schema", f"not a valid JSON Schema: {reason}"
    if malformed:
        return
    compiled, told = Schemas(raw), set()
    for root in roots:
        try:
            compiled.validator(root.pointer)
        except ValueError as error:
            reason = str(error).partition("\n\nFailed")[0]
            # Everything that refers to a broken schema fails for the same reason.
            if reason not in told:
                told.add(reason)
                yield root.pointer, "schema", f"not a valid JSON Schema: {reason}"


def _patterns(part: Part) -> Iterator[tuple[str, str]]:
    if not isinstance(part.node, dict):
        return
    written = [(ptr.join(part.pointer, "pattern"), part.node.get("pattern"))]
    for pattern in part.node.get("patternProperties", ()):
        written += [(ptr.join(part.pointer, "patternProperties", pattern), pattern)]
    for where, pattern in written:
        if isinstance(pattern, str):
            try:
                jsonschema_rs.validator_for({"pattern": pattern}, offline=True)
            except ValueError:
                yield where, f"{pattern!r} is no regular expression that can be compiled"
