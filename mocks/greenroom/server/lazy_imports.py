"""Starting a server process of our own quickly, which is nothing to do to that of somebody else."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

# For fetching documents and asking token servers.
_UNUSED = frozenset(("httpx", "requests"))


class _Postponed:
    """A finder of modules that load when an attribute is asked of them (PEP 451)."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _UNUSED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def hasten() -> None:
    """Put off what a start does not need, until `settle` is called. Before connexion is imported.

    What connexion imports and never uses here is loaded when somebody uses it after all; until
    Python 3.12 two threads that do so at once may meet it half loaded. Garbage is not looked for:
    hardly anything that is made meanwhile is any.
    """
    gc.disable()
    sys.meta_path.insert(0, _Postponed())


def settle() -> None:
    """The start is over: what is there stays, and only what comes now may become garbage."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Postponed)]
    gc.freeze()
    gc.enable()
