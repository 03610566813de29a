"""The measurements of a run of the benchmark, and their ratios."""

from __future__ import annotations

import platform
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from statistics import median

from .exchange import Limits, Sample
from .rivals import Rival

Figure = Callable[[Sample], float | None]

RATE: Figure = attrgetter("rate")
CPU: Figure = attrgetter("cpu")
_PACKAGES = ("greenroom", "uvicorn", "uvloop", "httptools", "starlette", "connexion")


@dataclass(frozen=True, slots=True)
class Start:
    """What a server needs: milliseconds to its first response, and its memory in MB.

    The memory is what it holds after all rounds, None where the system does not provide it.
    """

    milliseconds: float
    megabytes: float | None


@dataclass(slots=True)
class Results:
    """A run: the servers and what was left out, the limits, and the measurements so far.

    `samples` has one for each round by server and workload, `starts` are by the title of a server.
    """

    rivals: list[Rival]
    left_out: list[str]
    node: str | None
    limits: Limits
    rounds: int
    samples: dict[tuple[str, str], list[Sample]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, Start] = field(default_factory=dict)

    def figure(self, server: str, workload: str, figure: Figure) -> float | None:
        """The median of a figure over the rounds; None where it was not measured."""
        known = [f for f in map(figure, self.samples.get((server, workload), ())) if f is not None]
        return median(known) if known else None

    def ratio(
        self, one: tuple[str, str], other: tuple[str, str], figure: Figure = RATE
    ) -> float | None:
        """The median of the ratios of a figure round by round; None where either is missing."""
        pairs = zip(self.samples.get(one, ()), self.samples.get(other, ()), strict=False)
        ratios = [a / b for a, b in (map(figure, pair) for pair in pairs) if a and b]
        return median(ratios) if ratios else None

    def how(self) -> str:
        """One sentence on how it was measured."""
        limits = self.limits
        return (
            f"{limits.connections} connections, one core for the servers and one for the load, "
            f"medians of {self.rounds} alternating rounds of {limits.seconds:g} s, "
            "every response checked, no request sent twice"
        )

    def where(self) -> str:
        """One line on the date and the software."""
        packages = [f"{name} {version(name)}" for name in _PACKAGES]
        node = [f"Node.js {self.node}"] if self.node else []
        today = datetime.now(UTC).date().isoformat()
        system = f"{platform.system()} {platform.machine()}"
        python = f"Python {platform.python_version()}"
        return ", ".join([today, system, _processor(), python, *packages, *node])


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown processor"
    names = (line.partition(":")[2] for line in text.splitlines() if line.startswith("model name"))
    return next(names, platform.processor()).strip() or "unknown processor"
