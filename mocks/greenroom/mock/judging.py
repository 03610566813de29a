"""What is wrong with the value of a body, told at a bounded cost."""

from __future__ import annotations

from typing import Any

from ..contract.schemas import Schemas
from .parameters import Violation

# jsonschema-rs gathers all errors of a value before it gives the first, each with a copy of what
# is wrong: minutes and gigabytes for a body of a few megabytes that is wrong everywhere.
MOST_PARTS = 10_000
# Quoting a value of megabytes takes seconds, and nobody is shown so much of it.
_QUOTED = 100_000


def body_violations(
    schemas: Schemas, schema: str, value: Any, parts: int, size: int
) -> list[Violation]:
    """The violations of a body of so many parts and bytes that is not valid."""
    if parts > MOST_PARTS:
        return [Violation("body", "", "breaks its schema; too large to say where")]
    faults = schemas.faults(schema, value, brief=size > _QUOTED)
    return [Violation("body", where, message) for where, message in faults]
