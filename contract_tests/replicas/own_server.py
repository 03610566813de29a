"""`greenroom serve` with other leases, which dies on purpose, or whose store is broken.

A program: what it does is in variables of its environment, as `Own` gives them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenroom.replicas import deliveries, replica, store
from greenroom.server.spaces import shared_access, shared_living
from greenroom.webhooks import worker

PROGRAM = (sys.executable, str(Path(__file__)))
_LEASE, _KILL_AT, _POINTS, _CONFLICTS, _UNCHECKED = (
    f"GREENROOM_TEST_{name}" for name in ("LEASE", "KILL_AT", "POINTS", "CONFLICTS", "UNCHECKED")
)


@dataclass(frozen=True)
class Own:
    """How it differs: seconds of leases, the number of the await of `advance` at which it dies.

    The number of those that there were is in a file `points`; a file `conflicts` has a byte for
    each commit that another process was faster than. `unchecked` leaves out what the store checks
    before a commit.
    """

    lease: float = 0.5
    kill_at: int = 0
    points: str = ""
    conflicts: str = ""
    unchecked: bool = False

    @property
    def variables(self) -> dict[str, str]:
        """Its environment."""
        names = (_LEASE, _KILL_AT, _POINTS, _CONFLICTS, _UNCHECKED)
        given = (self.lease, self.kill_at, self.points, self.conflicts, "yes" * self.unchecked)
        return dict(zip(names, map(str, given), strict=True))


class _Dying:
    """Counts what an advance awaits, also in its tasks, before and after, and dies at one."""

    def __init__(self, kill_at: int, file: str) -> None:
        self._kill_at, self._file, self._count = kill_at, file, 0
        self._is_advancing = ContextVar("is_advancing", default=False)

    def steered(self, real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """From a request to advance on."""

        async def counted(access: Any, respond: Any, context: Any) -> Any:
            self._is_advancing.set(context.operation.id == "advanceClock")
            return await real(access, respond, context)

        return counted

    def awaited(self, real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """What is waited for."""

        async def dangerous(*arguments: Any, **named: Any) -> Any:
            self._passed()
            found = await real(*arguments, **named)
            self._passed()
            return found

        return dangerous

    def _passed(self) -> None:
        if self._is_advancing.get():
            self._count += 1
            if self._file:
                Path(self._file).write_text(str(self._count))
            if self._count == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def _counted(commit: Callable[..., Awaitable[Any]], file: str) -> Callable[..., Awaitable[Any]]:
    """A commit whose conflicts are counted."""

    async def counted(*arguments: Any) -> Any:
        try:
            return await commit(*arguments)
        except store.ConflictError:
            with open(file, "ab", buffering=0) as conflicts:
                conflicts.write(b".")
            raise

    return counted


def _main() -> int:
    from greenroom.cli import main

    lease = float(os.environ[_LEASE])
    deliveries.LEASE = shared_living.LEASE = lease
    replica.GRACE, shared_living.POLL_SECONDS = lease / 2, lease / 2
    dying = _Dying(int(os.environ[_KILL_AT]), os.environ[_POINTS])
    access: Any = shared_access.SharedAccess
    access._steered = dying.steered(access._steered)
    calls: Any = store.Store
    calls._call = dying.awaited(calls._call)
    sending: Any = worker
    sending.send = dying.awaited(sending.send)
    if os.environ[_CONFLICTS]:
        calls.commit = _counted(calls.commit, os.environ[_CONFLICTS])
    if os.environ[_UNCHECKED]:
        checked = store._SCRIPTS["commit"]
        unchecked = checked.replace("version == tonumber(ARGV[2])", "true")
        assert unchecked != checked
        store._SCRIPTS["commit"] = unchecked
    return main()


if __name__ == "__main__":
    sys.exit(_main())
