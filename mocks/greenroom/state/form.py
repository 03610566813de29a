"""How a documented response shows records."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..mock.response.candidates import ResponseCandidate
from ..mock.response.prepared import PreparedResponse
from .values import Projector

SIMULATED = "simulated"
# Most spaces have one seed.
_MOST_SEEDS = 16


@dataclass(slots=True, eq=False)
class Form:
    """A documented response, and what puts the values of records into it, if anything does."""

    candidate: ResponseCandidate
    projector: Projector | None
    _heads: dict[int | str, PreparedResponse] = field(default_factory=dict)

    def head(self, seed: int | str) -> PreparedResponse:
        """What is the same in all of its JSON responses: the head, without the length."""
        made = self._heads.get(seed)
        if made is None:
            made = self.candidate.of_value({}, SIMULATED, str(seed))
            made.head = made.head.replace(b"content-length: 2\r\n", b"")
            if len(self._heads) < _MOST_SEEDS:
                self._heads[seed] = made
        return made
