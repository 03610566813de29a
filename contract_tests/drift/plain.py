"""The plain command line of schemathesis on the same servers."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from greenroom.contract.model import Contract, Operation
from greenroom.mock.security import good_credentials

from .mutation import Mutation
from .proxy import DriftingServer

# The defaults, with bounded time and repeatable. The stateful phase is off: it needs several
# operations, and fails with a single one.
EXAMPLES = 25
_OPTIONS = (
    "--no-shrink", "--no-color", "--seed", "1", "--max-examples", str(EXAMPLES),
    "--phases", "examples,coverage,fuzzing",
)  # fmt: skip
_SECONDS = 240
_PASSED, _FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Plain:
    """Its verdicts on one operation of two servers: one that conforms, and one that drifts.

    None for no verdict: it failed itself, or did not end in time.
    """

    mutation: Mutation
    good: bool | None
    drifting: bool | None

    @property
    def caught(self) -> bool:
        """Whether the two verdicts differ."""
        return self.good is True and self.drifting is False


def compared(
    server: DriftingServer, mutation: Mutation, known: dict[str, bool | None] | None = None
) -> Plain:
    """Run it on both servers; `known` caches its verdict on the conforming one, by operation."""
    known = {} if known is None else known
    contract = server.original.contract
    operation = next(o for o in contract.operations if o.id == mutation.operation)
    if operation.id not in known:
        with server.drifting(None):
            known[operation.id] = _passes(contract, operation, server.base_url)
    with server.drifting(mutation):
        drifting = _passes(contract, operation, server.base_url)
    return Plain(mutation, known[operation.id], drifting)


def _passes(contract: Contract, operation: Operation, base_url: str) -> bool | None:
    program = Path(sys.executable).with_name("schemathesis")
    fields = [c for c in good_credentials(contract) if c.location == "header"]
    command = [
        str(program), "run", str(Path(contract.file).resolve()), "--url", base_url,
        "--include-operation-id", operation.id, *_OPTIONS,
        *(part for c in fields for part in ("--header", f"{c.name}: {c.value}")),
    ]  # fmt: skip
    # It writes its cache into the working directory.
    with TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return None
    return {_PASSED: True, _FAILED: False}.get(done.returncode)
