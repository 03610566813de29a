"""The proxy of greenroom in a thread of this process, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from threading import Event, Thread
from urllib.parse import urlsplit

from greenroom.contract.model import Contract
from greenroom_contracts.planning.options import Options
from greenroom_contracts.proxying.archive_file import ArchiveFile
from greenroom_contracts.proxying.observer import Observer
from greenroom_contracts.proxying.permission import Permission
from greenroom_contracts.proxying.proxy import Proxy
from greenroom_contracts.proxying.upstream import Upstream
from greenroom_contracts.report import Report
from greenroom_contracts.sending.target import Target

EVERYTHING = Options(writes=True)


class Proxied:
    """A proxy: `url` takes the place of the base URL, `told` are the lines for the terminal.

    `report` and `secrets` are there, and the recording is complete, once the proxy has ended.
    """

    report: Report
    secrets: set[str]

    def __init__(self, url: str) -> None:
        self.url = url
        self.told: list[str] = []

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0


def everything(contract: Contract) -> Options:
    """Permission for all operations."""
    return Options(writes=True, allowed=frozenset(o.id for o in contract.operations))


@contextmanager
def proxied(
    contract: Contract,
    to: str,
    options: Options | None = None,
    record: Path | None = None,
    timeout: float = 5.0,
) -> Iterator[Proxied]:
    """A running proxy to a sandbox, with permission for everything unless options say less."""
    options = options or everything(contract)
    target, found = Target(to, "", ""), Proxied("")
    recording = ArchiveFile(record) if record else None
    observer = Observer(contract, to, recording, set(), found.told.append)
    ready = Event()
    sock = create_server(("127.0.0.1", 0))
    found.url = f"http://127.0.0.1:{sock.getsockname()[1]}/{contract.name}{contract.base_path}"
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def serve() -> None:
        upstream = Upstream(contract, target, timeout)
        permission = Permission(contract, to, options)
        proxy = Proxy(contract.name, upstream, permission, observer)
        await proxy.start(sock)
        ready.set()
        await ended.wait()
        await proxy.stop()

    thread = Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(20)
        loop.close()
        found.report, found.secrets = observer.end()
