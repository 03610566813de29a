"""A parameter that chooses among the media types of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.object_kinds import Part
from ..schema import json_pointer as ptr
from .document import Document, Found, listed

KEY = "x-selects-media-type"


def selected(document: Document) -> Iterator[Found]:
    """x-selects-media-type maps values of a query parameter to documented media types."""
    for part in document.of_kind("parameter"):
        if KEY not in part.node:
            continue
        said, where = part.node[KEY], ptr.join(part.pointer, KEY)
        if part.node.get("in") != "query":
            yield where, "only a query parameter selects a media type"
        elif not isinstance(said, dict) or not said:
            yield where, "not a map from values of the parameter to media types"
        else:
            yield from _values(document, part, where)
            yield from _answers(document, part, where)


def _values(document: Document, part: Part, where: str) -> Iterator[Found]:
    for value in part.node[KEY]:
        schema = ptr.join(part.pointer, "schema")
        if "schema" in part.node and not document.schemas.validator(schema).is_valid(value):
            yield ptr.join(where, value), f"{value!r} is no value of the parameter"


def _answers(document: Document, part: Part, where: str) -> Iterator[Found]:
    for operation in document.contract.operations:
        if part.pointer not in (parameter.pointer for parameter in operation.parameters):
            continue
        content = [m.name for response in operation.responses for m in response.content]
        documented = list(dict.fromkeys(content))
        for value, media_type in part.node[KEY].items():
            if media_type not in documented:
                message = f"{operation.id} answers {listed(documented)}, not {media_type!r}"
                yield ptr.join(where, value), message
