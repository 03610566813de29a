"""Rules for the structure of the document: order of keys, short paths, components in use."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import urlsplit

from ..contract.editing.draft import ORDERS, belongs_in_components
from ..contract.extension_schemas import refusals_of
from ..contract.object_kinds import COMPONENT_SECTIONS, in_condition, is_reference
from ..contract.servers import is_loopback
from ..http.media_type import is_json
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed


def key_order(document: Document) -> Messages:
    """The keys of document, components and operations are in the order of the style guide."""
    for part in document.of_kind(*ORDERS):
        order = ORDERS[part.kind]
        for key in part.node if part.kind != "operation" else ():
            if key not in order and not key.startswith("x-"):
                message = f"this key is not allowed here; allowed: {listed(order)}"
                yield ptr.join(part.pointer, key), message
        present = [key for key in part.node if key in order]
        wanted = [key for key in order if key in part.node]
        for key, right in zip(present, wanted, strict=True):
            if key != right:
                message = f"comes before {right!r}; the order is {listed(wanted)}"
                yield ptr.join(part.pointer, key), message
                break


def thin_paths(document: Document) -> Messages:
    """In paths and webhooks, parameters, request bodies and responses are references."""
    for part in document.parts:
        if belongs_in_components(part):
            section = COMPONENT_SECTIONS[part.kind]
            yield part.pointer, f"written inline; move it to components/{section} and refer to it"


def references(document: Document) -> Messages:
    """A reference is to a whole component, not to a part of one."""
    for part in document.parts:
        if is_reference(part.node):
            reference = part.node["$ref"]
            target = ptr.split(ptr.of_reference(reference))
            if len(target) != 3 or target[0] != "components":
                message = f"{reference!r} refers into a component; make that part a component too"
                yield ptr.join(part.pointer, "$ref"), message


def named_objects(document: Document) -> Messages:
    """A schema with properties is a component; only conditions have properties inline."""
    message = "an inline object with properties; make it a component, or move them next to allOf"
    for part, _ in document.having("properties", "schema"):
        if part.within != "components" and not in_condition(part.pointer):
            yield part.pointer, message


def inline_schemas(document: Document) -> Messages:
    """The schema of a body is a component, unless it is text; so is an object in a parameter."""
    for part, where in document.having("schema", "media type", "parameter", "header"):
        schema, is_body = part.node["schema"], part.kind == "media type"
        is_text = _has_type("string", schema) and not is_json(ptr.split(part.pointer)[-1])
        items = schema.get("items") if isinstance(schema, dict) else None
        has_objects = any(_has_type("object", each) for each in (schema, items))
        if not is_reference(schema) and (not is_text if is_body else has_objects):
            yield where, "written inline; make it a component, so that it gets a model"


def _has_type(name: str, schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("type") == name


def no_titles(document: Document) -> Messages:
    """No schema has a title, since models are named after the components."""
    for _, where in document.having("title", "schema"):
        yield where, "a schema has no title here; put it in the description"


def security(document: Document) -> Messages:
    """Security is declared for the document, and for an operation only if it differs."""
    raw = document.document
    if "security" not in raw:
        yield "", "no security; declare it for the document (`security: []` if it is public)"
    for part, where in document.having("security", "operation"):
        if part.node["security"] == raw.get("security"):
            yield where, "the same as for the document; leave it out"


def server(document: Document) -> Messages:
    """The first server is the vendor's real one."""
    servers = document.document.get("servers") or []
    if not servers:
        yield "", "no servers; write the vendor's real address as servers[0].url"
        return
    url = urlsplit(servers[0]["url"])
    if url.scheme not in ("http", "https") or is_loopback(url.hostname or ""):
        message = f"{servers[0]['url']!r} is not the address of a vendor (https://…)"
        yield "/servers/0/url", message


def used(document: Document) -> Messages:
    """Every component is reachable from an operation, a webhook or x-refusals."""
    references: dict[str, set[str]] = defaultdict(set)
    for part in document.parts:
        owner = _component(part.pointer)
        if is_reference(part.node):
            references[owner].add(_component(ptr.of_reference(part.node["$ref"])))
        if part.kind == "discriminator":
            for target in part.node.get("mapping", {}).values():
                is_name = "/" not in target
                where = ptr.join("/components/schemas", target) if is_name else target.lstrip("#")
                references[owner].add(_component(where))
        if part.kind in ("document", "operation"):
            for requirement in part.node.get("security", ()):
                references[owner] |= {
                    ptr.join("/components/securitySchemes", name) for name in requirement
                }
    references[""].update(where for *_, where in refusals_of(document.document))
    reached: set[str] = set()
    waiting = [""]
    while waiting:
        owner = waiting.pop()
        if owner not in reached:
            reached.add(owner)
            waiting.extend(references[owner])
    for _, name, _, where in document.components():
        if where not in reached:
            yield where, f"{name} is not used by an operation or webhook; use or remove it"


def _component(pointer: str) -> str:
    """The pointer of the component that a pointer is in, empty outside of components."""
    tokens = ptr.split(pointer)
    return ptr.join("", *tokens[:3]) if tokens[:1] == ("components",) and len(tokens) > 2 else ""
