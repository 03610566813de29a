"""What was decided about a request to a simulated API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .record import Record
from .store import Change

# The kinds of refusal, as `X-Greenroom-Refusal` names them.
UNKNOWN_RESOURCE = "unknown-resource"
UNKNOWN_REFERENCE = "unknown-reference"
CONFLICT = "conflict"


class RefusedError(Exception):
    """A request that is refused: the kind, a reason, the status, None for that of the kind.

    `about` is the resource that is missing, `named` what the request names it by.
    """

    def __init__(
        self, kind: str, reason: str, status: str | None = None, about: str = "", named: str = ""
    ) -> None:
        super().__init__(reason)
        self.kind, self.reason, self.status = kind, reason, status
        self.about, self.named = about, named


@dataclass(slots=True)
class Outcome:
    """The changes of a request, and the records that its response shows.

    `scopes` are the records that its path names around them, `numbers` those of a list. `notes` are
    sentences about what was not done.
    """

    changes: list[Change] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    scopes: list[Record] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
