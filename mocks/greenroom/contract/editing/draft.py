"""The first draft of a contract from an OpenAPI file: what specs/README.md asks for by its form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...schema import json_pointer as ptr
from ...schema.name_words import words
from ..loading.bundling import copied
from ..object_kinds import COMPONENT_SECTIONS, Part, in_condition, is_reference, parts
from ..provenance import PROVENANCE_KEY

_SOURCE = "openapi-file"
_EFFECTS = {"post": "create", "put": "change", "patch": "change", "delete": "delete"}
_IN_PATHS = frozenset(("path item", "operation", "responses"))
_OF_PATHS = frozenset(("parameter", "request body", "response"))
# The order of keys that the style guide asks for.
ORDERS = {
    "document": (
        "openapi", "info", "servers", "security", "tags", "paths", "webhooks", "components",
    ),
    "components": (
        "securitySchemes", "parameters", "headers", "requestBodies", "responses", "schemas",
        "examples",
    ),
    "operation": (
        "operationId", "summary", "description", "tags", "x-effect", "x-effect-reason",
        PROVENANCE_KEY, "parameters", "requestBody", "responses",
    ),
}  # fmt: skip
# Steps of a pointer that say nothing about what is there.
_UNSAID = frozenset(("content", "schema", "responses", "properties", "examples", "items"))


def draft(document: Mapping[str, Any], title: str, day: str) -> dict[str, Any]:
    """A contract that begins with a valid OpenAPI 3.1 document; nothing that it states is lost.

    Parameters, bodies, responses, examples and objects become components; operations get an id and
    the effect that their method suggests. Every statement is `published`, with the file, of this
    title and read on this day, as its source.
    """
    made: dict[str, Any] = copied(document)
    for operation in _of_kind(made, "operation"):
        _complete(operation)
    for part in _of_kind(made, "media type", "parameter", "header"):
        if "example" in part.node:
            part.node["examples"] = {"Example": {"value": part.node.pop("example")}}
    # Inner objects first, so that the pointers of the others stay right.
    for part in reversed(list(parts(made))):
        if _is_inline(part):
            _move(made, part)
    for part in list(parts(made)):
        is_own = part.kind == "operation" or part.within == "components"
        if is_own and isinstance(part.node, dict) and not is_reference(part.node):
            part.node.setdefault(PROVENANCE_KEY, {"basis": "published", "source": _SOURCE})
            if part.kind == "example":
                part.node.setdefault("summary", f"Published in {title}")
    for part in list(parts(made)):
        if part.kind in ORDERS:
            _ordered(part.node, ORDERS[part.kind])
    source = {"title": title, "url": "https://vendor.example/openapi.yaml", "date": day}
    made["info"].setdefault("x-sources", {_SOURCE: source})
    return made


def _of_kind(document: Mapping[str, Any], *kinds: str) -> list[Part]:
    return [p for p in parts(document) if p.kind in kinds and not is_reference(p.node)]


def _complete(part: Part) -> None:
    """Give an operation the id, the summary and the effect that it lacks."""
    *_, path, method = ptr.split(part.pointer)
    is_webhook = part.pointer.startswith("/webhooks/")
    spoken = words(f"{'on' if is_webhook else method} {path}")
    part.node.setdefault("operationId", spoken[0] + "".join(map(str.capitalize, spoken[1:])))
    part.node.setdefault("summary", " ".join(spoken).capitalize())
    if not is_webhook:
        part.node.setdefault("x-effect", [_EFFECTS.get(method, "read")])


def _is_inline(part: Part) -> bool:
    """Whether the style guide wants an object to be a component, and it is none."""
    node, kind = part.node, part.kind
    if not isinstance(node, dict) or is_reference(node) or part.within == "components":
        return False
    if kind == "schema":
        has_properties = "properties" in node and not in_condition(part.pointer)
        return has_properties or (part.within == "media type" and node.get("type") != "string")
    return kind == "example" or belongs_in_components(part)


def belongs_in_components(part: Part) -> bool:
    """Whether an object stands in the paths where the style guide wants a reference to it."""
    return part.kind in _OF_PATHS and part.within in _IN_PATHS and not is_reference(part.node)


def _move(document: dict[str, Any], part: Part) -> None:
    """Make a part a component, the same one for equal parts, and refer to it."""
    section = COMPONENT_SECTIONS[part.kind]
    known: dict[str, Any] = document.setdefault("components", {}).setdefault(section, {})
    place, _, _ = part.pointer.rpartition("/")
    holder, key = ptr.look_up(document, place), ptr.split(part.pointer)[-1]
    name = _name(document, part)
    while known.setdefault(name, part.node) != part.node:
        name += "Other"
    reference = {"$ref": ptr.reference_to(ptr.join("/components", section, name))}
    holder[int(key) if isinstance(holder, list) else key] = reference


def _name(document: Mapping[str, Any], part: Part) -> str:
    """A name for a component: a parameter's own, else of its operation or component and place."""
    if part.kind == "parameter":
        return _pascal(part.node["name"])
    top, _, *inside = ptr.split(part.pointer)
    owner = inside.pop(0)
    if top != "components":
        operation = ptr.look_up(document, ptr.join("", *ptr.split(part.pointer)[:3]))
        owner = operation["operationId"] if isinstance(operation, dict) else owner
    name = _pascal(owner, *(token for token in inside if token not in _UNSAID))
    return f"{name}Object" if part.kind == "schema" and name[-1].isdecimal() else name


def _pascal(*names: str) -> str:
    name = "".join(word.capitalize() for text in names for word in words(text))
    return name if name[:1].isalpha() else f"Part{name}"


def _ordered(node: dict[str, Any], order: Sequence[str]) -> None:
    """Sort the keys of an object in place, those without a place in the order last."""
    entries = sorted(node.items(), key=lambda e: (*order, e[0]).index(e[0]))
    node.clear()
    node.update(entries)
