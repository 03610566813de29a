"""Measure our mock and other servers in one run: `make bench`, or this script with options.

Servers run on one core and the load generator on another, in alternating rounds; every response is
checked. Returns 0 whatever the speed, 1 if a response was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmark import records, rivals, servers, table
from benchmark.connection import send
from benchmark.exchange import Limits, Sample, WrongResponseError
from benchmark.load import measure
from benchmark.progress import Progress
from benchmark.results import Results, Start
from benchmark.rivals import Rival
from benchmark.running import loop_factory, up_to
from benchmark.workloads import WORKLOADS, Workload

_ALL_VENDORS, _RECORDS = "starts", "records"
_STARTS = 3
# A server that takes longer than this to start is started less often.
_ENOUGH_MILLISECONDS = 5000.0
_MOST = 1000
# Before anything is counted: just-in-time compilers are done by then.
_WARM_UP_SECONDS = 0.5
_REPORT = Path(__file__).resolve().parents[1] / "reports" / "bench.md"


@dataclass(slots=True)
class _Run:
    """What is measured, with what, and the results so far; `store` is the port of the store."""

    results: Results
    workloads: Sequence[Workload]
    core: int | None
    progress: Progress
    store: int = 0

    def server(self, rival: Rival) -> servers.Server:
        """A server, not yet started."""
        return servers.Server(rival.command, None if rival.cores else self.core, self.store)

    def pairs(self, running: dict[str, servers.Server]) -> Iterator[_Pair]:
        """Every server with every workload that it supports, the servers alternating.

        The workloads of one server follow each other, since they are compared as well.
        """
        for rival in self.results.rivals:
            for workload in self.workloads:
                if workload.name in rival.exchanges:
                    yield _Pair(rival, workload, running[rival.name])


@dataclass(frozen=True, slots=True)
class _Pair:
    rival: Rival
    workload: Workload
    server: servers.Server

    async def check(self) -> None:
        """Raise WrongResponseError unless every kind of request gets the expected response."""
        exchange = self.rival.exchanges[self.workload.name]
        for number, template in enumerate(exchange.requests):
            try:
                exchange.check(await send(self.server.port, template.numbered(number)))
            except (OSError, WrongResponseError) as error:
                raise self._error(error) from error

    async def sample(self, limits: Limits) -> Sample:
        """One round."""
        exchange = self.rival.exchanges[self.workload.name]
        try:
            if self.rival.first is not None:
                await send(self.server.port, self.rival.first)
            return await measure(
                self.server.port, exchange, limits, self.server.cpu_seconds, not self.rival.shares
            )
        except (OSError, WrongResponseError) as error:
            raise self._error(error) from error

    def _error(self, error: Exception) -> WrongResponseError:
        return WrongResponseError(f"{self.rival.title}, {self.workload.title}: {error}")


def main() -> int:
    """Measure, print, and write the tables of the README."""
    arguments = _parser().parse_args()
    only = set(arguments.only)
    progress = Progress()
    progress.show("looking for servers; the first time, Node's are installed, which takes a minute")
    wanted = only.intersection(rivals.NAMES)
    apart = {_ALL_VENDORS, _RECORDS}
    present = rivals.present(wanted or (() if only and only <= apart else rivals.NAMES))
    limits = Limits(arguments.connections, arguments.seconds)
    results = Results(present.rivals, present.left_out, present.node, limits, arguments.rounds)
    workloads = [work for work in WORKLOADS if work.name in only] or WORKLOADS
    run = _Run(results, workloads, servers.cores()[0], progress)
    with (
        servers.on_core(servers.cores()[1]),
        asyncio.Runner(loop_factory=loop_factory()) as runner,
    ):
        try:
            if not only or only - apart:
                runner.run(_rounds(run))
            if not only or _ALL_VENDORS in only:
                runner.run(_all_vendors(run))
            kept = ""
            if not only or _RECORDS in only:
                kept = runner.run(
                    records.measured(progress.show, run.core, records.FEW, records.MANY)
                )
        except (OSError, WrongResponseError) as error:
            progress.close()
            sys.stderr.write(f"bench: {error}\n")
            return 1
    progress.close()
    if only - {_RECORDS} or not only:
        print(table.summary(results) if arguments.markdown else table.text(results))
    print(kept)
    if not only:
        _REPORT.parent.mkdir(exist_ok=True)
        _REPORT.write_text(f"{table.summary(results)}\n{kept}\n", encoding="utf-8")
        sys.stderr.write(f"bench: the same for the README is in {_REPORT}\n")
    return 0


async def _rounds(run: _Run) -> None:
    results = run.results
    with contextlib.ExitStack() as stack:
        running: dict[str, servers.Server] = {}
        times: dict[str, float] = {}
        if any(rival.name == rivals.STORE for rival in results.rivals):
            assert rivals.REDIS is not None
            store = stack.enter_context(servers.Server(rivals.REDIS, None))
            await store.listens()
            run.store = store.port
        for rival in list(results.rivals):
            run.progress.show(f"starting {rival.title}")
            try:
                server, times[rival.name] = await _started(run, rival, stack)
            except servers.StartError as error:
                # The failure of another server is noted; the others can be measured without it.
                if rival.name == rivals.OURS:
                    raise
                results.rivals.remove(rival)
                results.left_out.append(f"{rival.title} is left out: {str(error).splitlines()[0]}")
            else:
                running[rival.name] = server
        for pair in run.pairs(running):
            run.progress.show(f"checking and warming up {pair.rival.title}")
            await pair.check()
            await pair.sample(Limits(results.limits.connections, _WARM_UP_SECONDS))
        for number in range(1, results.rounds + 1):
            for pair in run.pairs(running):
                title = f"{pair.workload.title}, {pair.rival.title}"
                run.progress.show(f"round {number} of {results.rounds}: {title}")
                sample = await pair.sample(results.limits)
                results.samples[pair.rival.name, pair.workload.name].append(sample)
        for rival in results.rivals:
            results.starts[rival.title] = Start(times[rival.name], running[rival.name].megabytes())


async def _started(
    run: _Run, rival: Rival, stack: contextlib.ExitStack
) -> tuple[servers.Server, float]:
    """A running server, and the median of a few times from its start to its first response."""
    exchange = next(rival.exchanges[w.name] for w in WORKLOADS if w.name in rival.exchanges)
    request = exchange.requests[0].numbered(0)
    times: list[float] = []
    while len(times) < _STARTS - 1 and sum(times) < _ENOUGH_MILLISECONDS:
        with run.server(rival) as server:
            times.append(await _first_response(server, request))
    server = stack.enter_context(run.server(rival))
    times.append(await _first_response(server, request))
    return server, median(times)


async def _first_response(server: servers.Server, request: bytes) -> float:
    """Milliseconds from the start of a server to its first response."""
    await server.first_response(request)
    return (time.perf_counter() - server.started) * 1e3


async def _all_vendors(run: _Run) -> None:
    """Starting ours with all packaged vendors: the median of a few times."""
    run.progress.show("starting with all vendors")
    times, memory = [], None
    for _ in range(_STARTS):
        with servers.Server(rivals.ALL_VENDORS, run.core) as server:
            times.append(await _first_response(server, rivals.HEALTH))
            response = await send(server.port, rivals.HEALTH)
            if response.status != 200:
                raise WrongResponseError(f"health of all vendors: {response}")
            memory = server.megabytes()
    run.results.starts["greenroom serve, all vendors"] = Start(median(times), memory)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    default = "(%(default)s)"
    parser.add_argument(
        "--rounds", type=up_to(_MOST), default=20, help=f"alternating rounds {default}"
    )
    parser.add_argument(
        "--seconds", type=_seconds, default=0.3, help=f"length of a round {default}"
    )
    parser.add_argument(
        "--connections", type=up_to(_MOST), default=32, help=f"keep-alive connections {default}"
    )
    parser.add_argument("--markdown", action="store_true", help="print the tables of the README")
    names = [*rivals.NAMES, *(work.name for work in WORKLOADS), _ALL_VENDORS, _RECORDS]
    parser.add_argument(
        "--only",
        nargs="+",
        choices=names,
        default=[],
        metavar="NAME",
        help=f"these servers and workloads: {', '.join(names)}",
    )
    return parser


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= _MOST:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a time above 0 and up to {_MOST} seconds")


if __name__ == "__main__":
    sys.exit(main())
