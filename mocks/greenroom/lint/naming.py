"""Rules for names and texts: operationIds, components, tags, summaries and descriptions."""

from __future__ import annotations

import re

from ..schema import json_pointer as ptr
from ..schema.name_words import words
from .document import Document, Messages, listed

# The verbs that an operationId may have at its end by mistake; most verbs are nouns as well.
_VERBS = frozenset(("add", "create", "delete", "fetch", "find", "get", "list", "remove", "update"))
_VERB_NOUN = re.compile(r"[a-z]+[A-Z][A-Za-z0-9]*"), "verb + noun in camelCase"
_ON_EVENT = re.compile(r"on[A-Z][A-Za-z0-9]*"), "on + the event in camelCase"
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_PASCAL_NO_DIGIT = re.compile(r"[A-Z][A-Za-z0-9]*(?<![0-9])")


def operation_ids(document: Document) -> Messages:
    """Every operation has a camelCase operationId: verb and noun, or `on` and the event."""
    contract = document.contract
    for operation in (*contract.operations, *contract.webhooks):
        pattern, right = _ON_EVENT if operation in contract.webhooks else _VERB_NOUN
        name = ptr.look_up(document.document, operation.pointer).get("operationId")
        if name is None:
            yield operation.pointer, f"no operationId; write {right}"
        elif not pattern.fullmatch(name):
            yield ptr.join(operation.pointer, "operationId"), f"{name!r} is not {right}"
        elif _is_reversed(operation.path, name):
            where = ptr.join(operation.pointer, "operationId")
            yield where, f"{name!r} has its verb at the end; write {right}"


def _is_reversed(path: str, name: str) -> bool:
    """Whether a name begins with a thing of its path and ends with a verb: `interviewGet`."""
    first, *_, last = words(name)
    return last in _VERBS and first not in _VERBS and any(w.startswith(first) for w in words(path))


def component_names(document: Document) -> Messages:
    """Names of components are PascalCase, and those of schemas do not end with a digit."""
    for section, name, _, where in document.components():
        if section == "securitySchemes":
            continue
        pattern = _PASCAL_NO_DIGIT if section == "schemas" else _PASCAL
        if not pattern.fullmatch(name):
            last = ", without a digit at the end" if section == "schemas" else ""
            yield where, f"{name!r} is not PascalCase: letters and digits only{last}"


def summaries(document: Document) -> Messages:
    """Operations and examples have a summary, in sentence case and without a full stop."""
    for part in document.of_kind("operation", "example"):
        summary = part.node.get("summary")
        if not isinstance(summary, str) or not summary.strip():
            yield part.pointer, "no summary; describe it in a few words"
        elif summary.rstrip().endswith(".") or summary[0].islower():
            where = ptr.join(part.pointer, "summary")
            yield where, f"{summary!r} is not in sentence case without a full stop"


def descriptions(document: Document) -> Messages:
    """The API, each parameter and each header have a description."""
    if not str(document.document["info"].get("description", "")).strip():
        yield "/info", "no description; explain what the API is for and what is undocumented"
    for part in document.of_kind("parameter", "header"):
        if not str(part.node.get("description", "")).strip():
            yield part.pointer, "no description; explain what the name leaves open"


def tags(document: Document) -> Messages:
    """Every operation has a tag, every tag is declared, and every declared tag is used."""
    declared = [tag["name"] for tag in document.document.get("tags", ())]
    used: set[str] = set()
    for part in document.of_kind("operation"):
        names = part.node.get("tags", [])
        used.update(names)
        if not names:
            yield part.pointer, f"no tag; declared: {listed(declared)}"
        for i, name in enumerate(names):
            if name not in declared:
                where = ptr.join(part.pointer, "tags", i)
                yield where, f"the tag {name!r} is not declared; declared: {listed(declared)}"
    for i, name in enumerate(declared):
        if name not in used:
            yield ptr.join("/tags", i), f"no operation has the tag {name!r}; remove it"
