"""Very many hostile requests to all mocks, and what the server made of them.

Starts a server and sends it a bounded number of requests over loopback. Returns 0 if no response
was a 5XX or took over a second, nothing but refusals was logged, no request left anything in memory
once the caches were full, at least half of the requests got past path and credential, and silent
connections were closed; else 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmark import servers
from benchmark.progress import Progress
from benchmark.rivals import ALL_VENDORS, HEALTH
from benchmark.running import loop_factory, up_to
from benchmark.table import plain
from greenroom.contract.catalog import find, load, vendors
from hostility import everything
from hostility.attack import Attack, Result, attack
from hostility.measured import EVENT, SIGNAL

_BATCH, _MEASURED = 1000, 5000
_SILENT = 200
_DEADLINE = 2
# A look at the time that clients take is due twice a second.
_SLACK = 3.0
# So many seconds may pass until the server has looked at its memory.
_ANSWERED = 30.0
_MOST_SECONDS = 1.0
# Meanwhile the caches fill, whose size is bounded. From then on values may take so many bytes more
# for each request: less than the smallest value of Python that could be kept of each.
_WARMING = 50_000
_LEAST = 32
# Of the system a process has more than that, in megabytes: of what its largest requests took at
# once, much is kept for the next ones.
_ROOM = 64


def main() -> int:
    """Run, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=up_to(10**8), default=100_000, help="(%(default)s)")
    parser.add_argument("--seed", type=up_to(10**8), default=1, help="(%(default)s)")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder, asyncio.Runner(loop_factory=loop_factory()) as run:
        file = Path(folder, "everything.json")
        file.write_text(json.dumps(everything.document()))
        return run.run(_run(arguments.requests, arguments.seed, str(file)))


async def _run(most: int, seed: int, file: str) -> int:
    names = [source.name for source in vendors()]
    contracts = [load(source) for source in find([*names, file])]
    measured = (sys.executable, "-m", "hostility.measured", "serve", *names, file)
    command = (*measured, *ALL_VENDORS[2:], "--head-timeout", str(_DEADLINE))
    result, memory, taken = Result(), list[float](), dict[int, float]()
    requests: Iterator[bytes] = iter(Attack(contracts, seed))
    with closing(Progress()) as progress, servers.Server(command, None) as server:
        await server.first_response(HEALTH)
        began = time.perf_counter()
        while result.sent < most:
            await attack(server.port, requests, min(_BATCH, most - result.sent), result)
            memory.append(server.megabytes() or 0.0)
            if result.sent % _MEASURED == 0 and (size := await _taken(server)) is not None:
                taken[result.sent] = size
            progress.show(
                f"{result.sent:,} of {most:,} requests, {memory[-1]:.0f} MB, "
                f"{max(taken.values(), default=0) / 2**20:.1f} MB of values, "
                f"{len(result.failures)} failures"
            )
        seconds = time.perf_counter() - began
        slow = [r for r in result.slow if await _alone(server.port, r) > _MOST_SECONDS]
        silent = await _silent(server.port)
        log = server.log()
    rows = [("status", "responses", "share")]
    rows += [(str(s), f"{n:,}", f"{n / result.sent:.1%}") for s, n in result.statuses.most_common()]
    print(plain(rows))
    room = max(memory) - max(taken.values()) / 2**20 if taken else 0.0
    since = [(number, size) for number, size in taken.items() if number >= _WARMING]
    grown = (since[-1][1] - since[0][1]) / (since[-1][0] - since[0][0]) if since[1:] else None
    inside = result.inside / result.sent
    expected = ('"event": "request refused"', f'"event": "{EVENT}"')
    logged = [line for line in log.splitlines()[1:] if not any(e in line for e in expected)]
    checks = [
        (not result.failures, f"{len(result.failures)} failures: 5XX, or no response"),
        (inside >= 0.5, f"{inside:.1%} of the requests got past path and credential"),
        (not slow, f"{len(slow)} requests take over a second by themselves; the longest wait for a "
         f"response was {result.longest * 1000:.0f} ms"),
        (grown is None or grown < _LEAST, "what requests leave in memory is not known"
         if grown is None else f"values took {since[0][1] / 2**20:.2f} MB after {since[0][0]:,} "
         f"requests, {since[-1][1] / 2**20:.2f} MB in the end: {grown:.1f} bytes more for each"),
        (room <= _ROOM, f"the process had at most {max(memory):.0f} MB, {room:.0f} MB more than "
         "its values"),
        (not logged, f"{len(logged)} lines in the log that are no refusals"),
        (silent is not None, f"{_SILENT} silent connections " + ("are still open" if silent is None
         else f"were closed after {silent:.1f} s (deadline {_DEADLINE} s)")),
    ]  # fmt: skip
    print(f"{result.sent:,} requests in {seconds:.0f} s")
    print("\n".join(f"{'ok    ' if fine else 'FAILED'} {text}" for fine, text in checks))
    print(*[*result.failures[:10], *logged[:10], *map(repr, slow[:10])], sep="\n", end="")
    return 0 if all(fine for fine, _ in checks) else 1


async def _taken(server: servers.Server) -> int | None:
    """The bytes that the values of the server take; None where the system does not tell it."""
    mark = f'{{"event": "{EVENT}", "bytes": '
    before = server.log().count(mark)
    server.signal(SIGNAL)
    async with asyncio.timeout(_ANSWERED):
        while (log := server.log()).count(mark) == before or not log.endswith("}\n"):
            await asyncio.sleep(0.01)
    size: int | None = json.loads(log[log.rindex(mark) :])["bytes"]
    return size


async def _alone(port: int, request: bytes) -> float:
    """The shortest time for a request among three, in seconds, while no other is sent.

    Otherwise it may have waited for another request, or for another process of this machine.
    """
    results = [Result() for _ in range(3)]
    for result in results:
        await attack(port, iter([request]), 1, result, connections=1)
    return min(result.longest for result in results)


async def _silent(port: int) -> float | None:
    """The seconds until connections that send nothing were all closed; None if some were not."""
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(_SILENT)]
    began = time.perf_counter()
    try:
        async with asyncio.timeout(_DEADLINE + _SLACK):
            await asyncio.gather(*(reader.read() for reader, _ in opened))
    except TimeoutError:
        return None
    finally:
        for _, writer in opened:
            writer.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
