"""The options of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Values by `name`, or by `operationId.name` for one operation alone.
Given = Mapping[str, str]

EXPIRED = "expired-key"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may send, and how much.

    `writes` allows operations that do more than read. `allowed` are ids of operations that the
    caller allowed one by one, as required for those that contact a person, cost money, subscribe
    an address, or change what the run did not create. `only` restricts a run to some operations,
    None does not.

    `given` are identifiers, `bodies` request bodies by operation id, each a Content-Type and bytes.
    `receiver` is the address for subscriptions, a reserved one if None. `places` says where a
    setting is written that is not an option: a file with a pointer, by `--param NAME`.
    `expired` is a credential that has expired. `requests` and `seconds` are budgets, `timeout` the
    seconds that a response may take. `strict` counts additions as drift.

    How much is sent for each operation in addition to its documented examples: `generated` requests
    of schemathesis, for operations that read and, if `thorough`, for those that write; `invalid`
    requests that violate the contract in one place each; `credentials` for requests without a valid
    credential; `paging` for requests of two pages.
    """

    writes: bool = False
    allowed: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    given: Given = field(default_factory=dict)
    bodies: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    receiver: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)
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

    def place(self, option: str) -> str:
        """How a message names a setting: as the option, or by the place in a file."""
        return self.places.get(option, option)
