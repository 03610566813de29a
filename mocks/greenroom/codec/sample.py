"""The documented value of a parameter or body: an example, else a value made from the schema."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..contract.model import MediaType, Parameter
from ..contract.read_write_only import for_requests
from ..contract.relative_time import written_at
from ..schema.generation.sampler import Sampler, UnsatisfiedError
from ..schema.validators import SchemaSet

# The first generates only required parts, the second optional ones too.
_Pair = tuple[Sampler, Sampler]
# Callers use one document after another, each with many schemas.
_REMEMBERED = 8
_samplers: dict[int, tuple[Mapping[str, Any], _Pair]] = {}


def documented_value(
    document: Mapping[str, Any], described: Parameter | MediaType, now: datetime | None = None
) -> Any:
    """The first example of a parameter or a body, else a sample of its schema.

    Without either a parameter is "text", and a body an empty object. With `now`, the example's
    relative times are written as of that moment.
    """
    content = described.content if isinstance(described, Parameter) else None
    examples = described.examples or (content.examples if content else ())
    schema = described.schema or (content.schema if content else None)
    if examples:
        return written_at(examples[0].value, examples[0].relative_times, now)
    if schema is not None:
        return sample(document, schema)
    return "text" if isinstance(described, Parameter) else {}


def sample(document: Mapping[str, Any], pointer: str) -> Any:
    """A small value that is valid by the schema at a pointer.

    It has the required parts, or the optional ones if it would be empty otherwise. Values that the
    schema itself holds (const, enum, examples, default) are taken. None where no value is found.
    """
    try:
        least, most = _samplers_of(document)
        value = least.value(pointer)
        # An empty value does not help a reader, and as a parameter it cannot even be sent.
        return most.value(pointer) if value in ({}, [], "") else value
    except UnsatisfiedError:
        return None


def _samplers_of(document: Mapping[str, Any]) -> _Pair:
    known = _samplers.get(id(document))
    # The document is held, so that no other can have its identity.
    if known is None or known[0] is not document:
        if len(_samplers) >= _REMEMBERED:
            del _samplers[next(iter(_samplers))]
        schemas = SchemaSet(for_requests(document))
        least, most = (Sampler(schemas, "readOnly", full) for full in (False, True))
        known = _samplers[id(document)] = document, (least, most)
    return known[1]
