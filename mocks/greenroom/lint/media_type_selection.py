"""The rule for `x-selects-media-type`: a parameter that selects the media type of a response."""

from __future__ import annotations

from ..contract.extension_schemas import problems
from ..contract.object_kinds import Part
from ..schema import json_pointer as ptr
from .document import Document, Messages, listed

KEY = "x-selects-media-type"


def selected(document: Document) -> Messages:
    """x-selects-media-type maps values of a query parameter to documented media types."""
    for part, where in document.having(KEY, "parameter"):
        if part.node["in"] != "query":
            yield where, "only a query parameter can select a media type"
        elif found := list(problems(KEY, part.node, part.pointer)):
            yield from found
        else:
            yield from _values(document, part, where)
            yield from _media_types(document, part, where)


def _values(document: Document, part: Part, where: str) -> Messages:
    for value in part.node[KEY]:
        schema = ptr.join(part.pointer, "schema")
        if "schema" in part.node and not document.schemas.validator(schema).is_valid(value):
            yield ptr.join(where, value), f"{value!r} is not a valid value of the parameter"


def _media_types(document: Document, part: Part, where: str) -> Messages:
    for operation in document.contract.operations:
        if part.pointer not in (parameter.pointer for parameter in operation.parameters):
            continue
        content = [m.name for response in operation.responses for m in response.content]
        documented = list(dict.fromkeys(content))
        for value, media_type in part.node[KEY].items():
            if media_type not in documented:
                message = (
                    f"{operation.id} responds with {listed(documented)}, not with {media_type!r}"
                )
                yield ptr.join(where, value), message
