"""What is read from the body of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...contract.runtime_expressions import NOTHING
from ...schema.violation import Violation


@dataclass(slots=True, eq=False)
class BodyReading:
    """The value of a body, NOTHING where its media type has none, and what it has of no meaning.

    Those of a request are in its context.
    """

    body_value: Any = field(default=NOTHING, init=False)
    unknown: list[Violation] = field(default_factory=list, init=False)
