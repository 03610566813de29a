"""How a run tells what it is doing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of every operation that is begun."""

    def operation(self, name: str, phase: str, number: int, total: int) -> None:
        """An operation is begun: its id, the phase of the run, its number of so many."""


class Silent:
    """Says nothing."""

    def operation(self, name: str, phase: str, number: int, total: int) -> None:
        """Say nothing."""
