"""Rules for examples: named, in `components/examples`, valid wherever they are used."""

from __future__ import annotations

from ..contract.object_kinds import is_reference
from ..schema import json_pointer as ptr
from .document import Document, Messages, examples_of, listed

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


def valid(document: Document) -> Messages:
    """Every example is valid against the schema of every place where it is used."""
    validated: set[tuple[str, str]] = set()
    for part, where in document.having("schema", *_WITH_EXAMPLES):
        _, schema = document.resolve(part.node["schema"], where)
        for key, entry in part.node.get("examples", {}).items():
            use = ptr.join(part.pointer, "examples", key)
            example, pointer = document.resolve(entry, use)
            if "value" in example and (pointer, schema) not in validated:
                validated.add((pointer, schema))
                for error in document.schemas_at(use).errors(where, example["value"]):
                    message = f"{error.message} (schema {error.schema}, used at {use})"
                    yield ptr.join(pointer, "value") + error.instance, message


def paired(document: Document) -> Messages:
    """A request example and the response to it have the same key."""
    for operation in document.contract.operations:
        requests = {example.name for example in examples_of(operation.body)}
        responses = {e.name for response in operation.successes for e in examples_of(response)}
        if requests and responses and not requests & responses:
            message = (
                f"no example of the request ({listed(sorted(requests))}) has the key of an example "
                f"of a 2XX response ({listed(sorted(responses))}); give both the same key"
            )
            yield ptr.join(operation.pointer, "requestBody"), message


def path_parameters(document: Document) -> Messages:
    """A path parameter has an example, so that a working request can be written down."""
    for part in document.of_kind("parameter"):
        if part.node["in"] == "path" and not part.node.get("examples"):
            yield part.pointer, "a path parameter needs a named example"
