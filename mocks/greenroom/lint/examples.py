"""Examples: named, in one place, valid wherever they are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..contract.object_kinds import is_reference
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

_HOME = "#/components/examples/"


def named(document: Document) -> Iterator[Found]:
    """Examples stand in components/examples and are referred to by name; no other form is used."""
    for part in document.of_kind("media type", "parameter", "header", "schema"):
        if "example" in part.node:
            where = ptr.join(part.pointer, "example")
            yield where, "singular `example`; name it in components/examples and refer to it"
        if part.kind == "schema" and "examples" in part.node:
            where = ptr.join(part.pointer, "examples")
            yield where, "examples inside a schema; name them in components/examples"
        if part.kind != "schema":
            for key, entry in (part.node.get("examples") or {}).items():
                if not is_reference(entry) or not entry["$ref"].startswith(_HOME):
                    where = ptr.join(part.pointer, "examples", key)
                    yield where, f"written inline; move it to components/examples ({_HOME}…)"
    for part in document.of_kind("example"):
        if "value" not in part.node:
            yield part.pointer, "no value; an example is written out here"


@dataclass(frozen=True, slots=True)
class Use:
    """An example at a place that refers to it: both pointers, its value and the place's schema."""

    site: str
    example: str
    value: Any
    schema: str


def uses(document: Document) -> Iterator[Use]:
    """Every named example at every place with a schema that it is used at."""
    for part in document.of_kind("media type", "parameter", "header"):
        if "schema" not in part.node:
            continue
        for key, entry in (part.node.get("examples") or {}).items():
            site = ptr.join(part.pointer, "examples", key)
            example, where = document.resolve(entry, site)
            if "value" in example:
                schema = ptr.join(part.pointer, "schema")
                yield Use(site, where, example["value"], schema)


def valid(document: Document) -> Iterator[Found]:
    """Every example is valid against the schema of every place that it is used at."""
    judged: set[tuple[str, str]] = set()
    for use in uses(document):
        _, schema = document.resolve(ptr.look_up(document.document, use.schema), use.schema)
        if (use.example, schema) in judged:
            continue
        judged.add((use.example, schema))
        for error in document.schemas_at(use.site).errors(use.schema, use.value):
            where = ptr.join(use.example, "value") + error.instance
            yield where, f"{error.message}; says {error.schema}, used at {use.site}"


def paired(document: Document) -> Iterator[Found]:
    """A request example and the answer to it share their key."""
    for operation in document.contract.operations:
        if operation.body is None:
            continue
        asked = _keys(document, operation.body.pointer)
        answers = [r for r in operation.responses if r.status.startswith("2")]
        answered = {key for response in answers for key in _keys(document, response.pointer)}
        if asked and answered and not asked & answered:
            message = (
                f"no example of the request ({listed(sorted(asked))}) has the key of an answer "
                f"({listed(sorted(answered))}); a request and the answer to it share one"
            )
            yield ptr.join(operation.pointer, "requestBody"), message


def _keys(document: Document, pointer: str) -> set[str]:
    content = ptr.look_up(document.document, pointer).get("content", {})
    return {key for media_type in content.values() for key in media_type.get("examples") or ()}


def path_parameters(document: Document) -> Iterator[Found]:
    """A path parameter has an example, so that a working request can be written down."""
    for part in document.of_kind("parameter"):
        if part.node["in"] == "path" and not part.node.get("examples"):
            yield part.pointer, "a path parameter needs a named example"
