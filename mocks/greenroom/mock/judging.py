"""What is wrong with a value from a client, told at a bounded cost."""

from __future__ import annotations

from typing import Any

from ..contract import pointer as ptr
from ..contract.schemas import Schemas
from .violation import Violation

# jsonschema-rs gathers all errors of a value before it gives the first, each with a copy of what
# is wrong: minutes and gigabytes for a body of a few megabytes that is wrong everywhere.
MOST_PARTS = 10_000
# Parameters have few parts, and each that is wrong would be told again by what is read beside it.
_MOST_OF_PARAMETERS = 1_000
# Quoting a value of megabytes takes seconds, and nobody is shown so much of it.
_QUOTED = 100_000
_MASK = "the value"


def violations(
    schemas: Schemas,
    schema: str,
    value: Any,
    parts: int,
    size: int,
    location: str = "body",
    where: str = "",
) -> list[Violation]:
    """The violations of a value of so many parts and bytes that is not valid.

    It stands at a pointer `where` in its location.
    """
    if parts > (MOST_PARTS if location == "body" else _MOST_OF_PARAMETERS):
        return [Violation(location, where, "breaks its schema; too large to say where")]
    validator = schemas.validator(schema, _MASK if size > _QUOTED else None)
    return [
        Violation(location, ptr.join(where, *error.instance_path), error.message)
        for error in validator.iter_errors(value)
    ]
