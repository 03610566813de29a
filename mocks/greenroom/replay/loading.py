"""A recording from a file, for the mocks of a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..contract.loading.parsing import read_bytes
from ..contract.model import Contract
from ..errors import GreenroomError
from ..http.har import read
from ..mock.pipeline import Behaviour
from .recording import Recording
from .responder import Enter, Replay


def replayed(
    file: Path, contracts: Sequence[Contract], enter: Enter, tell: Callable[[str], None]
) -> Mapping[str, Behaviour]:
    """What is added to the mocks of contracts, by name; for each, how much is recorded is told.

    Raises GreenroomError for a file that is no recording, or has nothing for any of them.
    """
    try:
        entries = read(read_bytes(file), str(file))
    except OSError as error:
        raise GreenroomError(f"{file}: {error.strerror or error}") from error
    found = {contract.name: Recording(contract, entries) for contract in contracts}
    for name, recording in found.items():
        counts = recording.counts
        left_out = "".join(f"; left out: {n} {why}" for why, n in recording.left_out.items())
        requests, operations = sum(counts.values()), len(counts)
        tell(f"{file}: {requests} requests of {operations} operations of {name}{left_out}")
    if not any(recording.counts for recording in found.values()):
        raise GreenroomError(f"{file} has no request that can be replayed for {', '.join(found)}")
    return {name: Replay(recording, enter).behaviour for name, recording in found.items()}
