"""What a caller may ask of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .effects import Permissions
from .identifiers import Given
from .plan import Volume

EXPIRED = "expired-key"


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is made.

    `writes`, `allowed` (operation ids) and `operations` (ids, None for all) are Permissions.
    `given` are identifiers by `name` or `operationId.name`, `bodies` request bodies by operation
    id, each a Content-Type and bytes. `expired` is a credential that is no longer good. `requests`
    and `seconds` are budgets, `timeout` the seconds that an answer may take. `strict` counts
    additions as drift.
    """

    writes: bool = False
    allowed: frozenset[str] = frozenset()
    operations: frozenset[str] | None = None
    given: Given = field(default_factory=dict)
    bodies: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    expired: str = EXPIRED
    requests: int | None = None
    seconds: float | None = None
    timeout: float = 10.0
    strict: bool = False
    volume: Volume = field(default_factory=Volume)

    @property
    def permissions(self) -> Permissions:
        """What may be sent."""
        return Permissions(self.writes, self.allowed, self.operations)
