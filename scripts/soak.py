"""A load run: very many requests of all kinds to all mocks at once, and the memory they take.

Asks a server that it starts itself, over loopback, a bounded number of requests in a bounded time.
Returns 0 where every response was right and memory stayed flat, else 1.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import sys
import time
from collections.abc import Callable

from benchmark import servers
from benchmark.connection import ask, connect
from benchmark.mix import asks
from benchmark.progress import Progress
from benchmark.rivals import GREENROOM
from benchmark.soak import Soak, verdict

_COMMAND = (GREENROOM, "serve", "--port", "{port}", "--no-access-log")
_HEALTH = b"GET /_greenroom/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_SAMPLE_SECONDS = 0.5
_GRACE_SECONDS = 10.0
_MOST_REQUESTS = 10**8
_MOST_CONNECTIONS = 1000
_MOST_MINUTES = 120


def main() -> int:
    """Run, print, and return the exit code."""
    arguments = _parser().parse_args()
    uvloop = importlib.util.find_spec("uvloop") is not None
    server_core, own_core = servers.cores()
    with servers.on_core(own_core), asyncio.Runner(loop_factory=_uvloop if uvloop else None) as run:
        soak, seconds = run.run(_soak(arguments, server_core))
    text, passed = verdict(soak, seconds)
    print(text)
    return 0 if passed else 1


async def _soak(arguments: argparse.Namespace, core: int | None) -> tuple[Soak, float]:
    progress = Progress()
    progress.tell("reading the contracts")
    soak = Soak(asks(), arguments.requests, asyncio.get_running_loop().create_future())
    with servers.Server(_COMMAND, core) as server:
        await server.first_response(_HEALTH)
        await soak.learn(lambda request: ask(server.port, request))
        connections = await connect(server.port, arguments.connections, soak)
        began = time.perf_counter()
        for connection in connections:
            connection.ask()
        try:
            while not soak.ended.done() and time.perf_counter() < began + arguments.minutes * 60:
                await asyncio.wait([soak.ended], timeout=_SAMPLE_SECONDS)
                soak.sample(server.megabytes())
                rate = soak.answered / (time.perf_counter() - began)
                memory = f"{soak.memory[-1]:.0f} MB" if soak.memory else "memory unknown"
                progress.tell(
                    f"{soak.answered:,} of {arguments.requests:,} requests, {rate:,.0f}/s, "
                    f"{memory}, {soak.errors} errors"
                )
            seconds = time.perf_counter() - began
            soak.stopping = True
            await asyncio.wait([c.closed for c in connections], timeout=_GRACE_SECONDS)
        finally:
            for connection in connections:
                connection.close()
            progress.done()
    return soak, seconds


def _uvloop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    shown = "(%(default)s)"
    for name, default, most, meaning in (
        ("--requests", 1_000_000, _MOST_REQUESTS, "how many"),
        ("--connections", 200, _MOST_CONNECTIONS, "kept alive"),
        ("--minutes", 10, _MOST_MINUTES, "at most"),
    ):
        parser.add_argument(name, type=_up_to(most), default=default, help=f"{meaning} {shown}")
    return parser


def _up_to(most: int) -> Callable[[str], int]:
    def count(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {most}")
        return int(text)

    return count


if __name__ == "__main__":
    sys.exit(main())
