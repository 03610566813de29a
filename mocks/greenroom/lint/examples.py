"""Rules for examples: named, in `components/examples`, valid wherever they are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..contract.object_kinds import is_reference
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

_HOME = "#/components/examples/"


def named(document: Document) -> Messages:
    """Examples are in components/examples and referred to from there; no other form is used."""
    for part in document.of_kind("media type", "parameter", "header", "schema"):
        if "example" in part.node:
            where = ptr.join(part.pointer, "example")
            yield where, "singular `example`; move it to components/examples and refer to it"
        if part.kind == "schema" and "examples" in part.node:
            where = ptr.join(part.pointer, "examples")
            yield where, "examples inside a schema; move them to components/examples"
        if part.kind != "schema":
            for key, entry in (part.node.get("examples") or {}).items():
                if not is_reference(entry) or not entry["$ref"].startswith(_HOME):
                    where = ptr.join(part.pointer, "examples", key)
                    yield where, f"written inline; move it to components/examples ({_HOME}…)"
    for part in document.of_kind("example"):
        if "value" not in part.node:
            yield part.pointer, "no `value`; an example is written into the contract"


@dataclass(frozen=True, slots=True)
class _Use:
    """A reference to an example: the pointers of both, the example's value, and the schema's."""

    reference: str
    example: str
    value: Any
    schema: str


def _uses(document: Document) -> Iterator[_Use]:
    """Every reference to an example next to a schema."""
    for part in document.of_kind("media type", "parameter", "header"):
        if "schema" not in part.node:
            continue
        for key, entry in (part.node.get("examples") or {}).items():
            reference = ptr.join(part.pointer, "examples", key)
            example, where = document.resolve(entry, reference)
            if "value" in example:
                schema = ptr.join(part.pointer, "schema")
                yield _Use(reference, where, example["value"], schema)


def valid(document: Document) -> Messages:
    """Every example is valid against the schema of every place where it is used."""
    validated: set[tuple[str, str]] = set()
    for use in _uses(document):
        _, schema = document.resolve(ptr.look_up(document.document, use.schema), use.schema)
        if (use.example, schema) in validated:
            continue
        validated.add((use.example, schema))
        for error in document.schemas_at(use.reference).errors(use.schema, use.value):
            where = ptr.join(use.example, "value") + error.instance
            yield where, f"{error.message} (schema {error.schema}, used at {use.reference})"


def paired(document: Document) -> Messages:
    """A request example and the response to it have the same key."""
    for operation in document.contract.operations:
        if operation.body is None:
            continue
        requests = _keys(document, operation.body.pointer)
        successes = [r for r in operation.responses if r.status.startswith("2")]
        responses = {key for response in successes for key in _keys(document, response.pointer)}
        if requests and responses and not requests & responses:
            message = (
                f"no example of the request ({listed(sorted(requests))}) has the key of an example "
                f"of a 2XX response ({listed(sorted(responses))}); give both the same key"
            )
            yield ptr.join(operation.pointer, "requestBody"), message


def _keys(document: Document, pointer: str) -> set[str]:
    content = ptr.look_up(document.document, pointer).get("content", {})
    return {key for media_type in content.values() for key in media_type.get("examples") or ()}


def path_parameters(document: Document) -> Messages:
    """A path parameter has an example, so that a working request can be written down."""
    for part in document.of_kind("parameter"):
        if part.node["in"] == "path" and not part.node.get("examples"):
            yield part.pointer, "a path parameter needs a named example"
