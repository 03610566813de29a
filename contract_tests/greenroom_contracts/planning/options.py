"""What a caller may ask of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .effects import Permissions
from .identifiers import Given

EXPIRED = "expired-key"


@dataclass(frozen=True, slots=True)
class Options:
    """How a run is made.

    `writes`, `allowed` and `only` are those of Permissions. `given` are identifiers by `name` or
    `operationId.name`, `bodies` request bodies by operation id, each a Content-Type and bytes.
    `expired` is a credential that has expired. `requests` and `seconds` are budgets, `timeout` the
    seconds that a response may take. `strict` counts additions as drift.

    How much is sent for each operation in addition to its documented examples: `generated` requests
    of schemathesis, for operations that read and, if `thorough`, for those that write; `invalid`
    requests that violate the contract in one place each; with `credentials` some without a good
    credential, with `paging` some for further pages.
    """

    writes: bool = False
    allowed: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    given: Given = field(default_factory=dict)
    bodies: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    expired: str = EXPIRED
    requests: int | None = None
    seconds: float | None = None
    timeout: float = 10.0
    strict: bool = False
    generated: int = 10
    invalid: int = 6
    credentials: bool = True
    paging: bool = True
    thorough: bool = False

    @property
    def permissions(self) -> Permissions:
        """What may be sent."""
        return Permissions(self.writes, self.allowed, self.only)
