"""What follows on the state of a record, and when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ...contract.behaviour.resource import State
from ..merging import value_at
from ..timestamps import moment

# Of a scenario; leaving the state does not stop it.
PLANNED = "plan"
_AFTER = "after"


class Timer(NamedTuple):
    """A state that a record goes into at a moment; `number` is its own on the agenda of the space.

    `by` is `after`, `plan`, or the place of the record that tells the moment.
    """

    due: datetime
    state: str
    by: str = _AFTER
    number: int = 0

    def document(self) -> dict[str, Any]:
        """The timer as JSON."""
        return {**self._asdict(), "due": self.due.isoformat()}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Timer:
        """The timer of a document that `document` made."""
        return cls(**{**document, "due": datetime.fromisoformat(document["due"])})


def entered(state: State, value: Any, now: datetime) -> Iterator[Timer]:
    """What follows on a state that a record enters with a value."""
    for length, to in state.after:
        try:
            yield Timer(now + length, to)
        except OverflowError:
            # No clock gets there.
            continue
    yield from at_moments(state, value, now)


def at_moments(
    state: State, value: Any, now: datetime, at: Collection[str] | None = None
) -> Iterator[Timer]:
    """What follows at moments that a value tells, if given only `at` these places.

    Moments in the past are now.
    """
    for pointer, to in state.at:
        seconds = moment(value_at(value, pointer)) if at is None or pointer in at else None
        if seconds is None:
            continue
        try:
            yield Timer(max(now, datetime.fromtimestamp(seconds, UTC)), to, pointer)
        except (OverflowError, ValueError, OSError):
            continue
