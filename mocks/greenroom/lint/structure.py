"""Rules for the structure of the document: order of keys, short paths, named components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from ..contract.object_kinds import in_condition, is_reference
from ..contract.servers import is_loopback
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

_DOCUMENT = (
    "openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components",
)  # fmt: skip
_COMPONENTS = (
    "securitySchemes", "parameters", "headers", "requestBodies", "responses", "schemas", "examples",
)  # fmt: skip
_OPERATION = (
    "operationId", "summary", "description", "tags", "x-effect", "x-effect-reason", "x-provenance",
    "parameters", "requestBody", "responses",
)  # fmt: skip

_SECTIONS = {"parameter": "parameters", "request body": "requestBodies", "response": "responses"}


def key_order(document: Document) -> Messages:
    """The keys of document, components and operations are in the order of the style guide."""
    for part in document.of_kind("document", "components", "operation"):
        order = {"document": _DOCUMENT, "components": _COMPONENTS}.get(part.kind, _OPERATION)
        if part.kind != "operation":
            for key in part.node:
                if key not in order and not key.startswith("x-"):
                    yield (
                        ptr.join(part.pointer, key),
                        f"this key is not allowed here; allowed: {listed(order)}",
                    )
        yield from _in_order(part.pointer, part.node, order)


def _in_order(pointer: str, node: Any, order: Sequence[str]) -> Messages:
    present = [key for key in node if key in order]
    wanted = [key for key in order if key in node]
    for key, right in zip(present, wanted, strict=True):
        if key != right:
            message = f"comes before {right!r}; the order is {listed(wanted)}"
            yield ptr.join(pointer, key), message
            return


def thin_paths(document: Document) -> Messages:
    """In paths and webhooks, parameters, request bodies and responses are references."""
    for part in document.parts:
        section = _SECTIONS.get(part.kind)
        inline = part.within in ("path item", "operation", "responses") and not is_reference(
            part.node
        )
        if section and inline:
            yield part.pointer, f"written inline; move it to components/{section} and refer to it"


def references(document: Document) -> Messages:
    """A reference is to a whole component, not to a part of one."""
    for part in document.parts:
        if is_reference(part.node):
            target = ptr.split(ptr.of_reference(part.node["$ref"]))
            if len(target) != 3 or target[0] != "components":
                message = (
                    f"{part.node['$ref']!r} refers into a component; make that part a component too"
                )
                yield ptr.join(part.pointer, "$ref"), message


def named_objects(document: Document) -> Messages:
    """A schema with properties is a component; only conditions have properties inline."""
    for part in document.of_kind("schema"):
        if part.within == "components" or "properties" not in part.node:
            continue
        if not in_condition(part.pointer):
            message = (
                "an inline object with properties; make it a component, or move them next to allOf"
            )
            yield part.pointer, message


def no_titles(document: Document) -> Messages:
    """No schema has a title, since models are named after the components."""
    for part in document.of_kind("schema"):
        if "title" in part.node:
            yield (
                ptr.join(part.pointer, "title"),
                "a schema has no title here; put it in the description",
            )


def security(document: Document) -> Messages:
    """Security is declared for the document, and for an operation only if it differs."""
    raw = document.document
    if "security" not in raw:
        yield "", "no security; declare it for the document (`security: []` if it is public)"
    for part in document.of_kind("operation"):
        if "security" in part.node and part.node["security"] == raw.get("security"):
            yield (
                ptr.join(part.pointer, "security"),
                "the same as for the document; leave it out",
            )


def server(document: Document) -> Messages:
    """The first server is the real one of the vendor."""
    servers = document.document.get("servers") or []
    if not servers:
        yield "", "no servers; write the vendor's real address as servers[0].url"
        return
    url = urlsplit(servers[0]["url"])
    if url.scheme not in ("http", "https") or is_loopback(url.hostname or ""):
        message = f"{servers[0]['url']!r} is not the address of a vendor (https://…)"
        yield "/servers/0/url", message
