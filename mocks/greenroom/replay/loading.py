"""A recording from a file, for the mocks of a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..contract.loading.parsing import read_bytes
from ..contract.model import Contract
from ..errors import GreenroomError
from ..http.har import read
from ..mock.pipeline import Behaviour
from .recording import Recording
from .responder import Enter, Replay


def replayed(
    file: Path, contracts: Sequence[Contract], enter: Enter
) -> tuple[Mapping[str, Behaviour], Sequence[str]]:
    """What is added to the mocks of contracts, by name, and lines that say how much is recorded.

    Raises GreenroomError for a file that is no recording, or has nothing for any of them.
    """
    try:
        entries = read(read_bytes(file), str(file))
    except OSError as error:
        raise GreenroomError(f"{file}: {error.strerror or error}") from error
    found = {contract.name: Recording(contract, entries) for contract in contracts}
    if not any(recording.counts for recording in found.values()):
        raise GreenroomError(f"{file} has no request that can be replayed for {', '.join(found)}")
    behaviours = {name: Replay(each, enter).behaviour for name, each in found.items()}
    return behaviours, list(_notes(found))


def _notes(found: Mapping[str, Recording]) -> Iterator[str]:
    for name, recording in found.items():
        counts = recording.counts
        left_out = "".join(f"; left out: {n} {why}" for why, n in recording.left_out.items())
        yield (
            f"{name}: recorded requests: {sum(counts.values())}, operations: {len(counts)}"
            f"{left_out}"
        )
