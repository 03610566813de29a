"""Measure our mock beside other servers in one run: `make bench`, or with options this script.

Servers run on one core and the load generator on another, in alternating rounds; every answer is
checked. Returns 0 however fast anything was, 1 where an answer was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import median

from benchmark import servers, table
from benchmark.load import Answer, Limits, Sample, WrongAnswerError, measure
from benchmark.workloads import RIVALS, WORKLOADS, Rival, Workload

_ALL_VENDORS = "starts"
_STARTS = 3
_MOST = 1000
_HEALTH = b"GET /_greenroom/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def main() -> int:
    """Measure and print."""
    arguments = _parser().parse_args()
    only = set(arguments.only)
    rivals = [rival for rival in RIVALS if rival.name in only] or list(RIVALS)
    workloads = [work for work in WORKLOADS if work.name in only] or list(WORKLOADS)
    limits = Limits(arguments.connections, arguments.seconds)
    server_core, own_core = servers.cores()
    servers.pin(own_core)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        try:
            samples, starts = (
                runner.run(_rounds(rivals, workloads, limits, arguments.rounds, server_core))
                if only != {_ALL_VENDORS}
                else ({}, [])
            )
            if not only or _ALL_VENDORS in only:
                starts.append(runner.run(_all_vendors(server_core)))
        except WrongAnswerError as error:
            sys.stderr.write(f"bench: {error}\n")
            return 1
    print(table.render(samples, starts, arguments.markdown), end="")
    return 0


async def _rounds(
    rivals: Sequence[Rival],
    workloads: Sequence[Workload],
    limits: Limits,
    count: int,
    core: int | None,
) -> tuple[table.Samples, list[table.Start]]:
    samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
    with contextlib.ExitStack() as stack:
        running: list[tuple[Rival, servers.Server, float]] = []
        for rival in rivals:
            server = stack.enter_context(servers.Server(rival.command, core))
            await server.first_answer(workloads[0].request)
            running.append((rival, server, _milliseconds_since(server.started)))
        expected = {
            (workload.name, rival.name): await _checked(rival, workload, server)
            for workload in workloads
            for rival, server, _ in running
            if workload.name in rival.statuses
        }
        for number in range(1, count + 1):
            _tell(f"round {number} of {count}")
            for workload in workloads:
                for rival, server, _ in running:
                    key = workload.name, rival.name
                    if key in expected:
                        sample = await _sample(rival, workload, server, expected[key], limits)
                        samples[key].append(sample)
        _tell("")
        starts = [
            table.Start(rival.title, milliseconds, server.peak_megabytes())
            for rival, server, milliseconds in running
        ]
    return samples, starts


async def _checked(rival: Rival, workload: Workload, server: servers.Server) -> Answer:
    answer = await server.first_answer(workload.request)
    try:
        rival.check(workload, answer)
    except (ValueError, WrongAnswerError) as error:
        raise WrongAnswerError(f"{rival.title}, {workload.title}: {error}; got {answer}") from error
    return answer


async def _sample(
    rival: Rival, workload: Workload, server: servers.Server, expected: Answer, limits: Limits
) -> Sample:
    try:
        return await measure(server.port, workload.request, expected, limits, server.cpu_seconds)
    except (OSError, WrongAnswerError) as error:
        raise WrongAnswerError(f"{rival.title}, {workload.title}: {error}") from error


async def _all_vendors(core: int | None) -> table.Start:
    """Starting ours with every vendor that comes with it: the median of a few times."""
    command = (*RIVALS[0].command[:2], "--port", "{port}", "--no-access-log")
    times, peaks = [], []
    for _ in range(_STARTS):
        with servers.Server(command, core) as server:
            answer = await server.first_answer(_HEALTH)
            times.append(_milliseconds_since(server.started))
            if answer.status != 200:
                raise WrongAnswerError(f"health of {' '.join(command)}: {answer}")
            peaks.append(server.peak_megabytes())
    known = [peak for peak in peaks if peak is not None]
    title = "greenroom serve, all vendors"
    return table.Start(title, median(times), median(known) if known else None)


def _milliseconds_since(moment: float) -> float:
    return (time.perf_counter() - moment) * 1e3


def _tell(progress: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{progress:20}\r")
        sys.stderr.flush()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed (it has no Windows)."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    import uvloop

    return uvloop.new_event_loop


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    shown = "(%(default)s)"
    parser.add_argument("--rounds", type=_count, default=7, help=f"how often {shown}")
    parser.add_argument("--seconds", type=_seconds, default=1.5, help=f"of each round {shown}")
    parser.add_argument("--connections", type=_count, default=32, help=f"kept alive {shown}")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    names = [*(rival.name for rival in RIVALS), *(work.name for work in WORKLOADS), _ALL_VENDORS]
    parser.add_argument(
        "--only",
        nargs="+",
        choices=names,
        default=[],
        metavar="NAME",
        help=f"these servers and workloads: {', '.join(names)}",
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {_MOST}")
    return int(text)


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= _MOST:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no time above 0 and up to {_MOST} seconds")


if __name__ == "__main__":
    sys.exit(main())
