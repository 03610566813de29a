"""A load run: very many requests of all kinds to all mocks at once, and the memory used.

Meanwhile the events of all vendors are sent from a space, to receivers good and bad.

Starts a server and sends it a bounded number of requests over loopback, in a bounded time.
Returns 0 if every response was right and memory use did not grow, else 1.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import closing

from benchmark import servers
from benchmark.connection import send, sending
from benchmark.mix import load_requests
from benchmark.progress import Progress
from benchmark.rivals import ALL_VENDORS, HEALTH
from benchmark.running import loop_factory, up_to
from benchmark.soak import Soak, verdict
from benchmark.webhooks import webhooks

_SAMPLE_SECONDS = 0.5
_MOST_REQUESTS = 10**8
_MOST_CONNECTIONS = 1000
_MOST_MINUTES = 120


def main() -> int:
    """Run, print, and return the exit code."""
    arguments = _parser().parse_args()
    server_core, own_core = servers.cores()
    with servers.on_core(own_core), asyncio.Runner(loop_factory=loop_factory()) as run:
        soak, seconds = run.run(_soak(arguments, server_core))
    text, passed = verdict(soak, seconds)
    print(text)
    return 0 if passed else 1


async def _soak(arguments: argparse.Namespace, core: int | None) -> tuple[Soak, float]:
    progress = Progress()
    progress.show("reading the contracts")
    soak = Soak(load_requests(), arguments.requests, asyncio.get_running_loop().create_future())
    with closing(progress), servers.Server(ALL_VENDORS, core) as server:
        await server.first_response(HEALTH)
        await soak.learn(lambda request: send(server.port, request))
        async with (
            webhooks(server.port) as sent,
            sending(server.port, arguments.connections, soak),
        ):
            began = time.perf_counter()
            while not soak.ended.done() and time.perf_counter() < began + arguments.minutes * 60:
                await asyncio.wait([soak.ended], timeout=_SAMPLE_SECONDS)
                soak.sample(server.megabytes())
                rate = soak.received / (time.perf_counter() - began)
                memory = f"{soak.memory[-1]:.0f} MB" if soak.memory else "memory unknown"
                progress.show(
                    f"{soak.received:,} of {arguments.requests:,} requests, {rate:,.0f}/s, "
                    f"{memory}, {soak.errors} errors, {sent.text}"
                )
            seconds = time.perf_counter() - began
    print(sent.text)
    return soak, seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default, most, meaning in (
        ("--requests", 1_000_000, _MOST_REQUESTS, "number of requests"),
        ("--connections", 200, _MOST_CONNECTIONS, "keep-alive connections"),
        ("--minutes", 10, _MOST_MINUTES, "maximum duration"),
    ):
        parser.add_argument(
            name, type=up_to(most), default=default, help=f"{meaning} (%(default)s)"
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
