"""Results as text: tables for a terminal, and in Markdown for the README."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .results import CPU, RATE, Results
from .rivals import LARGE, OURS, SPACE, STORE, WORKERS, YARDSTICK, Rival
from .workloads import GET, POST, REFUSED, WORKLOADS

Row = tuple[str, ...]

_HEAD = ("", "requests/s", "p50 ms", "p99 ms", "x Starlette", "CPU µs", "x by CPU", "greenroom x")
_STARTS = ("", "first response after ms", "memory MB")
_SUMMARY = (
    *("", "GET /s", "x Starlette", "POST /s", "x Starlette", "refused POST /s"),
    *("CPU µs of a GET", "of a POST", "of a refusal", "first response ms", "memory MB"),
)
_TIMES = ("requests of greenroom for one of", "GET", "POST", "refused POST")
# Above this share of its core, the generator itself may limit the rate; a server that gets a
# smaller share of its core competes with other processes.
_BUSY = 0.9
_NONE = "-"


def text(results: Results) -> str:
    """Everything measured, for a terminal; ends with a line break."""
    marks = _marks(results.rivals)
    parts = [results.where(), results.how()]
    for workload in WORKLOADS:
        rows = [
            (_marked(rival, marks), *_figures(results, rival.name, workload.name))
            for rival in results.rivals
            if results.samples.get((rival.name, workload.name))
        ]
        if rows:
            parts.append(f"{workload.title}\n{plain([_HEAD, *rows])}")
    starts = [
        (title, _number(start.milliseconds, "{:,.0f}"), _number(start.megabytes, "{:,.0f}"))
        for title, start in results.starts.items()
    ]
    if starts:
        parts.append(f"Start, and memory after all rounds\n{plain([_STARTS, *starts])}")
    return "\n\n".join([*parts, *_notes(results.rivals, marks), *_remarks(results)]) + "\n"


def summary(results: Results) -> str:
    """The tables of the README, in Markdown; ends with a line break."""
    marks = _marks(results.rivals)
    rows = [_summed(results, rival, marks) for rival in results.rivals]
    others = [
        (_marked(rival, marks), *(_times(results, rival.name, w.name) for w in WORKLOADS))
        for rival in results.rivals
        if rival.name not in (OURS, LARGE)
    ]
    named = {rival.title for rival in results.rivals}
    starts = [
        f"{title}: first response after {start.milliseconds:,.0f} ms, "
        f"{_number(start.megabytes, '{:,.0f}')} MB."
        for title, start in results.starts.items()
        if title not in named
    ]
    parts = [
        f"Measured with `make bench`: {results.where()}.",
        f"{results.how()[0].upper()}{results.how()[1:]}.",
        markdown([_SUMMARY, *rows]),
        "How many times as fast, by rate and in parentheses by CPU time:",
        markdown([_TIMES, *others]),
        *_notes(results.rivals, marks),
        *starts,
        *_remarks(results),
    ]
    return "\n\n".join(parts) + "\n"


def plain(rows: Sequence[Row]) -> str:
    """Rows in columns; the first column is aligned to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )


def markdown(rows: Sequence[Row]) -> str:
    """Rows as a table in Markdown, under the first."""
    head, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([head, f"| --- |{' ---: |' * (len(rows[0]) - 1)}", *body])


def _figures(results: Results, server: str, workload: str) -> Row:
    here, ours, theirs = (server, workload), (OURS, workload), (YARDSTICK, workload)
    return (
        _number(results.figure(server, workload, RATE), "{:,.0f}"),
        _number(results.figure(server, workload, lambda s: s.p50), "{:.2f}"),
        _number(results.figure(server, workload, lambda s: s.p99), "{:.2f}"),
        _number(results.ratio(here, theirs), "{:.2f}"),
        _number(results.figure(server, workload, CPU), "{:.1f}"),
        _number(results.ratio(theirs, here, CPU), "{:.2f}"),
        _number(results.ratio(ours, here), "{:.2f}"),
    )


def _summed(results: Results, rival: Rival, marks: dict[str, int]) -> Row:
    def rate(workload: str) -> str:
        return _number(results.figure(rival.name, workload, RATE), "{:,.0f}")

    def ratio(workload: str) -> str:
        return _number(results.ratio((rival.name, workload), (YARDSTICK, workload)), "{:.2f}")

    start = results.starts.get(rival.title)
    return (
        _marked(rival, marks),
        *(rate(GET), ratio(GET), rate(POST), ratio(POST), rate(REFUSED)),
        *(_number(results.figure(rival.name, w.name, CPU), "{:.0f}") for w in WORKLOADS),
        _number(start.milliseconds if start else None, "{:,.0f}"),
        _number(start.megabytes if start else None, "{:,.0f}"),
    )


def _times(results: Results, server: str, workload: str) -> str:
    ours, theirs = (OURS, workload), (server, workload)
    by_rate, by_cpu = results.ratio(ours, theirs), results.ratio(theirs, ours, CPU)
    return _NONE if by_rate is None else f"{by_rate:.1f} ({_number(by_cpu, '{:.1f}')})"


def _marks(rivals: Iterable[Rival]) -> dict[str, int]:
    """The number of each note on a server."""
    notes = dict.fromkeys(note for rival in rivals for note in rival.notes)
    return {note: number for number, note in enumerate(notes, 1)}


def _marked(rival: Rival, marks: dict[str, int]) -> str:
    numbers = ", ".join(str(marks[note]) for note in rival.notes)
    return f"{rival.title} ({numbers})" if numbers else rival.title


def _notes(rivals: Iterable[Rival], marks: dict[str, int]) -> Iterable[str]:
    noted = {note for rival in rivals for note in rival.notes}
    listed = "; ".join(f"({number}) {note}" for note, number in marks.items() if note in noted)
    if listed:
        yield f"{listed}."


def _remarks(results: Results) -> Iterable[str]:
    refused, accepted, get = (OURS, REFUSED), (OURS, POST), (OURS, GET)
    by_rate = results.ratio(refused, accepted)
    if by_rate is not None:
        by_cpu = _number(results.ratio(accepted, refused, CPU), "{:.2f}")
        yield f"Refused POST over accepted: {by_rate:.2f} by rate, {by_cpu} by CPU."
    by_rate = results.ratio((LARGE, GET), get)
    if by_rate is not None:
        by_cpu = _number(results.ratio(get, (LARGE, GET), CPU), "{:.2f}")
        yield f"GitHub's file over the small one: {by_rate:.2f} by rate, {by_cpu} by CPU."
    for server, other, subject in (
        (WORKERS, OURS, "Two workers over one"),
        (STORE, SPACE, "A space in a store over one in memory"),
    ):
        found = [*_compared(results, server, other)]
        if found:
            yield f"{subject}: {'; '.join(found)}."
    yield from results.left_out
    samples = [sample for rounds in results.samples.values() for sample in rounds]
    shares = sorted(sample.rate * sample.cpu / 1e6 for sample in samples if sample.cpu)
    if shares and shares[len(shares) // 2] < _BUSY:
        yield (
            f"The servers had {shares[len(shares) // 2]:.0%} of their core, the rest went to other"
            " processes: rates are low, and the ratios by CPU are the steadier ones."
        )
    if samples:
        share = max(sample.generator for sample in samples)
        note = f"The load generator used at most {share:.0%} of its core."
        if share > _BUSY:
            note += " The fastest figures are limited by the generator, not by the servers."
        yield note


def _compared(results: Results, server: str, other: str) -> Iterable[str]:
    """How a server of ours compares with another one, for each workload."""
    for name in (GET, POST, REFUSED):
        one, two = (server, name), (other, name)
        by_rate, by_cpu = results.ratio(one, two), results.ratio(two, one, CPU)
        if by_rate is not None:
            load = results.figure(server, name, lambda sample: sample.generator)
            yield (
                f"{name} {by_rate:.2f} by rate, {_number(by_cpu, '{:.2f}')} by CPU, while the load "
                f"used {_number(load, '{:.0%}')} of a core"
            )


def _number(value: float | None, form: str) -> str:
    return _NONE if value is None else form.format(value)
