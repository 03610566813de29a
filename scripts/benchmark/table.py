"""Figures as a table: for a terminal, or in Markdown for the README."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from operator import attrgetter
from pathlib import Path
from statistics import median

from .load import Sample
from .workloads import ACCEPTED, OURS, REFUSED, RIVALS, WORKLOADS, YARDSTICK

# By workload and server, one sample for each round.
Samples = Mapping[tuple[str, str], Sequence[Sample]]
Row = tuple[str, ...]

_HEAD = ("", "requests/s", "p50 ms", "p99 ms", "x Starlette", "CPU µs/request", "x by CPU")
_STARTS = ("", "first answer after ms", "peak memory MB")
_PACKAGES = ("greenroom", "uvicorn", "uvloop", "httptools", "starlette", "connexion")
# Above this share of its core the generator may be what was measured; a server that has less of
# its core shares it with something else.
_BUSY = 0.9


@dataclass(frozen=True, slots=True)
class Start:
    """What it takes to start a server; `peak` is None where the system does not tell."""

    title: str
    milliseconds: float
    peak: float | None


def render(samples: Samples, starts: Sequence[Start], markdown: bool) -> str:
    """Everything measured, as text that ends with a line break."""
    parts = [machine()]
    for workload in WORKLOADS:
        rows = list(_rows(samples, workload.name))
        if rows:
            parts += [_title(workload.title, markdown), _table([_HEAD, *rows], markdown)]
    if starts:
        rows = [(s.title, f"{s.milliseconds:,.0f}", _number(s.peak, "{:,.0f}")) for s in starts]
        parts += [_title("Start and memory", markdown), _table([_STARTS, *rows], markdown)]
    parts += list(_remarks(samples))
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """One line on where, when and with what."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    system = f"{platform.system()} {platform.machine()}, {_processor()}"
    today = datetime.now(UTC).date().isoformat()
    return f"{today}, {system}, Python {platform.python_version()}, {packages}"


def ratio(
    samples: Samples,
    one: tuple[str, str],
    other: tuple[str, str],
    figure: Callable[[Sample], float | None] = attrgetter("rate"),
) -> float | None:
    """The median of the per-round ratios of a figure; None where either was not measured."""
    pairs = zip(samples.get(one, ()), samples.get(other, ()), strict=False)
    ratios = [a / b for a, b in (map(figure, pair) for pair in pairs) if a and b]
    return median(ratios) if ratios else None


def _rows(samples: Samples, workload: str) -> Iterable[Row]:
    for rival in RIVALS:
        rounds = samples.get((workload, rival.name))
        if rounds:
            cpus = [sample.cpu for sample in rounds if sample.cpu is not None]
            ours, theirs = (workload, rival.name), (workload, YARDSTICK)
            yield (
                rival.title,
                f"{median(sample.rate for sample in rounds):,.0f}",
                f"{median(sample.p50 for sample in rounds):.2f}",
                f"{median(sample.p99 for sample in rounds):.2f}",
                _number(ratio(samples, ours, theirs), "{:.2f}"),
                _number(median(cpus) if cpus else None, "{:.1f}"),
                _number(ratio(samples, theirs, ours, attrgetter("cpu")), "{:.2f}"),
            )


def _remarks(samples: Samples) -> Iterable[str]:
    refused, accepted = (REFUSED, OURS), (ACCEPTED, OURS)
    if samples.get(refused) and samples.get(accepted):
        by_rate = _number(ratio(samples, refused, accepted), "{:.2f}")
        by_cpu = _number(ratio(samples, accepted, refused, attrgetter("cpu")), "{:.2f}")
        yield f"Refused POST over accepted: {by_rate} by rate, {by_cpu} by CPU."
    shares = [s.rate * s.cpu / 1e6 for rounds in samples.values() for s in rounds if s.cpu]
    if shares and median(shares) < _BUSY:
        yield (
            f"The servers had {median(shares):.0%} of their core, the rest went to other processes:"
            " rates are low, and the ratios by CPU are the steadier ones."
        )
    if samples:
        share = max(sample.generator for rounds in samples.values() for sample in rounds)
        remark = f"The load generator used at most {share:.0%} of its core."
        if share > _BUSY:
            remark += " The fastest figures are what it could ask, not what could be answered."
        yield remark


def _title(text: str, markdown: bool) -> str:
    return f"**{text}**" if markdown else text


def _table(rows: Sequence[Row], markdown: bool) -> str:
    if markdown:
        head, *body = (f"| {' | '.join(row)} |" for row in rows)
        return "\n".join([head, f"| --- |{' ---: |' * (len(rows[0]) - 1)}", *body])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or "unknown processor"
    names = (line.partition(":")[2] for line in told.splitlines() if line.startswith("model name"))
    return next(names, platform.processor()).strip() or "unknown processor"
