"""Starting a server process quickly, by changing the import system of our own processes."""

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
    """A finder of modules that load when an attribute of theirs is first used (PEP 451)."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _UNUSED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def postpone() -> None:
    """Postpone what a start does not need until `resume`. To be called before importing connexion.

    Modules that connexion imports but never uses here are loaded on their first use; before Python
    3.12 two threads that do so at once may find it half loaded. Garbage is not collected, since
    hardly anything that is made during a start is garbage.
    """
    gc.disable()
    sys.meta_path.insert(0, _Postponed())


def resume() -> None:
    """End the start: import and collect as usual, but leave out what exists by now."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Postponed)]
    gc.freeze()
    gc.enable()
