"""Rules for examples: named, in `components/examples`, valid wherever they are used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..contract.object_kinds import is_reference
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

_HOME = "#/components/examples/"
_WITH_EXAMPLES = ("media type", "parameter", "header")


def named(document: Document) -> Messages:
    """Examples are in components/examples and referred to from there; no other form is used."""
    for _, where in document.having("example", *_WITH_EXAMPLES, "schema"):
        yield where, "singular `example`; move it to components/examples and refer to it"
    for _, where in document.having("examples", "schema"):
        yield where, "examples inside a schema; move them to components/examples"
    for part, where in document.having("examples", *_WITH_EXAMPLES):
        for key, entry in part.node["examples"].items():
            if not is_reference(entry) or not entry["$ref"].startswith(_HOME):
                message = f"written inline; move it to components/examples ({_HOME}…)"
                yield ptr.join(where, key), message
    for part in document.of_kind("example"):
        if "value" not in part.node:
            yield part.pointer, "no `value`; an example is written into the contract"


@dataclass(frozen=True, slots=True)
class _ExampleUse:
    """A reference to an example: the pointers of both, the example's value, and the schema's."""

    reference: str
    example: str
    value: Any
    schema: str


def _uses(document: Document) -> Iterator[_ExampleUse]:
    """Every reference to an example next to a schema."""
    for part, schema in document.having("schema", *_WITH_EXAMPLES):
        for key, entry in part.node.get("examples", {}).items():
            reference = ptr.join(part.pointer, "examples", key)
            example, where = document.resolve(entry, reference)
            if "value" in example:
                yield _ExampleUse(reference, where, example["value"], schema)


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
        pointers = [response.pointer for response in operation.successes]
        responses = {key for pointer in pointers for key in _keys(document, pointer)}
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
