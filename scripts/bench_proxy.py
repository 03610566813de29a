"""What `greenroom proxy` costs a request, beside a plain forwarding proxy of the same stack.

Usage: scripts/bench_proxy.py [--rounds N] [--requests N] [--pause SECONDS]

The sandbox is the mock of the contract that `make bench` measures with. The plain proxy forwards
with the same connections to callers and to the sandbox, but asks for no permission, judges nothing
and records nothing. Each round sends requests one after the other to the sandbox itself and to both
proxies, in a new order; what is printed are medians over the rounds. Between requests there is a
pause, as in an application that does something itself; without one the proxy is judging while it
forwards. `busy` is the processor time of the process of a proxy, judging included, which happens
beside the exchange.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import socket
import statistics
import tempfile
import time
from contextlib import suppress
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmark.workloads import BASE_PATH, CONTRACT, KEY, ORDER
from greenroom.contract.catalog import find, load
from greenroom.server.background import StartMock
from greenroom_contracts.planning.options import Options
from greenroom_contracts.proxying.archive_file import ArchiveFile
from greenroom_contracts.proxying.observer import Observer
from greenroom_contracts.proxying.permission import Permission
from greenroom_contracts.proxying.proxy import Proxy
from greenroom_contracts.proxying.upstream import Upstream
from greenroom_contracts.sending.target import Target

PATH = f"{BASE_PATH}/orders/{ORDER['id']}"


class Plain:
    """Permits everything, and makes nothing of it."""

    def needs_body(self, *_: object) -> bool:
        """Never."""
        return False

    def check(self, *_: object) -> None:
        """Permit."""

    def passed(self, passage: Any) -> None:
        """Forget the exchange."""
        passage.release()

    refused = check


def serve(kind: str, to: str, pipe: Connection) -> None:
    """A proxy of a kind, until the other side of the pipe is closed."""
    contract = load(find([str(CONTRACT)])[0])
    plain: Any = Plain()
    permission, observer = plain, plain
    if kind == "greenroom":
        file = ArchiveFile(Path(tempfile.mkdtemp()) / "bench.har")
        permission = Permission(contract, to, Options())
        observer = Observer(contract, to, file, set(), print)
    upstream = Upstream(contract, Target(to, "", ""), 60)
    proxy = Proxy(contract.name, upstream, permission, observer)
    sock = socket.create_server(("127.0.0.1", 0))

    async def run() -> None:
        await proxy.start(sock)
        pipe.send(sock.getsockname()[1])
        while True:
            await asyncio.to_thread(pipe.recv)
            pipe.send(time.process_time())

    with suppress(EOFError):
        asyncio.run(run())


def seconds(port: int, number: int, pause: float) -> float:
    """How long requests take that follow each other on one connection, without the pauses."""
    client = HTTPConnection("127.0.0.1", port)
    taken = 0.0
    for _ in range(number):
        time.sleep(pause)
        began = time.perf_counter()
        client.request("GET", PATH, headers={"X-API-Key": KEY})
        assert client.getresponse().read()
        taken += time.perf_counter() - began
    client.close()
    return taken


def main() -> None:
    """Measure, and print milliseconds a request and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--pause", type=float, default=0.01)
    chosen = parser.parse_args()
    spawn = get_context("spawn")
    with StartMock() as start:
        server = start(str(CONTRACT))
        ports = {"direct": int(server.url.rpartition(":")[2])}
        pipes = {}
        for kind in ("plain", "greenroom"):
            pipes[kind], other = spawn.Pipe()
            spawn.Process(
                target=serve, args=(kind, server[BASE_PATH[1:]].url, other), daemon=True
            ).start()
            ports[kind] = pipes[kind].recv()
        taken: dict[str, list[float]] = {kind: [] for kind in ports}
        for port in ports.values():
            seconds(port, chosen.requests, 0)
        before = {kind: busy(pipe) for kind, pipe in pipes.items()}
        for _ in range(chosen.rounds):
            for kind in random.sample(list(ports), len(ports)):
                spent = seconds(ports[kind], chosen.requests, chosen.pause)
                taken[kind].append(spent / chosen.requests)
        time.sleep(1)
        number = chosen.rounds * chosen.requests
        for kind, times in taken.items():
            middle, least = statistics.median(times) * 1000, min(times) * 1000
            shown = f"{kind:10} {middle:6.2f} ms a request, {least:5.2f} in the fastest round"
            if kind in pipes:
                worked = (busy(pipes[kind]) - before[kind]) / number * 1000
                shown += f", busy {worked:5.2f} ms"
            print(shown)
        ratios = [a / b for a, b in zip(taken["greenroom"], taken["plain"], strict=True)]
        least = min(taken["greenroom"]) / min(taken["plain"])
        print(f"greenroom / plain: {statistics.median(ratios):.2f}, fastest rounds {least:.2f}")


def busy(pipe: Connection) -> float:
    """The processor time of a proxy so far, in seconds."""
    pipe.send(None)
    return float(pipe.recv())


if __name__ == "__main__":
    main()
