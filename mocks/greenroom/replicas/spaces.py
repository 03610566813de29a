"""The spaces of a process as replicas: forgetting one loses nothing, for the store has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from ..state.space import Space
from ..state.spaces import Spaces


class SharedSpaces(Spaces):
    """Those that this process has; one that `is_held` is being used, and stays."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # The store knows what nobody uses.
        self._idle = inf

    is_held: Callable[[str], bool] = staticmethod(lambda name: False)

    def held(self, name: str) -> Space | None:
        """The space of a name as it is here."""
        return self._spaces.get(name)

    def load(self, name: str, about: Mapping[str, Any], used: float) -> Space:
        """A space without records in place of the one that is here, made as another one was."""
        seed, frozen = about["made"]
        space = self._new(name, about["made_by"], seed, frozen, about["mode"])
        space.seed = about["seed"]
        self._add(space)
        space.last_used = used
        return space

    def make_room(self) -> bool:
        """Forget what was not used for longest; whether that was possible."""
        first = next((name for name in self._spaces if not self.is_held(name)), None)
        return first is not None and self.remove(first)

    def _forget(self) -> None:
        while len(self._spaces) > self.most and self.make_room():
            pass
